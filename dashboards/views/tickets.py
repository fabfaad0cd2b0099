"""投诉与工单: what comes in, are promises kept, what is overdue or goes astray?"""

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
from jike.pages import tickets as questions
from jike.words import wording

CARDS = (
    Card("tickets_opened", against=("yoy",), notes=("mom",)),
    Card("complaints", against=("yoy",), notes=("mom", "credit_amount")),
    Card("complaint_rate", against=("yoy",), notes=("mom",)),
    Card("promise_compliance", against=("base", "yoy"), notes=("mom",)),
    Card("resolution_hours", against=("yoy",), notes=("resolution_hours_p90",)),
    Card("reopen_rate", against=("yoy",), notes=("misroute_rate",)),
    Card("fault_restored_24h", against=("yoy",), notes=("fault_restored_48h",)),
    Card("open_overdue", against=("yoy",), notes=("mom",)),
)
ROUTING = (
    *("misroute_rate", "handover_rate", "reclassified_rate"),
    *("misbooked_rate", "reopen_rate"),
)


def page() -> None:
    """Draw the tickets of the chosen branch, period and tier."""
    view = frame.view()
    _ = view.words
    facts = view.facts
    drawing.head(
        titles_process.tickets(
            facts.value("tickets_opened"),
            facts.value("promise_compliance"),
            facts.value("open_overdue"),
            _,
        ),
        titles.scoped(frame.scope_words(view), frame.time_words(view, None), _),
    )
    drawing.draw_cards(drawing.cards(CARDS, facts))
    left, right = st.columns([7, 5])
    with left, drawing.panel("types"):
        _types(view, facts)
    with right, drawing.panel("cuts"):
        _cuts(view, facts)
    with drawing.panel("routing", height="content"):
        _routing(view, facts)
    left, right = st.columns([7, 5])
    with left, drawing.panel("promises"):
        _promises(view, facts)
    with right, drawing.panel("branches"):
        _branches(view)
    left, right = st.columns([7, 5])
    with left, drawing.panel("overdue"):
        _overdue(view)
    with right, drawing.panel("resolution"):
        _resolution(view, facts)


def _types(view: View, facts: Facts) -> None:
    _ = view.words
    rows = plotted_process.members(
        facts, "complaints", "complaint_type", data.members(), (("class", "complaint"),)
    )
    on = titles_process.versus(facts)
    title = titles_process.counted(_("Complaints"), rows, on, _)
    drawing.panel_head(
        title, _("By complaint type; | = before; blue = fewer, orange = more")
    )
    if rows.empty:
        states.nothing(view, "complaints", "types")
        return
    behind.plot(
        charts_process.bars(rows, _, view.colours, wording.plain, versus=on),
        titles_process.bars_table(rows, _("Complaint type"), wording.plain, _),
        "types",
        titles_process.bars_alt(title, rows, wording.plain, _),
        view,
        height="stretch",
    )


def _cuts(view: View, facts: Facts) -> None:
    """Tickets by class or by source."""
    _ = view.words
    said = (_("Tickets opened"), _("Tickets opened in the period; | = before"))
    cuts = {
        "class": (_("By class"), _("Class")),
        "source": (_("By source"), _("Source")),
    }
    panels.counted(view, facts, "tickets_opened", "cuts", said, cuts)


def _routing(view: View, facts: Facts) -> None:
    _ = view.words
    rows = plotted_process.several(facts, ROUTING)
    title = titles_process.moved(rows, _)
    drawing.panel_head(
        title,
        _("%, 95% interval; | = before; coloured = changed by more than chance"),
    )
    if rows.empty:
        states.nothing(view, ROUTING[0], "routing")
        return
    behind.plot(
        charts_service.dots(rows, _, view.colours),
        titles_service.dots_table(rows, _),
        "routing",
        titles_service.dots_alt(title, rows, _),
        view,
        height="stretch",
    )


def _promises(view: View, facts: Facts) -> None:
    _ = view.words
    rows = plotted_service.call_months(facts, "promise_compliance")
    title = titles_process.since(_("Promises kept"), rows, "rate", wording.rate, _)
    drawing.panel_head(
        title,
        _(
            "Above: tickets promised a month (dark = replied in time, orange = not); "
            "below: share replied in time; its axis does not start at 0"
        ),
    )
    if rows.empty:
        states.nothing(view, "promise_compliance", "promises")
        return
    behind.plot(
        charts_service.volume(
            rows, facts.target("promise_compliance", "base_target"), _, view.colours
        ),
        titles_process.kept_table(rows, (_("Promised"), _("Replied in time")), _),
        "promises",
        titles_process.months_alt(title, rows, {"rate": ""}, wording.rate, _),
        view,
        height="stretch",
    )


def _branches(view: View) -> None:
    _ = view.words
    facts = plotted_process.around(view)
    names = plotted_process.siblings(view)
    rows = plotted_process.shares(facts, "promise_compliance", "branch", names)
    title = titles_process.worse(rows, _)
    drawing.panel_head(
        title,
        _(
            "Promises kept, %, 95% interval; coloured = differs from the others "
            "(Benjamini–Hochberg, 5%); tap a branch to see it"
        ),
    )
    if rows.empty:
        states.nothing(view, "promise_compliance", "branches")
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


def _overdue(view: View) -> None:
    _ = view.words
    if view.facts.uncut("open_overdue"):
        drawing.panel_head(_("Overdue tickets"), frame.scope_words(view))
        states.nothing(view, "open_overdue", "overdue")
        return
    rows = data.ask_rows(questions.overdue(view.period.code, view.branch, view.where))
    title = titles_process.overdue(rows, _)
    drawing.panel_head(
        title, _("At the period's end, by days since the promise; then each ticket")
    )
    if not rows:
        states.nothing(view, "open_overdue", "overdue")
        return
    listed = tables_process.tickets(rows, data.members(), _)
    panels.aged(view, rows, "overdue", _("Days overdue"), title, listed)


def _resolution(view: View, facts: Facts) -> None:
    _ = view.words
    codes = ("resolution_hours", "resolution_hours_p90")
    rows = plotted_process.months(facts, codes)
    names = {codes[0]: _("median"), codes[1]: _("90% within")}
    title = titles_process.since(
        _("Half resolved within"), rows, codes[0], _hours(view), _
    )
    drawing.panel_head(
        title, _("Hours from opening to closing without waiting, month by month")
    )
    if rows.empty:
        states.nothing(view, codes[0], "resolution")
        return
    write = _hours(view)
    behind.plot(
        charts_process.trend(rows, names, _, view.colours, write),
        titles_process.months_table(rows, names, write, _),
        "resolution",
        titles_process.months_alt(title, rows, names, write, _),
        view,
        height="stretch",
    )


def _hours(view: View) -> titles_process.Write:
    unit = "小时" if view.words.language == "zh" else " h"
    return lambda value: f"{wording.plain(value, 1)}{unit}"
