"""营业厅: how long do visitors wait, which halls pass, what do they complain about?"""

from collections.abc import Sequence

import streamlit as st

from dashboards.cards import drawn
from dashboards.cards import findings as cards_findings
from dashboards.cards import rows as cards_rows
from dashboards.cards.facts import Card, Facts, Row, of_view
from dashboards.cards.rows import months, named, shares
from dashboards.kit import bars, behind, dots, panel, table, trend
from dashboards.kit.colours import colours
from dashboards.pages.halls import charts, tables
from dashboards.pages.halls import findings as halls_findings
from dashboards.pages.halls import rows as halls_rows
from dashboards.pages.halls.rows import beside, passes
from dashboards.shell import data, state
from dashboards.shell import view as shell_view
from dashboards.shell.view import View, time_words, unfiltered
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
    view = shell_view.view()
    _ = view.words
    # No visit is cut by tier or industry: panels say so, cards too.
    whole = of_view(view).unfiltered()
    every = passes(whole, data.members())
    hall = _hall(every, _)
    own = () if hall == EVERY else (("hall", hall),)
    facts = whole.cut(*own)
    chosen = [row for row in every if hall in (EVERY, row["hall"])]
    panel.head(
        halls_findings.halls(
            chosen, facts.value("hall_wait"), facts.value("hall_within_limit"), _
        ),
        unfiltered(
            halls_findings.visits_caption(
                view.branch_name or view.whole,
                time_words(view, None),
                facts.row("walk_away_rate"),
                _,
            ),
            view,
        ),
    )
    drawn.draw_cards(drawn.cards(CARDS, of_view(view).cut(*own)))
    _panels(view, facts, hall, every)


def _panels(view: View, facts: Facts, hall: str, every: Sequence[Row]) -> None:
    left, right = st.columns([7, 5])
    with left, panel.panel("halls"):
        _halls(view, every)
    with right, panel.panel("watched", height="content"):
        _watched(view, every)
    with right, panel.panel("waits"):
        _waits(view, facts, hall)
    with right, panel.panel("services"):
        _services(view, facts, hall)
    left, right = st.columns([7, 5])
    with left, panel.panel("self_service"):
        _self_service(view, facts)
    with right, panel.panel("hours"):
        _hours(view, hall)
    # Names of types and halls need a panel's whole width where text is enlarged.
    with panel.panel("complaints", height="content"):
        _complaints(view, facts, "complaint_type")
    with panel.panel("ownership", height="content"):
        _complaints(view, facts, "ownership")
    with panel.panel("misbooked", height="content"):
        _misbooked(view, facts.cut())


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
    title = halls_findings.verdicts(rows, _)
    panel.panel_head(
        title,
        _(
            "By share of waits within the limit, lowest first; a hall passes when "
            "every mean wait of brand and hours is within its limit; tap a row"
        ),
    )
    if not rows:
        panel.nothing(view, "hall_within_limit", "halls")
        return
    shown, columns = tables.halls(rows, _)
    leads = ("hall", [row["hall"] for row in rows])
    key = f"halls_{view.branch}_{view.period.code}"
    table.listing(shown, columns, key, title, _, leads)


def _watched(view: View, every: Sequence[Row]) -> None:
    """The halls that are watched, each with its verdict, or why it has none."""
    _ = view.words
    codes = {row["hall"] for row in data.ask_rows(questions.watched())}
    rows = sorted(
        (row for row in every if row["hall"] in codes), key=lambda row: row["hall"]
    )
    panel.panel_head(
        _("Watched: {said}", said=halls_findings.verdicts(rows, _)),
        _("Watched halls of the branch: verdict, mean wait in minutes, or why none"),
    )
    if not rows:
        panel.empty(_("No watched hall"), _("The list of halls marks none here"))
        return
    st.markdown(behind.as_markdown(halls_findings.watched_table(rows, _)))


def _waits(view: View, facts: Facts, hall: str) -> None:
    _ = view.words
    found = data.ask_rows(questions.waits(view.period.code, view.branch, hall))
    rows = halls_rows.waits(found, facts, data.members())
    title = halls_findings.waits(rows, _)
    panel.panel_head(
        title, _("Mean wait in minutes; | = limit; blue = within, orange = beyond")
    )
    if rows.empty:
        panel.nothing(view, "hall_wait", "waits")
        return
    behind.plot(
        bars.bars(rows, _, colours(view.theme), _tenth),
        bars.bars_table(rows, _("Brand and hours"), _tenth, _),
        "waits",
        bars.bars_alt(title, rows, _tenth, _),
        view,
    )


def _tenth(value: float) -> str:
    return wording.plain(value, 1)


