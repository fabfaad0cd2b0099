"""满意度: what do customers think of us, what to improve first, and how sure is it?"""

from typing import TYPE_CHECKING

import streamlit as st

from dashboards.cards import free_cuts
from dashboards.cards.drawn import cards, draw_cards
from dashboards.cards.facts import Card, Facts, of_view
from dashboards.cards.panels import FEW, dotted
from dashboards.cards.rows import cities, named
from dashboards.kit.counts import Counts
from dashboards.kit.dots import Dots
from dashboards.kit.panel import Panel, draw_row, draw_stacks, head
from dashboards.shell import data, state
from dashboards.shell.view import View, scope_words, view
from dashboards.views.satisfaction import findings, rows
from dashboards.views.satisfaction.charts import Priorities, Reasons
from jike.words import wording
from jike.words.deployment import chosen

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame

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

# Where nobody is told to be a contact or decision maker, all respondents speak.
CARDS_OF_ALL = (
    Card(
        "satisfaction", against=("mom",), notes=("loyalty", "interval"), who="everybody"
    ),
    Card("score_mean", against=("mom",), notes=("interval",)),
    Card("top_box_share", against=("mom",), notes=("interval",)),
    Card("bottom_box_share", against=("mom",), notes=("interval",)),
    *CARDS[4:],
)

EVERYBODY = "customers"
VISITOR = "hall_visitor"
ASKED = (EVERYBODY, "contact", "decision_maker", "member", VISITOR)


def page() -> None:
    """Draw satisfaction of the chosen branch, wave and tier."""
    chosen = view()
    facts = _of_wave(chosen)
    role = _role(chosen)
    indicators = rows.priorities(facts, data.members())
    improve = list(indicators[indicators["is_first"]]["label"])
    of_all = _of_all(facts)
    head(*_heading(chosen, facts, improve, of_all))
    draw_cards(cards(CARDS_OF_ALL if of_all else CARDS, facts))
    draw_row(
        chosen,
        (7, 5),
        {
            "roles": lambda: _roles(chosen, facts, role),
            "priorities": lambda: _priorities(chosen, indicators, improve),
        },
    )
    asked = _of_role(chosen, facts, role)
    branches = {code: branch.name for code, branch in chosen.branches.items()}
    towns = cities(asked, (), branches)
    why = {"why": lambda: _why(chosen, asked)}
    modes = {
        "modes": lambda: _modes(chosen, asked, role),
        "rivals": lambda: _rivals(chosen, facts, role),
        "scores": lambda: _scores(chosen, asked),
    }
    apart = {"cities": lambda: _cities(chosen, asked, towns, role)}
    # Columns of about equal height, whatever the number of cities.
    is_long = len(towns) > FEW
    left, right = (why | modes, apart) if is_long else (modes, why | apart)
    draw_stacks(chosen, (7, 5), (left, right))
    free_cuts.draw_by(chosen, asked, "satisfaction")


def _of_wave(view: View) -> Facts:
    """The facts of the wave shown: the chosen one, or the newest one by the period."""
    wave = view.periods.wave_of(view.period)
    return of_view(view).at(wave) if wave else of_view(view)


def _role(view: View) -> str:
    """The page's own selector: whose answers the panels below the map speak of."""
    _ = view.words
    names = data.members()
    said = {code: named(names, "role", code, _) for code in ASKED}
    said[EVERYBODY] = _("All customer roles")
    role = state.take("role", ASKED, EVERYBODY)
    st.selectbox(
        _("Reasons, modes and cities of"),
        ASKED,
        format_func=said.__getitem__,
        key="role",
        width=240,
    )
    state.leave("role", EVERYBODY)
    return role


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


def _of_all(facts: Facts) -> bool:
    """Whether interviews are complete and none tells a contact or decision maker."""
    complete = facts.row("response_rate").get("numerator")
    told = [facts.of(card).row("satisfaction").get("n") for card in CARDS[:2]]
    return bool(wording.number(complete)) and not any(map(wording.number, told))


def _heading(
    view: View, facts: Facts, improve: list[str], of_all: bool
) -> tuple[str, str]:
    """The page's finding, and on how many interviews of which wave it rests."""
    _ = view.words
    contact = facts if of_all else facts.of(CARDS[0])
    now = contact.row("satisfaction")
    before = contact.periods.before(contact.period)
    was = contact.row("satisfaction", before) if before else None
    change = rows.verdict_of(now, was, None) if was else 0
    title = findings.satisfaction(now, change, improve, _, of_all=of_all)
    if facts.period.kind != "wave":
        return title, _("No wave is over by the end of this period")
    rate = facts.row("response_rate")
    wave = findings.wave_caption(
        facts.period.code,
        "" if view.period.kind == "wave" else view.period.code,
        rate.get("numerator"),
        rate.get("value"),
        _,
    )
    return title, _("{scope}. {wave}", scope=scope_words(view), wave=wave)


