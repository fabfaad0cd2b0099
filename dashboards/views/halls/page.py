"""营业厅: how long do visitors wait, which halls pass, what do they complain about?"""

from collections.abc import Sequence

import streamlit as st

from dashboards.cards import drawn
from dashboards.cards import findings as cards_findings
from dashboards.cards.facts import Card, Facts, Row, of_view
from dashboards.cards.rows import members, months, named, over, shares, weekdays
from dashboards.kit import behind, labels
from dashboards.kit.bars import Bars
from dashboards.kit.dots import Dots
from dashboards.kit.panel import Panel, draw, draw_row, draw_stacks, head
from dashboards.kit.table import Column, Grid
from dashboards.kit.trend import Trend
from dashboards.shell import data, state
from dashboards.shell.view import View, time_words, unfiltered, view
from dashboards.views.halls import findings
from dashboards.views.halls.charts import LEFT, WAIT, Hours, minutes
from dashboards.views.halls.rows import beside, passes, waits
from jike.kpis.cuts import UNKNOWN
from jike.pages import halls as questions
from jike.pages.halls import EVERY
from jike.words import wording
from jike.words.language import Words

CARDS = (
    Card("hall_wait", against=("yoy",), notes=("hall_wait_p90",)),
    Card("hall_within_limit", against=("base", "yoy"), notes=("mom",)),
    Card("hall_passes", against=("base", "yoy"), notes=("mom",)),
    Card("walk_away_rate", against=("yoy",), notes=("mom",)),
    Card("self_service_rate", against=("yoy",), notes=("mom",)),
    Card("fast_lane_share", against=("yoy",), notes=("mom",)),
    Card("hall_handling_minutes", against=("yoy",), notes=("mom",)),
    Card("misbooked_rate", against=("yoy",), notes=("mom",)),
)

DAYS = (EVERY, "true", "false")

AT_HALLS = tuple(
    ("ownership", member) for member in ("own_own", "own_other", "partner")
)

MOST_MISBOOKED = 10


def page() -> None:
    """Draw the halls of the chosen branch and period, or one of them."""
    chosen = view()
    _ = chosen.words
    # No visit is cut by tier or industry: panels say so, cards too.
    whole = of_view(chosen).unfiltered()
    every = passes(whole, data.members())
    hall = _hall(every, _)
    own = () if hall == EVERY else (("hall", hall),)
    facts = whole.cut(*own)
    said = findings.halls(
        [row for row in every if hall in (EVERY, row["hall"])],
        facts.value("hall_wait"),
        facts.value("hall_within_limit"),
        _,
    )
    caption = findings.visits_caption(
        chosen.branch_name or chosen.whole,
        time_words(chosen, None),
        facts.row("walk_away_rate"),
        _,
    )
    head(said, unfiltered(caption, chosen))
    drawn.draw_cards(drawn.cards(CARDS, of_view(chosen).cut(*own)))
    _panels(chosen, facts, hall, every)


def _panels(view: View, facts: Facts, hall: str, every: Sequence[Row]) -> None:
    draw_stacks(
        view,
        (7, 5),
        (
            {"halls": lambda: _halls(view, every)},
            {
                "watched": lambda: _watched(view, every),
                "waits": lambda: _waits(view, facts, hall),
                "services": lambda: _services(view, facts),
            },
        ),
        low=("watched",),
    )
    draw_row(
        view,
        (7, 5),
        {
            "self_service": lambda: _self_service(view, facts),
            "hours": lambda: _hours(view, hall),
        },
    )
    # Names of types and halls need a panel's whole width where text is enlarged.
    draw(view, "complaints", lambda: _complaints(view, facts))
    draw(view, "ownership", lambda: _by_ownership(view, facts))
    draw(view, "misbooked", lambda: _misbooked(view, facts.cut()))


def _hall(halls: Sequence[Row], words: Words) -> str:
    """Choose one hall of the branch, or all."""
    _ = words
    names = {row["hall"]: row["label"] for row in halls}
    codes = (EVERY, *sorted(names))
    state.take("hall", codes, EVERY)
    st.selectbox(
        _("Hall"),
        codes,
        format_func=lambda code: names.get(code, _("All halls")),
        key="hall",
        label_visibility="collapsed",
        width=240,
    )
    state.leave("hall", EVERY)
    return str(st.session_state["hall"])