def _services(view: View, facts: Facts, hall: str) -> None:
    _ = view.words
    rows = cards_rows.members(facts, "hall_handling_minutes", "service", data.members())
    title = cards_findings.slowest(
        rows, lambda value: halls_findings.minutes(value, _), _
    )
    on = cards_findings.versus(facts)
    panel.panel_head(title, _("Mean minutes of a transaction; | = before"))
    if rows.empty:
        panel.nothing(view, "hall_handling_minutes", "services")
        return
    behind.plot(
        bars.bars(rows, _, colours(view.theme), _tenth, versus=on),
        bars.bars_table(rows, _("Service"), _tenth, _),
        "services",
        bars.bars_alt(title, rows, _tenth, _),
        view,
        height="stretch",
    )


def _self_service(view: View, facts: Facts) -> None:
    _ = view.words
    rows = months(facts, ("self_service_rate", "fast_lane_share"))
    at_end = months(
        facts.cut(*facts.own, ("is_month_end", "true")),
        ("fast_lane_share",),
    )
    rows = beside(rows, at_end, "fast_lane_share", "at_month_end")
    names = {
        "self_service_rate": _("self-service"),
        "at_month_end": _("fast, month's end"),
        "fast_lane_share": _("fast lane"),
    }
    title = cards_findings.since(
        _("Self-service payments"), rows, "self_service_rate", wording.rate, _
    )
    panel.panel_head(
        title,
        _(
            "Payments by self-service, and queue tickets of the fast lane: all days, "
            "and the last 3 and first 2 of a month"
        ),
    )
    if rows.empty:
        panel.nothing(view, "self_service_rate", "self_service")
        return
    behind.plot(
        trend.trend(rows, names, _, colours(view.theme), wording.rate),
        trend.months_table(rows, names, wording.rate, _),
        "self_service",
        trend.months_alt(title, rows, names, wording.rate, _),
        view,
        height="stretch",
    )


def _hours(view: View, hall: str) -> None:
    _ = view.words
    weekdays = cards_rows.weekdays(data.members(), _)
    measure = state.take("show", (WAIT, LEFT), WAIT)
    days = state.take("days", DAYS, EVERY)
    rows = data.ask(questions.hours(view.period.code, view.branch, hall, days))
    title = halls_findings.hours(rows, measure, weekdays, _)
    panel.panel_head(
        title,
        _("Mean wait in minutes by hour and weekday; stronger = longer; ° = under 30")
        if measure == WAIT
        else _("Left without being served, %, by hour and weekday; ° = under 30"),
    )
    _what_hours(view)
    if rows.empty or not rows[measure].notna().any():
        panel.nothing(view, "hall_wait", "hours")
        return
    short = cards_rows.weekdays(data.members(), _, short=True)
    behind.plot(
        charts.hours(rows, short, _, colours(view.theme), measure),
        halls_findings.hours_table(rows, weekdays, _),
        "hours",
        halls_findings.hours_alt(title, rows, measure, weekdays, _),
        view,
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


def _complaints(view: View, facts: Facts, dimension: str) -> None:
    """Complaints at halls by ownership of the hall, or by type."""
    _ = view.words
    rows = cards_rows.members(facts, "complaints", dimension, data.members(), AT_HALLS)
    on = cards_findings.versus(facts)
    what = _("Complaints at halls")
    title = cards_findings.counted(what, rows, on, _)
    if dimension == "ownership":
        title = halls_findings.each(rows, on, _) or title
    heads = {"ownership": _("Ownership"), "complaint_type": _("Complaint type")}
    captions = {
        "ownership": _(
            "By ownership of the hall; | = before; blue = fewer, orange = more"
        ),
        "complaint_type": _(
            "By complaint type; | = before; blue = fewer, orange = more"
        ),
    }
    panel.panel_head(title, captions[dimension])
    if rows.empty:
        panel.nothing(view, "complaints", dimension)
        return
    behind.plot(
        bars.bars(rows, _, colours(view.theme), wording.plain, versus=on),
        bars.bars_table(rows, heads[dimension], wording.plain, _),
        f"complaints_{dimension}",
        bars.bars_alt(title, rows, wording.plain, _),
        view,
        height="stretch",
    )


def _misbooked(view: View, facts: Facts) -> None:
    _ = view.words
    names = {
        member: _.name(row)
        for (dimension, member), row in data.members().items()
        if dimension == "hall" and not halls_findings.is_unknown(member)
    }
    every = shares(facts, "misbooked_rate", "hall", names)
    title = cards_findings.worse(every, _)
    rows = every.head(MOST_MISBOOKED)
    panel.panel_head(
        title,
        _(
            "Tickets booked to another hall, %, 95% interval, the ten highest; "
            "orange = differs from the others; tap a hall"
        ),
    )
    if rows.empty:
        panel.nothing(view, "misbooked_rate", "misbooked")
        return
    rate = facts.value("misbooked_rate")
    behind.plot(
        dots.dots(
            rows,
            _,
            colours(view.theme),
            None if rate is None else 100 * rate,
            _("all {rate}", rate=wording.rate(rate)),
        ),
        dots.dots_table(rows, _),
        "misbooked",
        dots.dots_alt(title, rows, _),
        view,
        taps=behind.Taps(list(rows["target"])),
        height="stretch",
    )