def _roles(view: View, facts: Facts, role: str) -> Panel:
    _ = view.words
    names = data.members()
    target = facts.target("satisfaction", "base_target")
    code = facts.periods.before(facts.period)
    earlier = facts.at(facts.periods[code]) if code else None
    found, verdicts = rows.roles(facts, earlier, target, names)
    said = {role: named(names, "role", role, _) for role in rows.ROLES}
    title = findings.roles(verdicts, said, target, _)
    if found.empty:
        title, caption = _("No interviews in this wave"), scope_words(view)
    elif target is None:
        caption = _(
            "Index 0–100; ● this wave, | last, ○ n<{least}; blue/orange = differs from "
            "the last wave; the axis does not start at 0; tap a row to see that role",
            least=chosen("low_base_n"),
        )
    else:
        caption = _(
            "Index 0–100; ● this wave, | last, ○ n<{least}; blue/orange = whole "
            "interval above/below target; the axis does not start at 0; tap a row to "
            "see that role",
            least=chosen("low_base_n"),
        )
    text = _("target {value}", value=wording.index(target)) if target else ""
    chart = Dots(target, text)
    return dotted("roles", title, caption, found, "satisfaction", chart, role)


def _priorities(view: View, found: "Frame", improve: list[str]) -> Panel:
    _ = view.words
    if found.empty:
        title = _("Too few complete interviews for a map of priorities")
        caption = _("It takes 50 interviews that answer everything")
    else:
        title = findings.priorities(improve, _)
        n, is_ranked = int(found["n"].iloc[0]), bool(found.attrs["is_ranked"])
        caption = findings.priorities_caption(n, is_ranked, _)
    return Panel("priorities", title, caption, found, Priorities(), empty="importance")


def _asked_of(view: View, asked: Facts) -> str:
    """Whose answers, in which period, as a caption says it."""
    _ = view.words
    role = dict(asked.own).get("role", "")
    who = named(data.members(), "role", role, _) if role else _("All customer roles")
    return f"{who} · {wording.period(asked.period.code, _.language)}"


def _modes(view: View, asked: Facts, role: str) -> Panel:
    _ = view.words
    found, mode = rows.modes(asked, (), data.members())
    caption = f"{_asked_of(view, asked)} · {findings.modes_caption(mode, _)}"
    title = findings.modes(mode, len(found), _)
    return dotted("modes", title, caption, found, "satisfaction", state=role)


def _rivals(view: View, facts: Facts, role: str) -> Panel:
    _ = view.words
    found = rows.rivals(facts, data.members())
    return dotted(
        "rivals",
        findings.rivals(facts.row("competitor_lead"), _),
        _(
            "Own minus rival satisfaction, points, 95% interval; own side of the "
            "roles the rival was asked in"
        ),
        found,
        _no_rivals(view, facts) if found.empty else "",
        Dots(0.0, "0"),
        role,
    )


def _no_rivals(view: View, facts: Facts) -> str | tuple[str, str]:
    """When rivals were asked about the last time, and what came out, if ever."""
    _ = view.words
    for code in reversed(facts.periods.waves_to(facts.period, 20)[:-1]):
        row = facts.row("competitor_lead", code)
        if not wording.is_missing(row.get("value")):
            return (
                _("Not delivered: 0 rival interviews"),
                _(
                    "Last available wave: {wave} (lead {value}). Appears when "
                    "interviews arrive",
                    wave=wording.period(code, _.language),
                    value=wording.signed(row["value"]),
                ),
            )
    return "competitor_lead"


def _why(view: View, asked: Facts) -> Panel:
    _ = view.words
    found = rows.dissatisfaction(asked, (), data.members())
    who = _asked_of(view, asked)
    of = wording.plain(asked.row("response_rate").get("numerator"))
    caption = _(
        "{who}, % of {of} interviewed, several answers possible", who=who, of=of
    )
    if not found.attrs["is_of_all"]:
        share = asked.row("dissatisfied_share")
        caption = _(
            "{who}, % of the dissatisfied, several answers possible; {of} interviewed",
            who=who,
            of=wording.plain(share.get("denominator")),
        )
    return Panel(
        "why",
        findings.reasons(found, _),
        caption,
        found,
        Reasons(),
        empty="dissatisfaction_reason_share",
    )


def _scores(view: View, asked: Facts) -> Panel:
    _ = view.words
    found = rows.scores(asked, data.members())
    caption = _("{who}, answers by score", who=_asked_of(view, asked))
    if not found.empty:
        caption = _(
            "{said}; mean {mean} on the item's own scale",
            said=caption,
            mean=wording.plain(found.attrs["mean"], 2),
        )
    return Panel(
        "scores",
        findings.scores(found, _),
        caption,
        found,
        Counts(_("Score given"), _("Answers")),
        empty="score_mean",
    )


def _cities(view: View, asked: Facts, found: "Frame", role: str) -> Panel:
    _ = view.words
    spread, where = asked.row("consistency"), _asked_of(view, asked)
    return dotted(
        "cities",
        findings.cities(found, _),
        findings.cities_caption(spread, len(found), where, _),
        found,
        "satisfaction",
        state=role,
    )
