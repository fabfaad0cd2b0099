"""营业厅: how long do visitors wait, which halls pass, what do they complain about?"""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from dashboards import (
    behind,
    charts_process,
    charts_service,
    data,
    drawing,
    frame,
    plotted_process,
    plotted_service,
    state,
    states,
    tables_process,
    titles_process,
    titles_service,
)
from dashboards.facts import Card, Facts, Row
from dashboards.frame import View
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
WAIT, LEFT = "wait_minutes", "walk_away_rate"
DAYS = (EVERY, "true", "false")
AT_HALLS = tuple(
    ("ownership", member) for member in ("own_own", "own_other", "partner")
)
MOST_MISBOOKED = 10


def page() -> None:
    """Draw the halls of the chosen branch and period, or one of them."""
    view = frame.view()
    _ = view.words
    # No visit is cut by tier or industry: panels say so, cards too.
    whole = replace(view.facts, where=(), _rows={})
    every = plotted_process.passes(whole, data.members())
    hall = _hall(every, _)
    own = () if hall == EVERY else (("hall", hall),)
    facts = plotted_process.cut_to(whole, *own)
    chosen = [row for row in every if hall in (EVERY, row["hall"])]
    drawing.head(
        titles_process.halls(
            chosen, facts.value("hall_wait"), facts.value("hall_within_limit"), _
        ),
        frame.unfiltered(
            titles_process.visits_caption(
                view.branch_name or view.whole,
                frame.time_words(view, None),
                facts.row("walk_away_rate"),
                _,
            ),
            view,
        ),
    )
    drawing.draw_cards(drawing.cards(CARDS, plotted_process.cut_to(view.facts, *own)))
    _panels(view, facts, hall, every)


def _panels(view: View, facts: Facts, hall: str, every: Sequence[Row]) -> None:
    left, right = st.columns([7, 5])
    with left, drawing.panel("halls"):
        _halls(view, every)
    with right, drawing.panel("watched", height="content"):
        _watched(view, every)
    with right, drawing.panel("waits"):
        _waits(view, facts, hall)
    with right, drawing.panel("services"):
        _services(view, facts, hall)
    left, right = st.columns([7, 5])
    with left, drawing.panel("self_service"):
        _self_service(view, facts)
    with right, drawing.panel("hours"):
        _hours(view, hall)
    # Names of types and halls need a panel's whole width where text is enlarged.
    with drawing.panel("complaints", height="content"):
        _complaints(view, facts, "complaint_type")
    with drawing.panel("ownership", height="content"):
        _complaints(view, facts, "ownership")
    with drawing.panel("misbooked", height="content"):
        _misbooked(view, replace(facts, own=(), _rows={}))


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


def _halls(view: View, rows: Sequence[Row]) -> None:
    _ = view.words
    title = titles_process.verdicts(rows, _)
    drawing.panel_head(
        title,
        _(
            "By share of waits within the limit, lowest first; a hall passes when "
            "every mean wait of brand and hours is within its limit; tap a row"
        ),
    )
    if not rows:
        states.nothing(view, "hall_within_limit", "halls")
        return
    shown, columns = tables_process.halls(rows, _)
    leads = ("hall", [row["hall"] for row in rows])
    key = f"halls_{view.branch}_{view.period.code}"
    drawing.listing(shown, columns, key, title, _, leads)


def _watched(view: View, every: Sequence[Row]) -> None:
    """The halls that are watched, each with its verdict, or why it has none."""
    _ = view.words
    codes = {row["hall"] for row in data.ask_rows(questions.watched())}
    rows = sorted(
        (row for row in every if row["hall"] in codes), key=lambda row: row["hall"]
    )
    drawing.panel_head(
        _("Watched: {said}", said=titles_process.verdicts(rows, _)),
        _("Watched halls of the branch: verdict, mean wait in minutes, or why none"),
    )
    if not rows:
        drawing.empty(_("No watched hall"), _("The list of halls marks none here"))
        return
    st.markdown(behind.as_markdown(titles_process.watched_table(rows, _)))


def _waits(view: View, facts: Facts, hall: str) -> None:
    _ = view.words
    found = data.ask_rows(questions.waits(view.period.code, view.branch, hall))
    rows = plotted_process.waits(found, facts, data.members())
    title = titles_process.waits(rows, _)
    drawing.panel_head(
        title, _("Mean wait in minutes; | = limit; blue = within, orange = beyond")
    )
    if rows.empty:
        states.nothing(view, "hall_wait", "waits")
        return
    behind.plot(
        charts_process.bars(rows, _, view.colours, _tenth),
        titles_process.bars_table(rows, _("Brand and hours"), _tenth, _),
        "waits",
        titles_process.bars_alt(title, rows, _tenth, _),
        view,
    )


def _tenth(value: float) -> str:
    return wording.plain(value, 1)


def _services(view: View, facts: Facts, hall: str) -> None:
    _ = view.words
    rows = plotted_process.members(
        facts, "hall_handling_minutes", "service", data.members()
    )
    title = titles_process.slowest(
        rows, lambda value: titles_process.minutes(value, _), _
    )
    on = titles_process.versus(facts)
    drawing.panel_head(title, _("Mean minutes of a transaction; | = before"))
    if rows.empty:
        states.nothing(view, "hall_handling_minutes", "services")
        return
    behind.plot(
        charts_process.bars(rows, _, view.colours, _tenth, versus=on),
        titles_process.bars_table(rows, _("Service"), _tenth, _),
        "services",
        titles_process.bars_alt(title, rows, _tenth, _),
        view,
        height="stretch",
    )