def _halls(view: View, rows: Sequence[Row]) -> Panel:
    _ = view.words
    return Panel(
        "halls",
        findings.verdicts(rows, _),
        _(
            "By share of waits within the limit, lowest first; a hall passes when "
            "every mean wait of brand and hours is within its limit; tap a row"
        ),
        rows,
        Grid(leads=("hall", [row["hall"] for row in rows]), is_listing=True),
        _columns(_),
        empty="hall_within_limit",
        name=f"halls_{view.branch}_{view.period.code}",
    )


def _columns(words: Words) -> list[Column]:
    """Of the halls with their verdict and waits; rows: passes()."""
    _ = words
    return [
        Column("label", _("Hall"), width=140, is_pinned=True),
        _verdict(_, 90),
        Column(
            "wait",
            _("Mean wait, minutes"),
            labels.tenth,
            of=lambda row: _rounded(row["wait"]),
            width=100,
            kind="number",
        ),
        Column(
            "within",
            _("Within limit, %"),
            labels.tenth,
            of=lambda row: _rounded(row["within"], 100),
            width=100,
            kind="number",
        ),
        Column("n", _("Waits"), wording.plain, width=70),
        Column(
            "because",
            _("Why no verdict"),
            str,
            of=lambda row: findings.because(row["because"], _),
            width=200,
        ),
    ]


def _verdict(words: Words, width: int | None = None) -> Column:
    _ = words
    return Column(
        "verdict",
        _("Verdict"),
        of=lambda row: findings.verdict(row["verdict"], words),
        width=width,
    )


def _rounded(value: object, times: int = 1) -> float | None:
    number = wording.number(value)
    return None if number is None else float(wording.rounded(times * number, 1))


def _watched(view: View, every: Sequence[Row]) -> Panel:
    """The halls that are watched, each with its verdict, or why it has none."""
    _ = view.words
    codes = {row["hall"] for row in data.ask_rows(questions.watched())}
    rows = sorted(
        (row for row in every if row["hall"] in codes), key=lambda row: row["hall"]
    )
    columns = [
        Column("label", _("Hall")),
        _verdict(_),
        Column(
            "wait",
            _("Mean wait, minutes"),
            of=lambda row: (
                findings.because(row["because"], _) or labels.tenth(row["wait"])
            ),
        ),
    ]
    return Panel(
        "watched",
        _("Watched: {said}", said=findings.verdicts(rows, _)),
        _("Watched halls of the branch: verdict, mean wait in minutes, or why none"),
        rows,
        empty=(_("No watched hall"), _("The list of halls marks none here")),
        below=(lambda: behind.stand(rows, columns)) if rows else None,
    )


def _waits(view: View, facts: Facts, hall: str) -> Panel:
    _ = view.words
    found = data.ask_rows(questions.waits(view.period.code, view.branch, hall))
    rows = waits(found, facts, data.members())
    return Panel(
        "waits",
        findings.waits(rows, _),
        _("Mean wait in minutes; | = limit; blue = within, orange = beyond"),
        rows,
        Bars(_("Brand and hours"), labels.tenth),
        empty="hall_wait",
        height="content",
    )


def _services(view: View, facts: Facts) -> Panel:
    _ = view.words
    rows = members(facts, "hall_handling_minutes", "service", data.members())
    return Panel(
        "services",
        cards_findings.slowest(rows, lambda value: minutes(value, _), _),
        _("Mean minutes of a transaction; | = before"),
        rows,
        Bars(_("Service"), labels.tenth, cards_findings.versus(facts)),
        empty="hall_handling_minutes",
    )


