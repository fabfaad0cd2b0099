"""投诉与工单: what comes in, are promises kept, what is overdue or goes astray?"""

import streamlit as st

from dashboards.cards import drawn, panels
from dashboards.cards import findings as cards_findings
from dashboards.cards import rows as cards_rows
from dashboards.cards.facts import Card, Facts, of_view
from dashboards.cards.rows import (
    Names,
    around,
    call_months,
    member_column,
    months,
    shares,
    siblings,
)
from dashboards.kit import bars, behind, dots, labels, panel, trend, volume
from dashboards.kit.colours import colours
from dashboards.kit.table import Column
from dashboards.pages.tickets import findings as tickets_findings
from dashboards.pages.tickets.rows import several
from dashboards.shell import data
from dashboards.shell import view as shell_view
from dashboards.shell.view import View, scope_words, time_words
from jike.pages import tickets as questions
from jike.words import wording
from jike.words.language import Words

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
    view = shell_view.view()
    _ = view.words
    facts = of_view(view)
    panel.head(
        tickets_findings.tickets(
            facts.value("tickets_opened"),
            facts.value("promise_compliance"),
            facts.value("open_overdue"),
            _,
        ),
        labels.scoped(scope_words(view), time_words(view, None), _),
    )
    drawn.draw_cards(drawn.cards(CARDS, facts))
    left, right = st.columns([7, 5])
    with left, panel.panel("types"):
        _types(view, facts)
    with right, panel.panel("cuts"):
        _cuts(view, facts)
    with panel.panel("routing", height="content"):
        _routing(view, facts)
    left, right = st.columns([7, 5])
    with left, panel.panel("promises"):
        _promises(view, facts)
    with right, panel.panel("branches"):
        _branches(view)
    left, right = st.columns([7, 5])
    with left, panel.panel("overdue"):
        _overdue(view)
    with right, panel.panel("resolution"):
        _resolution(view, facts)


def _types(view: View, facts: Facts) -> None:
    _ = view.words
    rows = cards_rows.members(
        facts, "complaints", "complaint_type", data.members(), (("class", "complaint"),)
    )
    on = cards_findings.versus(facts)
    title = cards_findings.counted(_("Complaints"), rows, on, _)
    panel.panel_head(
        title, _("By complaint type; | = before; blue = fewer, orange = more")
    )
    if rows.empty:
        panel.nothing(view, "complaints", "types")
        return
    behind.plot(
        bars.bars(rows, _, colours(view.theme), wording.plain, versus=on),
        bars.bars_table(rows, _("Complaint type"), wording.plain, _),
        "types",
        bars.bars_alt(title, rows, wording.plain, _),
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
    panel.show(view, panels.counted(view, facts, "tickets_opened", "cuts", said, cuts))


def _routing(view: View, facts: Facts) -> None:
    _ = view.words
    rows = several(facts, ROUTING)
    title = tickets_findings.moved(rows, _)
    panel.panel_head(
        title,
        _("%, 95% interval; | = before; coloured = changed by more than chance"),
    )
    if rows.empty:
        panel.nothing(view, ROUTING[0], "routing")
        return
    behind.plot(
        dots.dots(rows, _, colours(view.theme)),
        dots.dots_table(rows, _),
        "routing",
        dots.dots_alt(title, rows, _),
        view,
        height="stretch",
    )


def _promises(view: View, facts: Facts) -> None:
    _ = view.words
    rows = call_months(facts, "promise_compliance")
    title = cards_findings.since(_("Promises kept"), rows, "rate", wording.rate, _)
    panel.panel_head(
        title,
        _(
            "Above: tickets promised a month (dark = replied in time, orange = not); "
            "below: share replied in time; its axis does not start at 0"
        ),
    )
    if rows.empty:
        panel.nothing(view, "promise_compliance", "promises")
        return
    behind.plot(
        volume.volume(
            rows,
            facts.target("promise_compliance", "base_target"),
            _,
            colours(view.theme),
        ),
        volume.kept_table(rows, (_("Promised"), _("Replied in time")), _),
        "promises",
        trend.months_alt(title, rows, {"rate": ""}, wording.rate, _),
        view,
        height="stretch",
    )


def _branches(view: View) -> None:
    _ = view.words
    facts = around(view)
    names = siblings(view)
    rows = shares(facts, "promise_compliance", "branch", names)
    title = cards_findings.worse(rows, _)
    panel.panel_head(
        title,
        _(
            "Promises kept, %, 95% interval; coloured = differs from the others "
            "(Benjamini–Hochberg, 5%); tap a branch to see it"
        ),
    )
    if rows.empty:
        panel.nothing(view, "promise_compliance", "branches")
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


def _overdue(view: View) -> None:
    _ = view.words
    if of_view(view).uncut("open_overdue"):
        panel.panel_head(_("Overdue tickets"), scope_words(view))
        panel.nothing(view, "open_overdue", "overdue")
        return
    rows = data.ask_rows(questions.overdue(view.period.code, view.branch, view.where))
    made = panel.Panel(
        "overdue",
        tickets_findings.overdue(rows, _),
        _("At the period's end, by days since the promise; then each ticket"),
        rows,
        empty="open_overdue",
    )
    columns = _columns(data.members(), _)
    panel.show(view, panels.aged(view, rows, made, _("Days overdue"), columns))


def _columns(names: Names, words: Words) -> list[Column]:
    """Of the overdue tickets, by their ids; rows: questions.overdue()."""
    _ = words
    return [
        Column("ticket_id", _("Ticket"), width=100, is_pinned=True),
        Column("days", _("Days overdue"), width=80, kind="number"),
        member_column("class", _("Class"), names, _, 90),
        member_column("source", _("Source"), names, _, 100),
        Column("branch", _("Branch"), of=lambda row: labels.branch(row, _), width=100),
        Column("tier", _("Tier"), width=60),
        Column("opened_at", _("Opened"), wording.iso, width=100),
        Column("promised_at", _("Promised"), wording.iso, width=100),
    ]


def _resolution(view: View, facts: Facts) -> None:
    _ = view.words
    codes = ("resolution_hours", "resolution_hours_p90")
    rows = months(facts, codes)
    names = {codes[0]: _("median"), codes[1]: _("90% within")}
    title = cards_findings.since(
        _("Half resolved within"), rows, codes[0], _hours(view), _
    )
    panel.panel_head(
        title, _("Hours from opening to closing without waiting, month by month")
    )
    if rows.empty:
        panel.nothing(view, codes[0], "resolution")
        return
    write = _hours(view)
    behind.plot(
        trend.trend(rows, names, _, colours(view.theme), write),
        trend.months_table(rows, names, write, _),
        "resolution",
        trend.months_alt(title, rows, names, write, _),
        view,
        height="stretch",
    )


def _hours(view: View) -> labels.Write:
    unit = "小时" if view.words.language == "zh" else " h"
    return lambda value: f"{wording.plain(value, 1)}{unit}"
