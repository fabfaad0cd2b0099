"""满意度: what do customers think of us, what to improve first, and how sure is it?"""

from typing import TYPE_CHECKING

import streamlit as st

from dashboards.cards import drawn
from dashboards.cards import rows as cards_rows
from dashboards.cards.facts import Card, Facts, of_view
from dashboards.cards.rows import named
from dashboards.kit import behind, dots, labels, panel
from dashboards.kit.colours import colours
from dashboards.pages.satisfaction import charts, findings
from dashboards.pages.satisfaction import rows as satisfaction_rows
from dashboards.pages.satisfaction.rows import ROLES, dissatisfaction, verdict_of
from dashboards.shell import data, state
from dashboards.shell import view as shell_view
from dashboards.shell.view import View, scope_words
from jike.words import wording

if TYPE_CHECKING:
    from dashboards.cards.rows import Frame

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
    view = shell_view.view()
    _ = view.words
    facts = _of_wave(view)
    role = _role(view)
    first = satisfaction_rows.priorities(facts, data.members())
    improve = list(first[first["is_first"]]["label"])
    _head(view, facts, improve)
    drawn.draw_cards(drawn.cards(CARDS, facts))
    left, right = st.columns([7, 5])
    with left, panel.panel("roles"):
        _roles(view, facts)
    with right, panel.panel("priorities"):
        _priorities(view, first, improve)
    asked = _of_role(view, facts, role)
    _panels(view, facts, asked)


def _panels(view: View, facts: Facts, asked: Facts) -> None:
    """Panels in two columns of equal height, whatever the number of cities."""
    branches = {code: branch.name for code, branch in view.branches.items()}
    cities = cards_rows.cities(asked, (), branches)
    many = len(cities) > FEW
    left, right = st.columns([7, 5])
    if many:
        with left, panel.panel("why"):
            _why(view, asked)
    with left, panel.panel("modes"):
        _modes(view, asked)
    with left, panel.panel("rivals"):
        _rivals(view, facts)
    if not many:
        with right, panel.panel("why"):
            _why(view, asked)
    with right, panel.panel("cities"):
        _cities(view, asked, cities)


def _of_wave(view: View) -> Facts:
    """The facts of the wave shown: the chosen one, or the newest one by the period."""
    wave = view.periods.wave_of(view.period)
    return of_view(view).at(wave) if wave else of_view(view)


def _role(view: View) -> str:
    """The page's own selector: whose answers the panels below the map speak of."""
    _ = view.words
    names = data.members()
    said = {code: named(names, "role", code, _) for code in ASKED if code}
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
    return facts.at(period).cut(("role", role))


def _head(view: View, facts: Facts, improve: list[str]) -> None:
    _ = view.words
    contact = facts.of(CARDS[0])
    now = contact.row("satisfaction")
    before = contact.periods.before(contact.period)
    was = contact.row("satisfaction", before) if before else None
    rate = facts.row("response_rate")
    is_wave = facts.period.kind == "wave"
    panel.head(
        findings.satisfaction(
            now, verdict_of(now, was, None) if was else 0, improve, _
        ),
        _(
            "{scope}. {wave}",
            scope=scope_words(view),
            wave=findings.wave_caption(
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
        dots.dots(rows, _, colours(view.theme), line, line_text),
        dots.dots_table(rows, _),
        key,
        dots.dots_alt(title, rows, _),
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
    earlier = facts.at(facts.periods[code]) if code else None
    rows, verdicts = satisfaction_rows.roles(facts, earlier, target, names)
    said = {role: named(names, "role", role, _) for role in ROLES}
    title = findings.roles(verdicts, said, target, _)
    if rows.empty:
        panel.panel_head(_("No interviews in this wave"), scope_words(view))
        panel.nothing(view, "satisfaction", "roles")
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
    panel.panel_head(title, caption)
    text = _("target {value}", value=wording.index(target)) if target else ""
    _dots(view, rows, "roles", title, target, text)


def _priorities(view: View, rows: "Frame", improve: list[str]) -> None:
    _ = view.words
    if rows.empty:
        panel.panel_head(
            _("Too few complete interviews for a map of priorities"),
            _("It takes 50 interviews that answer everything"),
        )
        panel.nothing(view, "importance", "priorities")
        return
    title = findings.priorities(improve, _)
    panel.panel_head(
        title,
        findings.priorities_caption(
            int(rows["n"].iloc[0]), bool(rows.attrs["is_ranked"]), _
        ),
    )
    behind.plot(
        charts.priorities(rows, _, colours(view.theme)),
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
        findings.priorities_alt(title, rows, _),
        view,
        height="stretch",
    )


def _asked_of(view: View, asked: Facts) -> str:
    """Whose answers, in which period, as a caption says it."""
    _ = view.words
    role = dict(asked.own).get("role", "")
    who = named(data.members(), "role", role, _) if role else _("All customer roles")
    return f"{who} · {wording.period(asked.period.code, _.language)}"


def _modes(view: View, asked: Facts) -> None:
    _ = view.words
    rows, mode = satisfaction_rows.modes(asked, (), data.members())
    title = findings.modes(mode, _)
    panel.panel_head(
        title,
        f"{_asked_of(view, asked)} · {findings.modes_caption(mode, _)}",
    )
    if rows.empty:
        panel.nothing(view, "satisfaction", "modes")
        return
    _dots(view, rows, "modes", title)


def _rivals(view: View, facts: Facts) -> None:
    _ = view.words
    pooled = facts.row("competitor_lead")
    title = findings.rivals(pooled, _)
    panel.panel_head(
        title,
        _(
            "Own minus rival satisfaction, points, 95% interval; own side of the "
            "roles the rival was asked in"
        ),
    )
    rows = satisfaction_rows.rivals(facts, data.members())
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
            panel.empty(
                _("Not delivered: 0 rival interviews"),
                _(
                    "Last available wave: {wave} (lead {value}). Appears when "
                    "interviews arrive",
                    wave=wording.period(code, _.language),
                    value=wording.signed(row["value"]),
                ),
            )
            return
    panel.nothing(view, "competitor_lead", "rivals")


def _why(view: View, asked: Facts) -> None:
    _ = view.words
    rows = dissatisfaction(asked, (), data.members())
    title = findings.reasons(rows, _)
    share = asked.row("dissatisfied_share")
    panel.panel_head(
        title,
        _(
            "{who}, % of the dissatisfied, several answers possible; {of} interviewed",
            who=_asked_of(view, asked),
            of=wording.plain(share.get("denominator")),
        ),
    )
    if rows.empty:
        panel.nothing(view, "dissatisfaction_reason_share", "why")
        return
    behind.plot(
        charts.reasons(rows, _, colours(view.theme)),
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
        labels.share_alt(title, rows, _),
        view,
        height="stretch",
    )


def _cities(view: View, asked: Facts, rows: "Frame") -> None:
    _ = view.words
    title = findings.cities(rows, _)
    panel.panel_head(
        title,
        findings.cities_caption(
            asked.row("consistency"), len(rows), _asked_of(view, asked), _
        ),
    )
    if rows.empty:
        panel.nothing(view, "satisfaction", "cities")
        return
    _dots(view, rows, "cities", title)
