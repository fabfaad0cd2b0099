"""满意度: what do customers think of us, what to improve first, and how sure is it?"""

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from dashboards import (
    behind,
    charts_service,
    data,
    drawing,
    frame,
    plotted_service,
    state,
    states,
    titles_service,
)
from dashboards.facts import Card, Facts
from dashboards.frame import View
from jike.words import wording

if TYPE_CHECKING:
    from dashboards.plotted_service import Frame

AB = (("tier_group", "A"), ("tier_group", "B"))
CARDS = (
    Card(
        "satisfaction",
        against=("mom",),
        notes=("loyalty", "interval"),
        cut=(("role", "contact"), *AB),
        who="contact",
    ),
    Card(
        "satisfaction",
        against=("mom",),
        notes=("loyalty", "interval"),
        cut=(("role", "decision_maker"), *AB),
        who="decision_maker",
    ),
    Card(
        "satisfaction",
        against=("mom",),
        notes=("loyalty", "interval"),
        cut=(("role", "member"),),
        who="member",
    ),
    Card("account_satisfaction", against=("mom",), notes=("interval",)),
    Card("short_board_index", against=("mom",), notes=("interval",)),
    Card("competitor_lead", against=("mom",), notes=("interval",)),
    Card("response_rate", against=("mom",), notes=("interval",)),
    Card("nps", against=("mom",), notes=("interval",)),
)
# As many cities stand below a panel; more of them fill a column of their own.
FEW = 8
EVERYBODY = "customers"
VISITOR = "hall_visitor"
ASKED = (EVERYBODY, "contact", "decision_maker", "member", VISITOR)


def page() -> None:
    """Draw satisfaction of the chosen branch, wave and tier."""
    view = frame.view()
    _ = view.words
    facts = _of_wave(view)
    role = _role(view)
    first = plotted_service.priorities(facts, data.members())
    improve = list(first[first["is_first"]]["label"])
    _head(view, facts, improve)
    drawing.draw_cards(drawing.cards(CARDS, facts))
    left, right = st.columns([7, 5])
    with left, drawing.panel("roles"):
        _roles(view, facts)
    with right, drawing.panel("priorities"):
        _priorities(view, first, improve)
    asked = _of_role(view, facts, role)
    _panels(view, facts, asked)


def _panels(view: View, facts: Facts, asked: Facts) -> None:
    """Panels in two columns of equal height, whatever the number of cities."""
    branches = {code: branch.name for code, branch in view.branches.items()}
    cities = plotted_service.cities(asked, (), branches)
    many = len(cities) > FEW
    left, right = st.columns([7, 5])
    if many:
        with left, drawing.panel("why"):
            _why(view, asked)
    with left, drawing.panel("modes"):
        _modes(view, asked)
    with left, drawing.panel("rivals"):
        _rivals(view, facts)
    if not many:
        with right, drawing.panel("why"):
            _why(view, asked)
    with right, drawing.panel("cities"):
        _cities(view, asked, cities)


def _of_wave(view: View) -> Facts:
    """The facts of the wave shown: the chosen one, or the newest one by the period."""
    wave = view.periods.wave_of(view.period)
    return replace(view.facts, period=wave, _rows={}) if wave else view.facts


def _role(view: View) -> str:
    """The page's own selector: whose answers the panels below the map speak of."""
    _ = view.words
    names = data.members()
    said = {
        code: plotted_service.named(names, "role", code, _) for code in ASKED if code
    }
    said[EVERYBODY] = _("All customer roles")
    state.take("role", ASKED, EVERYBODY)
    st.selectbox(
        _("Reasons, modes and cities of"),
        ASKED,
        format_func=said.__getitem__,
        key="role",
        width=240,
    )
    state.leave("role", EVERYBODY)
    return str(st.session_state["role"])


def _of_role(view: View, facts: Facts, role: str) -> Facts:
    """The facts of one role; visitors of halls are asked by month, not in waves."""
    if role == EVERYBODY:
        return facts
    period = facts.period
    if role == VISITOR:
        period = view.period
        month = f"{period.last_month:%Y-%m}"
        if period.kind == "wave" and month in view.periods:
            period = view.periods[month]
    return replace(facts, period=period, own=(("role", role),), _rows={})


def _head(view: View, facts: Facts, improve: list[str]) -> None:
    _ = view.words
    contact = facts.of(CARDS[0])
    now = contact.row("satisfaction")
    before = contact.periods.before(contact.period)
    was = contact.row("satisfaction", before) if before else None
    rate = facts.row("response_rate")
    is_wave = facts.period.kind == "wave"
    drawing.head(
        titles_service.satisfaction(
            now, plotted_service.verdict_of(now, was, None) if was else 0, improve, _
        ),
        _(
            "{scope}. {wave}",
            scope=frame.scope_words(view),
            wave=titles_service.wave_caption(
                facts.period.code,
                "" if view.period.kind == "wave" else view.period.code,
                rate.get("numerator"),
                rate.get("value"),
                _,
            ),
        )
        if is_wave
        else _("No wave is over by the end of this period"),
    )


def _dots(
    view: View,
    rows: "Frame",
    key: str,
    title: str,
    line: float | None = None,
    line_text: str = "",
) -> None:
    """A dot-and-interval chart with its table one click away."""
    _ = view.words
    behind.plot(
        charts_service.dots(rows, _, view.colours, line, line_text),
        titles_service.dots_table(rows, _),
        key,
        titles_service.dots_alt(title, rows, _),
        view,
        taps=behind.Taps(
            [target for target in rows["target"] if target],
            state=str(st.session_state["role"]),
        ),
        # A few rows would only be torn apart, or cut where less room is left.
        height="stretch" if len(rows) > FEW else "content",
    )


