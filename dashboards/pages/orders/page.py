"""订单与开通: what is ordered, how long does it take, what is still open?"""

import streamlit as st

from dashboards.cards import drawn, panels
from dashboards.cards import findings as cards_findings
from dashboards.cards import rows as cards_rows
from dashboards.cards.facts import Card, Facts, of_view
from dashboards.cards.rows import around, call_months, months, shares, siblings
from dashboards.kit import bars, behind, dots, labels, panel, trend, volume
from dashboards.kit.colours import colours
from dashboards.pages.orders import findings as orders_findings
from dashboards.pages.orders import tables
from dashboards.shell import data
from dashboards.shell import view as shell_view
from dashboards.shell.view import View, scope_words, time_words
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
    view = shell_view.view()
    _ = view.words
    facts = of_view(view)
    panel.head(
        orders_findings.orders(
            facts.value("orders_received"),
            facts.value("on_time_rate"),
            facts.value("supply_days"),
            _,
        ),
        labels.scoped(scope_words(view), time_words(view, None), _),
    )
    drawn.draw_cards(drawn.cards(CARDS, facts))
    left, right = st.columns([7, 5])
    with left, panel.panel("on_time"):
        _on_time(view, facts)
    with right, panel.panel("intake"):
        _intake(view, facts)
    left, right = st.columns([7, 5])
    with left, panel.panel("supply"):
        _supply(view, facts)
    with right, panel.panel("steps"):
        _steps(view, facts)
    left, right = st.columns([7, 5])
    with left, panel.panel("backlog"):
        _backlog(view, facts)
    with right, panel.panel("branches"):
        _branches(view)
    with panel.panel("penetration", height="content"):
        _penetration(view, facts)


def _on_time(view: View, facts: Facts) -> None:
    _ = view.words
    rows = call_months(facts, "on_time_rate")
    title = cards_findings.since(_("Orders on time"), rows, "rate", wording.rate, _)
    panel.panel_head(
        title,
        _(
            "Above: orders promised a month (dark = completed in time, orange = not); "
            "below: share completed in time; its axis does not start at 0"
        ),
    )
    if rows.empty:
        panel.nothing(view, "on_time_rate", "on_time")
        return
    behind.plot(
        volume.volume(
            rows, facts.target("on_time_rate", "base_target"), _, colours(view.theme)
        ),
        volume.kept_table(rows, (_("Promised"), _("Completed in time")), _),
        "on_time",
        trend.months_alt(title, rows, {"rate": ""}, wording.rate, _),
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
    rows = months(facts, codes)
    names = {codes[0]: _("median"), codes[1]: _("90% within")}
    write = _days(view)
    title = cards_findings.since(_("Half supplied within"), rows, codes[0], write, _)
    panel.panel_head(
        title,
        _("Days from a new order to its completion without customer hold, by month"),
    )
    if rows.empty:
        panel.nothing(view, codes[0], "supply")
        return
    behind.plot(
        trend.trend(rows, names, _, colours(view.theme), write),
        trend.months_table(rows, names, write, _),
        "supply",
        trend.months_alt(title, rows, names, write, _),
        view,
        height="stretch",
    )


def _days(view: View) -> labels.Write:
    unit = "天" if view.words.language == "zh" else " days"
    return lambda value: f"{wording.plain(value, 1)}{unit}"


def _steps(view: View, facts: Facts) -> None:
    _ = view.words
    rows = cards_rows.members(
        facts, "step_days", "step", data.members(), by_value=False
    )
    title = cards_findings.slowest(rows, _days(view), _)
    on = cards_findings.versus(facts)
    panel.panel_head(
        title, _("Median days of a step, in their order; dark = longest; | = before")
    )
    if rows.empty:
        panel.nothing(view, "step_days", "steps")
        return
    behind.plot(
        bars.bars(rows, _, colours(view.theme), _tenth, versus=on),
        bars.bars_table(rows, _("Step"), _tenth, _),
        "steps",
        bars.bars_alt(title, rows, _tenth, _),
        view,
        height="stretch",
    )


def _backlog(view: View, facts: Facts) -> None:
    _ = view.words
    rows = data.ask_rows(questions.backlog(view.period.code, view.branch, view.where))
    title = orders_findings.backlog(rows, _)
    panel.panel_head(
        title, _("At the period's end, by days since the order; then each order")
    )
    if not rows:
        panel.nothing(view, "backlog", "backlog")
        return
    listed = tables.orders(rows, data.members(), _)
    panels.aged(view, rows, "backlog", _("Days open"), title, listed)


def _branches(view: View) -> None:
    _ = view.words
    facts = around(view)
    names = siblings(view)
    rows = shares(facts, "on_time_rate", "branch", names)
    title = cards_findings.worse(rows, _)
    panel.panel_head(
        title,
        _(
            "Orders on time, %, 95% interval; coloured = differs from the others "
            "(Benjamini–Hochberg, 5%); tap a branch to see it"
        ),
    )
    if rows.empty:
        panel.nothing(view, "on_time_rate", "branches")
        return
    behind.plot(
        dots.dots(rows, _, colours(view.theme)),
        dots.dots_table(rows, _),
        "branches",
        dots.dots_alt(title, rows, _),
        view,
        taps=behind.Taps(list(rows["target"])),
        height="stretch",
    )


def _penetration(view: View, facts: Facts) -> None:
    _ = view.words
    rows = cards_rows.members(facts, "penetration", "product", data.members())
    rows = rows[rows["value"] > 0].head(MOST_PRODUCTS).reset_index(drop=True)
    title = orders_findings.widest(rows, _)
    on = cards_findings.versus(facts)
    panel.panel_head(
        title,
        _(
            "Active customers with the product in service, the fifteen widest spread; "
            "| = before; change in points"
        ),
    )
    if rows.empty:
        panel.nothing(view, "penetration", "penetration")
        return
    behind.plot(
        bars.bars(
            rows, _, colours(view.theme), wording.rate, versus=on, is_points=True
        ),
        bars.bars_table(rows, _("Product"), wording.rate, _, is_points=True),
        "penetration",
        bars.bars_alt(title, rows, wording.rate, _, is_points=True),
        view,
    )
