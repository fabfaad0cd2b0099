"""订单与开通: what is ordered, how long does it take, what is still open?"""

import streamlit as st

from dashboards import (
    behind,
    charts_process,
    charts_service,
    data,
    drawing,
    frame,
    panels,
    plotted_process,
    plotted_service,
    states,
    tables_process,
    titles,
    titles_process,
    titles_service,
)
from dashboards.facts import Card, Facts
from dashboards.frame import View
from jike.pages import orders as questions
from jike.words import wording

CARDS = (
    Card("orders_received", against=("yoy",), notes=("mom",)),
    Card("on_time_rate", against=("base", "yoy"), notes=("mom",)),
    Card("supply_days", against=("yoy",), notes=("supply_days_p90",)),
    Card("order_success_rate", against=("base", "yoy"), notes=("mom",)),
    Card("backlog", against=("yoy",), notes=("mom",)),
    Card("agreements_signed", against=("yoy",), notes=("mom",)),
    Card("cross_sell", against=("base", "yoy"), notes=("mom",)),
    Card("lines_in_service", against=("yoy",), notes=("mom",)),
)
MOST_PRODUCTS = 15


def page() -> None:
    """Draw the orders of the chosen branch, period and filter."""
    view = frame.view()
    _ = view.words
    facts = view.facts
    drawing.head(
        titles_process.orders(
            facts.value("orders_received"),
            facts.value("on_time_rate"),
            facts.value("supply_days"),
            _,
        ),
        titles.scoped(frame.scope_words(view), frame.time_words(view, None), _),
    )
    drawing.draw_cards(drawing.cards(CARDS, facts))
    left, right = st.columns([7, 5])
    with left, drawing.panel("on_time"):
        _on_time(view, facts)
    with right, drawing.panel("intake"):
        _intake(view, facts)
    left, right = st.columns([7, 5])
    with left, drawing.panel("supply"):
        _supply(view, facts)
    with right, drawing.panel("steps"):
        _steps(view, facts)
    left, right = st.columns([7, 5])
    with left, drawing.panel("backlog"):
        _backlog(view, facts)
    with right, drawing.panel("branches"):
        _branches(view)
    with drawing.panel("penetration", height="content"):
        _penetration(view, facts)


def _on_time(view: View, facts: Facts) -> None:
    _ = view.words
    rows = plotted_service.call_months(facts, "on_time_rate")
    title = titles_process.since(_("Orders on time"), rows, "rate", wording.rate, _)
    drawing.panel_head(
        title,
        _(
            "Above: orders promised a month (dark = completed in time, orange = not); "
            "below: share completed in time; its axis does not start at 0"
        ),
    )
    if rows.empty:
        states.nothing(view, "on_time_rate", "on_time")
        return
    behind.plot(
        charts_service.volume(
            rows, facts.target("on_time_rate", "base_target"), _, view.colours
        ),
        titles_process.kept_table(rows, (_("Promised"), _("Completed in time")), _),
        "on_time",
        titles_process.months_alt(title, rows, {"rate": ""}, wording.rate, _),
        view,
        height="stretch",
    )


def _intake(view: View, facts: Facts) -> None:
    """Orders received by type, channel or product line."""
    _ = view.words
    said = (_("Orders received"), _("Orders received in the period; | = before"))
    cuts = {
        "order_type": (_("By type"), _("Type")),
        "channel": (_("By channel"), _("Channel")),
        "line": (_("By product line"), _("Product line")),
    }
    panels.counted(view, facts, "orders_received", "intake", said, cuts)


def _tenth(value: float) -> str:
    return wording.plain(value, 1)


def _supply(view: View, facts: Facts) -> None:
    _ = view.words
    codes = ("supply_days", "supply_days_p90")
    rows = plotted_process.months(facts, codes)
    names = {codes[0]: _("median"), codes[1]: _("90% within")}
    write = _days(view)
    title = titles_process.since(_("Half supplied within"), rows, codes[0], write, _)
    drawing.panel_head(
        title,
        _("Days from a new order to its completion without customer hold, by month"),
    )
    if rows.empty:
        states.nothing(view, codes[0], "supply")
        return
    behind.plot(
        charts_process.trend(rows, names, _, view.colours, write),
        titles_process.months_table(rows, names, write, _),
        "supply",
        titles_process.months_alt(title, rows, names, write, _),
        view,
        height="stretch",
    )


def _days(view: View) -> titles_process.Write:
    unit = "天" if view.words.language == "zh" else " days"
    return lambda value: f"{wording.plain(value, 1)}{unit}"


def _steps(view: View, facts: Facts) -> None:
    _ = view.words
    rows = plotted_process.members(
        facts, "step_days", "step", data.members(), by_value=False
    )
    title = titles_process.slowest(rows, _days(view), _)
    on = titles_process.versus(facts)
    drawing.panel_head(
        title, _("Median days of a step, in their order; dark = longest; | = before")
    )
    if rows.empty:
        states.nothing(view, "step_days", "steps")
        return
    behind.plot(
        charts_process.bars(rows, _, view.colours, _tenth, versus=on),
        titles_process.bars_table(rows, _("Step"), _tenth, _),
        "steps",
        titles_process.bars_alt(title, rows, _tenth, _),
        view,
        height="stretch",
    )


def _backlog(view: View, facts: Facts) -> None:
    _ = view.words
    rows = data.ask_rows(questions.backlog(view.period.code, view.branch, view.where))
    title = titles_process.backlog(rows, _)
    drawing.panel_head(
        title, _("At the period's end, by days since the order; then each order")
    )
    if not rows:
        states.nothing(view, "backlog", "backlog")
        return
    listed = tables_process.orders(rows, data.members(), _)
    panels.aged(view, rows, "backlog", _("Days open"), title, listed)


def _branches(view: View) -> None:
    _ = view.words
    facts = plotted_process.around(view)
    names = plotted_process.siblings(view)
    rows = plotted_process.shares(facts, "on_time_rate", "branch", names)
    title = titles_process.worse(rows, _)
    drawing.panel_head(
        title,
        _(
            "Orders on time, %, 95% interval; coloured = differs from the others "
            "(Benjamini–Hochberg, 5%); tap a branch to see it"
        ),
    )
    if rows.empty:
        states.nothing(view, "on_time_rate", "branches")
        return
    behind.plot(
        charts_service.dots(rows, _, view.colours),
        titles_service.dots_table(rows, _),
        "branches",
        titles_service.dots_alt(title, rows, _),
        view,
        taps=behind.Taps(list(rows["target"])),
        height="stretch",
    )


def _penetration(view: View, facts: Facts) -> None:
    _ = view.words
    rows = plotted_process.members(facts, "penetration", "product", data.members())
    rows = rows[rows["value"] > 0].head(MOST_PRODUCTS).reset_index(drop=True)
    title = titles_process.widest(rows, _)
    on = titles_process.versus(facts)
    drawing.panel_head(
        title,
        _(
            "Active customers with the product in service, the fifteen widest spread; "
            "| = before; change in points"
        ),
    )
    if rows.empty:
        states.nothing(view, "penetration", "penetration")
        return
    behind.plot(
        charts_process.bars(
            rows, _, view.colours, wording.rate, versus=on, is_points=True
        ),
        titles_process.bars_table(rows, _("Product"), wording.rate, _, is_points=True),
        "penetration",
        titles_process.bars_alt(title, rows, wording.rate, _, is_points=True),
        view,
    )