def _roles(view: View, facts: Facts) -> None:
    _ = view.words
    names = data.members()
    target = facts.target("satisfaction", "base_target")
    code = facts.periods.before(facts.period)
    earlier = replace(facts, period=facts.periods[code], _rows={}) if code else None
    rows, verdicts = plotted_service.roles(facts, earlier, target, names)
    said = {
        role: plotted_service.named(names, "role", role, _)
        for role in plotted_service.ROLES
    }
    title = titles_service.roles(verdicts, said, target, _)
    if rows.empty:
        drawing.panel_head(_("No interviews in this wave"), frame.scope_words(view))
        states.nothing(view, "satisfaction", "roles")
        return
    if target is None:
        caption = _(
            "Index 0–100; ● this wave, | last, ○ n<30; blue/orange = differs from the "
            "last wave; the axis does not start at 0; tap a row to see that role"
        )
    else:
        caption = _(
            "Index 0–100; ● this wave, | last, ○ n<30; blue/orange = whole interval "
            "above/below target; the axis does not start at 0; tap a row to see that "
            "role"
        )
    drawing.panel_head(title, caption)
    text = _("target {value}", value=wording.index(target)) if target else ""
    _dots(view, rows, "roles", title, target, text)


def _priorities(view: View, rows: "Frame", improve: list[str]) -> None:
    _ = view.words
    if rows.empty:
        drawing.panel_head(
            _("Too few complete interviews for a map of priorities"),
            _("It takes 50 interviews that answer everything"),
        )
        states.nothing(view, "importance", "priorities")
        return
    title = titles_service.priorities(improve, _)
    drawing.panel_head(
        title,
        titles_service.priorities_caption(
            int(rows["n"].iloc[0]), bool(rows.attrs["is_ranked"]), _
        ),
    )
    behind.plot(
        charts_service.priorities(rows, _, view.colours),
        behind.of(
            [_("Indicator"), _("Performance"), _("Importance")],
            rows.to_dict("records"),
            {
                "label": str,
                "performance": wording.index,
                "importance": lambda weight: wording.plain(weight, 2),
            },
        ),
        "priorities",
        titles_service.priorities_alt(title, rows, _),
        view,
        height="stretch",
    )


def _asked_of(view: View, asked: Facts) -> str:
    """Whose answers, in which period, as a caption says it."""
    _ = view.words
    role = dict(asked.own).get("role", "")
    who = (
        plotted_service.named(data.members(), "role", role, _)
        if role
        else _("All customer roles")
    )
    return f"{who} · {wording.period(asked.period.code, _.language)}"


def _modes(view: View, asked: Facts) -> None:
    _ = view.words
    rows, mode = plotted_service.modes(asked, (), data.members())
    title = titles_service.modes(mode, _)
    drawing.panel_head(
        title,
        f"{_asked_of(view, asked)} · {titles_service.modes_caption(mode, _)}",
    )
    if rows.empty:
        states.nothing(view, "satisfaction", "modes")
        return
    _dots(view, rows, "modes", title)


def _rivals(view: View, facts: Facts) -> None:
    _ = view.words
    pooled = facts.row("competitor_lead")
    title = titles_service.rivals(pooled, _)
    drawing.panel_head(
        title,
        _(
            "Own minus rival satisfaction, points, 95% interval; own side of the "
            "roles the rival was asked in"
        ),
    )
    rows = plotted_service.rivals(facts, data.members())
    if rows.empty:
        _no_rivals(view, facts)
        return
    _dots(view, rows, "rivals", title, 0.0, "0")


def _no_rivals(view: View, facts: Facts) -> None:
    """Say when rivals were asked about the last time, and what came out."""
    _ = view.words
    for code in reversed(facts.periods.waves_to(facts.period, 20)[:-1]):
        row = facts.row("competitor_lead", code)
        if not wording.is_missing(row.get("value")):
            drawing.empty(
                _("Not delivered: 0 rival interviews"),
                _(
                    "Last available wave: {wave} (lead {value}). Appears when "
                    "interviews arrive",
                    wave=wording.period(code, _.language),
                    value=wording.signed(row["value"]),
                ),
            )
            return
    states.nothing(view, "competitor_lead", "rivals")


def _why(view: View, asked: Facts) -> None:
    _ = view.words
    rows = plotted_service.dissatisfaction(asked, (), data.members())
    title = titles_service.reasons(rows, _)
    share = asked.row("dissatisfied_share")
    drawing.panel_head(
        title,
        _(
            "{who}, % of the dissatisfied, several answers possible; {of} interviewed",
            who=_asked_of(view, asked),
            of=wording.plain(share.get("denominator")),
        ),
    )
    if rows.empty:
        states.nothing(view, "dissatisfaction_reason_share", "why")
        return
    behind.plot(
        charts_service.reasons(rows, _, view.colours),
        behind.of(
            [_("Reason"), _("Interviews"), _("Share")],
            rows.to_dict("records"),
            {
                "label": str,
                "rows": wording.plain,
                "share": lambda part: wording.rate(part, 2),
            },
        ),
        "why",
        titles_service.share_alt(title, rows, _),
        view,
        height="stretch",
    )


def _cities(view: View, asked: Facts, rows: "Frame") -> None:
    _ = view.words
    title = titles_service.cities(rows, _)
    drawing.panel_head(
        title,
        titles_service.cities_caption(
            asked.row("consistency"), len(rows), _asked_of(view, asked), _
        ),
    )
    if rows.empty:
        states.nothing(view, "satisfaction", "cities")
        return
    _dots(view, rows, "cities", title)
