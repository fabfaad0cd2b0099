"""投诉与工单: what comes in, are promises kept, what is overdue or goes astray?"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboards.cards import drawn, findings, free_cuts, panels
from dashboards.cards.comparisons import is_change
from dashboards.cards.facts import Card, Facts, of_view
from dashboards.cards.rows import (
    Names,
    around,
    call_months,
    dot,
    dots,
    earlier,
    member_column,
    members,
    months,
    over,
    per_cent,
    shares,
    siblings,
)
from dashboards.kit import labels
from dashboards.kit.bars import Bars
from dashboards.kit.behind import Taps
from dashboards.kit.dots import Dots
from dashboards.kit.panel import Panel, draw, draw_row, head
from dashboards.kit.table import Column
from dashboards.kit.trend import Trend
from dashboards.kit.volume import Volume
from dashboards.shell import data
from dashboards.shell.view import View, scope_words, time_words, view
from jike.pages import tickets as questions
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.cards.rows import Frame

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
    chosen = view()
    _ = chosen.words
    facts = of_view(chosen)
    head(
        tickets(
            facts.value("tickets_opened"),
            facts.value("promise_compliance"),
            facts.value("open_overdue"),
            _,
        ),
        labels.scoped(scope_words(chosen), time_words(chosen, None), _),
    )
    drawn.draw_cards(drawn.cards(CARDS, facts))
    draw_row(
        chosen,
        (7, 5),
        {
            "types": lambda: _types(chosen, facts),
            "cuts": lambda: _cuts(chosen, facts),
        },
    )
    draw(chosen, "routing", lambda: _routing(chosen, facts))
    draw_row(
        chosen,
        (7, 5),
        {
            "promises": lambda: _promises(chosen, facts),
            "branches": lambda: _branches(chosen),
        },
    )
    draw_row(
        chosen,
        (7, 5),
        {
            "overdue": lambda: _overdue(chosen, facts),
            "resolution": lambda: _resolution(chosen, facts),
        },
    )
    free_cuts.draw_by(chosen, facts, "tickets_opened")


def _types(view: View, facts: Facts) -> Panel:
    _ = view.words
    where = (("class", "complaint"),)
    rows = members(facts, "complaints", "complaint_type", data.members(), where)
    on = findings.versus(facts)
    return Panel(
        "types",
        findings.counted(_("Complaints"), rows, on, _),
        _("By complaint type; | = before; blue = fewer, orange = more"),
        rows,
        Bars(_("Complaint type"), wording.plain, on),
        empty="complaints",
    )


def _cuts(view: View, facts: Facts) -> Panel:
    """Tickets by class or by source."""
    _ = view.words
    said = (_("Tickets opened"), _("Tickets opened in the period; | = before"))
    cuts = {
        "class": (_("By class"), _("Class")),
        "source": (_("By source"), _("Source")),
    }
    return panels.counted(view, facts, "tickets_opened", "cuts", said, cuts)


def _routing(view: View, facts: Facts) -> Panel:
    _ = view.words
    rows = several(facts, ROUTING)
    return Panel(
        "routing",
        moved(rows, _),
        _("%, 95% interval; | = before; coloured = changed by more than chance"),
        rows,
        Dots(),
        empty=ROUTING[0],
    )


def _promises(view: View, facts: Facts) -> Panel:
    _ = view.words
    rows = call_months(facts, "promise_compliance")
    return Panel(
        "promises",
        findings.since(_("Promises kept"), over(rows, facts), "rate", wording.rate, _),
        _(
            "Above: tickets promised a month (dark = replied in time, orange = not); "
            "below: share replied in time; its axis does not start at 0"
        ),
        rows,
        Volume(
            (_("Promised"), _("Replied in time")),
            facts.target("promise_compliance", "base_target"),
        ),
        empty="promise_compliance",
    )


def _branches(view: View) -> Panel:
    _ = view.words
    rows = shares(around(view), "promise_compliance", "branch", siblings(view))
    return Panel(
        "branches",
        findings.worse(rows, _),
        _(
            "Promises kept, %, 95% interval; coloured = differs from the others "
            "(Benjamini–Hochberg, 5%); tap a branch to see it"
        ),
        rows,
        Dots(),
        empty="promise_compliance",
        taps=Taps(list(rows["target"])),
    )


def _overdue(view: View, facts: Facts) -> Panel:
    _ = view.words
    if facts.uncut("open_overdue"):
        title, caption = _("Overdue tickets"), scope_words(view)
        return Panel("overdue", title, caption, rows=(), empty="open_overdue")
    rows = data.ask_rows(questions.overdue(view.period.code, view.branch, view.where))
    panel = Panel(
        "overdue",
        overdue(rows, _),
        _("At the period's end, by days since the promise; then each ticket"),
        rows,
        empty="open_overdue",
    )
    columns = _columns(data.members(), _)
    return panels.aged(view, rows, panel, _("Days overdue"), columns)


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
        *free_cuts.columns("tickets", _),
    ]


def _resolution(view: View, facts: Facts) -> Panel:
    _ = view.words
    codes = ("resolution_hours", "resolution_hours_p90")
    rows = months(facts, codes)
    write = labels.time_in("hours", _)
    return Panel(
        "resolution",
        findings.since(
            _("Half resolved within"), over(rows, facts), codes[0], write, _
        ),
        _("Hours from opening to closing without waiting, month by month"),
        rows,
        Trend({codes[0]: _("median"), codes[1]: _("90% within")}, write),
        empty=codes[0],
    )


def several(facts: Facts, codes: Sequence[str]) -> "Frame":
    """Several shares of the same scope with what they were, as dots in per cent."""
    then = earlier(facts)
    rows = []
    for code in codes:
        kpi = facts.catalogue[code]
        now = facts.row(code)
        if wording.is_missing(now.get("value")):
            continue
        was = facts.row(code, then) if then else {}
        known = not wording.is_missing(was.get("value"))
        sign = 0
        if known and is_change(now, was):
            sign = (now["value"] > was["value"]) - (now["value"] < was["value"])
        verdict = sign * {"up": 1, "down": -1}.get(kpi.direction, 0)
        name = kpi.name(facts.words.language)
        rows.append(per_cent(dot(name, now, was if known else None, verdict)))
    return dots(rows)


def moved(frame: "Frame", words: Words) -> str:
    """Which of several shares got worse, else better, by more than chance.

    frame: several().
    """
    _ = words
    for sign, said in (
        (-1, _("{names} worse than before")),
        (1, _("{names} better than before")),
    ):
        names = list(frame[frame["verdict"] == sign]["label"])
        if 0 < len(names) <= 2:
            return said.format(names=_.together(names))
        if names:
            return (
                _("{n} of {of} rates worse than before", n=len(names), of=len(frame))
                if sign < 0
                else _(
                    "{n} of {of} rates better than before", n=len(names), of=len(frame)
                )
            )
    return _("No rate changed by more than chance")


def tickets(
    opened: float | None, compliance: float | None, overdue: float | None, words: Words
) -> str:
    """How many tickets were opened, how many promises kept, how many are overdue."""
    _ = words
    if wording.is_missing(opened):
        return _("No tickets in this period")
    parts = [_("{n} tickets", n=wording.plain(opened))]
    if not wording.is_missing(compliance):
        parts.append(_("{rate} of promises kept", rate=wording.rate(compliance)))
    if not wording.is_missing(overdue):
        parts.append(_("{n} overdue", n=wording.plain(overdue)))
    return _.clauses(parts)


def overdue(rows: Sequence[Mapping[str, Any]], words: Words) -> str:
    """How many tickets are overdue, and for how long the oldest of them."""
    _ = words
    if not rows:
        return _("No ticket is overdue")
    return words.many(
        "{n} ticket overdue, for up to {days} days",
        "{n} tickets overdue, for up to {days} days",
        len(rows),
        days=wording.plain(max(row["days"] for row in rows)),
    )