def _self_service(view: View, facts: Facts) -> Panel:
    _ = view.words
    main, fast = "self_service_rate", "fast_lane_share"
    at_end = facts.cut(*facts.own, ("is_month_end", "true"))
    rows = beside(months(facts, (main, fast)), months(at_end, (fast,)), fast, "at_end")
    names = {
        main: _("self-service"),
        "at_end": _("fast, month's end"),
        fast: _("fast lane"),
    }
    said = _("Self-service payments")
    return Panel(
        "self_service",
        cards_findings.since(said, over(rows, facts), main, wording.rate, _),
        _(
            "Payments by self-service, and queue tickets of the fast lane: all days, "
            "and the last 3 and first 2 of a month"
        ),
        rows,
        Trend(names, wording.rate),
        empty=main,
    )


def _hours(view: View, hall: str) -> Panel:
    _ = view.words
    names = data.members()
    days = weekdays(names, _)
    measure = state.take("show", (WAIT, LEFT), WAIT)
    which = state.take("days", DAYS, EVERY)
    rows = data.ask(questions.hours(view.period.code, view.branch, hall, which))
    if not rows[measure].notna().any():
        rows = rows.iloc[:0]
    return Panel(
        "hours",
        findings.hours(rows, measure, days, _),
        _("Mean wait in minutes by hour and weekday; stronger = longer; ° = under 30")
        if measure == WAIT
        else _("Left without being served, %, by hour and weekday; ° = under 30"),
        rows,
        Hours(measure, days, weekdays(names, _, short=True)),
        table=rows.sort_values(["weekday", "hour"]),
        empty="hall_wait",
        controls=lambda: _what_hours(view),
        height="content",
    )


def _what_hours(view: View) -> None:
    """Choose the measure and the days of the hours."""
    _ = view.words
    names = data.members()
    measures = {WAIT: _("Mean wait"), LEFT: _("Walk-aways")}
    days = {EVERY: _("All days")} | {
        member: named(names, "is_month_end", member, _) for member in DAYS[1:]
    }
    with st.container(horizontal=True, gap="small"):
        st.selectbox(
            _("Show"),
            tuple(measures),
            format_func=measures.__getitem__,
            key="show",
            label_visibility="collapsed",
            width=132,
        )
        st.selectbox(
            _("Days"),
            DAYS,
            format_func=days.__getitem__,
            key="days",
            label_visibility="collapsed",
            width=180,
        )
    state.leave("show", WAIT)
    state.leave("days", EVERY)


def _complaints(view: View, facts: Facts) -> Panel:
    """Complaints at halls by type."""
    _ = view.words
    rows = members(facts, "complaints", "complaint_type", data.members(), AT_HALLS)
    on = cards_findings.versus(facts)
    return Panel(
        "complaints_complaint_type",
        cards_findings.counted(_("Complaints at halls"), rows, on, _),
        _("By complaint type; | = before; blue = fewer, orange = more"),
        rows,
        Bars(_("Complaint type"), wording.plain, on),
        empty="complaints",
    )


def _by_ownership(view: View, facts: Facts) -> Panel:
    """Complaints at halls by ownership of the hall."""
    _ = view.words
    rows = members(facts, "complaints", "ownership", data.members(), AT_HALLS)
    on = cards_findings.versus(facts)
    what = _("Complaints at halls")
    return Panel(
        "complaints_ownership",
        findings.each(rows, on, _) or cards_findings.counted(what, rows, on, _),
        _("By ownership of the hall; | = before; blue = fewer, orange = more"),
        rows,
        Bars(_("Ownership"), wording.plain, on),
        empty="complaints",
    )


def _misbooked(view: View, facts: Facts) -> Panel:
    _ = view.words
    names = {
        member: _.name(row)
        for (dimension, member), row in data.members().items()
        if dimension == "hall" and member != UNKNOWN
    }
    every = shares(facts, "misbooked_rate", "hall", names)
    rows = every.head(MOST_MISBOOKED)
    rate = facts.value("misbooked_rate")
    line = None if rate is None else 100 * rate
    return Panel(
        "misbooked",
        cards_findings.worse(every, _),
        _(
            "Tickets booked to another hall, %, 95% interval, the ten highest; "
            "orange = differs from the others; tap a hall"
        ),
        rows,
        Dots(line, _("all {rate}", rate=wording.rate(rate))),
        empty="misbooked_rate",
        taps=behind.Taps(list(rows["target"])),
    )