def _self_service(view: View, facts: Facts) -> None:
    _ = view.words
    rows = plotted_process.months(facts, ("self_service_rate", "fast_lane_share"))
    at_end = plotted_process.months(
        plotted_process.cut_to(facts, *facts.own, ("is_month_end", "true")),
        ("fast_lane_share",),
    )
    rows = plotted_process.beside(rows, at_end, "fast_lane_share", "at_month_end")
    names = {
        "self_service_rate": _("self-service"),
        "at_month_end": _("fast, month's end"),
        "fast_lane_share": _("fast lane"),
    }
    title = titles_process.since(
        _("Self-service payments"), rows, "self_service_rate", wording.rate, _
    )
    drawing.panel_head(
        title,
        _(
            "Payments by self-service, and queue tickets of the fast lane: all days, "
            "and the last 3 and first 2 of a month"
        ),
    )
    if rows.empty:
        states.nothing(view, "self_service_rate", "self_service")
        return
    behind.plot(
        charts_process.trend(rows, names, _, view.colours, wording.rate),
        titles_process.months_table(rows, names, wording.rate, _),
        "self_service",
        titles_process.months_alt(title, rows, names, wording.rate, _),
        view,
        height="stretch",
    )


def _hours(view: View, hall: str) -> None:
    _ = view.words
    weekdays = plotted_service.weekdays(data.members(), _)
    measure = state.take("show", (WAIT, LEFT), WAIT)
    days = state.take("days", DAYS, EVERY)
    rows = data.ask(questions.hours(view.period.code, view.branch, hall, days))
    title = titles_process.hours(rows, measure, weekdays, _)
    drawing.panel_head(
        title,
        _("Mean wait in minutes by hour and weekday; stronger = longer; ° = under 30")
        if measure == WAIT
        else _("Left without being served, %, by hour and weekday; ° = under 30"),
    )
    _what_hours(view)
    if rows.empty or not rows[measure].notna().any():
        states.nothing(view, "hall_wait", "hours")
        return
    short = plotted_service.weekdays(data.members(), _, short=True)
    behind.plot(
        charts_process.hours(rows, short, _, view.colours, measure),
        titles_process.hours_table(rows, weekdays, _),
        "hours",
        titles_process.hours_alt(title, rows, measure, weekdays, _),
        view,
    )


def _what_hours(view: View) -> None:
    """Choose the measure and the days of the hours."""
    _ = view.words
    names = data.members()
    measures = {WAIT: _("Mean wait"), LEFT: _("Walk-aways")}
    days = {EVERY: _("All days")} | {
        member: plotted_service.named(names, "is_month_end", member, _)
        for member in DAYS[1:]
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


def _complaints(view: View, facts: Facts, dimension: str) -> None:
    """Complaints at halls by ownership of the hall, or by type."""
    _ = view.words
    rows = plotted_process.members(
        facts, "complaints", dimension, data.members(), AT_HALLS
    )
    on = titles_process.versus(facts)
    what = _("Complaints at halls")
    title = titles_process.counted(what, rows, on, _)
    if dimension == "ownership":
        title = titles_process.each(rows, on, _) or title
    heads = {"ownership": _("Ownership"), "complaint_type": _("Complaint type")}
    captions = {
        "ownership": _(
            "By ownership of the hall; | = before; blue = fewer, orange = more"
        ),
        "complaint_type": _(
            "By complaint type; | = before; blue = fewer, orange = more"
        ),
    }
    drawing.panel_head(title, captions[dimension])
    if rows.empty:
        states.nothing(view, "complaints", dimension)
        return
    behind.plot(
        charts_process.bars(rows, _, view.colours, wording.plain, versus=on),
        titles_process.bars_table(rows, heads[dimension], wording.plain, _),
        f"complaints_{dimension}",
        titles_process.bars_alt(title, rows, wording.plain, _),
        view,
        height="stretch",
    )


def _misbooked(view: View, facts: Facts) -> None:
    _ = view.words
    names = {
        member: _.name(row)
        for (dimension, member), row in data.members().items()
        if dimension == "hall" and not titles_process.is_unknown(member)
    }
    every = plotted_process.shares(facts, "misbooked_rate", "hall", names)
    title = titles_process.worse(every, _)
    rows = every.head(MOST_MISBOOKED)
    drawing.panel_head(
        title,
        _(
            "Tickets booked to another hall, %, 95% interval, the ten highest; "
            "orange = differs from the others; tap a hall"
        ),
    )
    if rows.empty:
        states.nothing(view, "misbooked_rate", "misbooked")
        return
    rate = facts.value("misbooked_rate")
    behind.plot(
        charts_service.dots(
            rows,
            _,
            view.colours,
            None if rate is None else 100 * rate,
            _("all {rate}", rate=wording.rate(rate)),
        ),
        titles_service.dots_table(rows, _),
        "misbooked",
        titles_service.dots_alt(title, rows, _),
        view,
        taps=behind.Taps(list(rows["target"])),
        height="stretch",
    )
