"""The frame of every page: where, when, which customers, which language, which release.

Draws the frame, heads, cards and panels; gives the pages the view they ask with.
"""

import logging
import traceback
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from dashboards import data, state
from dashboards.cards import Card, Content, Facts, content
from dashboards.colours import Colours, colours
from dashboards.periods import Period, Periods
from jike import page_questions, wording
from jike.errors import JikeError
from jike.language import LANGUAGES, Words
from jike.questions import TOTAL
from jike.release import Held, Release

VIEW = "_view"
EVERY = "all"
log = logging.getLogger("jike.pages")


@dataclass(frozen=True)
class Branch:
    """A branch that can be chosen; `path` is its name below its parents."""

    code: str
    parent: str
    level: str
    name: str
    path: str


@dataclass(frozen=True)
class View:
    """What the viewer has chosen, and what the pages need to draw it."""

    words: Words
    colours: Colours
    release: Release
    held: Held | None
    branches: dict[str, Branch]
    branch: str
    whole: str
    periods: Periods
    period: Period
    where: tuple[tuple[str, str], ...]

    @property
    def facts(self) -> Facts:
        """Everything the cards of a page ask."""
        return Facts(
            ask=data.ask_rows,
            catalogue=data.catalogue(),
            periods=self.periods,
            period=self.period,
            branch=self.branch,
            where=self.where,
            words=self.words,
        )

    @property
    def branch_name(self) -> str:
        """The chosen branch's name; "" for everything."""
        return "" if self.branch == TOTAL else self.branches[self.branch].name

    @property
    def top(self) -> str:
        """The branch whose children are listed: the chosen one, or a leaf's parent."""
        if self.branch == TOTAL or self.has_children(self.branch):
            return self.branch
        parent = self.branches[self.branch].parent
        return parent if parent in self.branches else TOTAL

    @property
    def children_of(self) -> str:
        """The parent_id of the branches listed below `top`; "" for the roots."""
        if self.top != TOTAL:
            return self.top
        only = _only_root(self.branches)
        return only.code if only else ""

    def has_children(self, branch: str) -> bool:
        """Whether other branches hang below one."""
        return any(b.parent == branch for b in self.branches.values())


def view() -> View:
    """The view of this rerun, for the page."""
    chosen: View = st.session_state[VIEW]
    return chosen


def language() -> Words:
    """The chosen language, before anything is drawn."""
    return Words(state.take("lang", LANGUAGES, "zh"))


def draw(words: Words) -> View:
    """Draw the frame and give the view it holds."""
    release = data.current_release()
    held = data.held()
    branches = _branches(words)
    whole = _whole(branches, words)
    periods = Periods.of(data.ask_rows(page_questions.periods()))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        branch = _branch(branches, whole, words)
        period = _period(periods, words)
        where = _filters(words)
        _language(words)
        _badges(release, held, words)
    chosen = View(
        words=words,
        colours=colours(st.context.theme.type),
        release=release,
        held=held,
        branches=branches,
        branch=branch,
        whole=whole,
        periods=periods,
        period=periods[period],
        where=where,
    )
    st.session_state[VIEW] = chosen
    return chosen


def _branches(words: Words) -> dict[str, Branch]:
    found: dict[str, Branch] = {}
    for row in data.ask_rows(page_questions.branches()):
        parent = row["parent_id"]
        parent = "" if wording.is_missing(parent) else str(parent)
        name = words.name(row)
        # The root is what everything is seen from; its name would only lengthen paths.
        above = found[parent].path if parent in found and found[parent].parent else ""
        path = f"{above} › {name}" if above else name
        found[row["branch_id"]] = Branch(
            row["branch_id"], parent, row["level"], name, path
        )
    return found


def _only_root(branches: dict[str, Branch]) -> Branch | None:
    roots = [b for b in branches.values() if not b.parent]
    return roots[0] if len(roots) == 1 else None


def _whole(branches: dict[str, Branch], words: Words) -> str:
    """What everything is called: the province, when there is one above all."""
    _ = words
    only = _only_root(branches)
    province = only is not None and only.level == "province"
    return _("Whole province") if province else _("Everything")


def _branch(branches: dict[str, Branch], whole: str, words: Words) -> str:
    _ = words
    only = _only_root(branches)
    # The single root is the total, but for customers whose branch nobody knows.
    codes = [TOTAL, *(code for code in branches if only is None or code != only.code)]
    state.take("branch", codes, TOTAL)
    st.selectbox(
        _("Branch"),
        codes,
        format_func=lambda code: whole if code == TOTAL else branches[code].path,
        key="branch",
        label_visibility="collapsed",
        icon=":material/account_tree:",
        width=172,
    )
    state.leave("branch", TOTAL)
    return str(st.session_state["branch"])


def _period(periods: Periods, words: Words) -> str:
    _ = words
    codes = periods.choices()
    state.take("period", codes, codes[0])
    st.selectbox(
        _("Period"),
        codes,
        format_func=lambda code: wording.period(code, words.language),
        key="period",
        label_visibility="collapsed",
        icon=":material/calendar_month:",
        width=172,
    )
    state.leave("period", None)
    return str(st.session_state["period"])


def _filters(words: Words) -> tuple[tuple[str, str], ...]:
    _ = words
    names = data.members()
    labels = {"tier": _("Tier"), "industry": _("Industry")}
    options = {
        key: [EVERY, *(member for dimension, member in names if dimension == key)]
        for key in page_questions.FILTERS
    }
    chosen = {key: state.take(key, options[key], EVERY) for key in options}
    n = sum(member != EVERY for member in chosen.values())
    label = _("Filters · {n}", n=n) if n else _("Filters")
    with st.popover(label, icon=":material/tune:"):
        for key, members in options.items():
            said = {
                member: words.name(names[key, member])
                for member in members
                if member != EVERY
            }
            said[EVERY] = _("all")
            st.selectbox(labels[key], members, format_func=said.__getitem__, key=key)
        st.button(
            _("Clear filters"), on_click=clear_filters, disabled=n == 0, key="clear"
        )
    for key in options:
        state.leave(key, EVERY)
    return tuple(
        (key, str(st.session_state[key]))
        for key in options
        if st.session_state[key] != EVERY
    )


def clear_filters() -> None:
    """Choose every tier and industry again."""
    for key in page_questions.FILTERS:
        state.go(key, EVERY)


def _language(words: Words) -> None:
    _ = words
    # A language is named in its own words. (A segmented control is too low to touch.)
    st.selectbox(
        _("Language"),
        LANGUAGES,
        format_func={"zh": "中文", "en": "English"}.__getitem__,
        key="lang",
        label_visibility="collapsed",
        icon=":material/translate:",
        width=124,
    )
    state.leave("lang", "zh")


def _badges(release: Release, held: Held | None, words: Words) -> None:
    """Say what is wrong, the worst first, then how what is shown was checked."""
    _ = words
    if release.alarm:
        st.badge(
            _("Release damaged; release {number} is shown", number=release.number),
            icon=":material/error:",
            color="red",
        )
    if held:
        st.badge(
            _held_text(held, release, words), icon=":material/block:", color="orange"
        )
    if release.checks_warned:
        st.badge(
            words.many("{n} check warns", "{n} checks warn", release.checks_warned),
            icon=":material/warning:",
            color="yellow",
        )
    st.badge(
        words.many("{n} check passed", "{n} checks passed", release.checks_passed),
        icon=":material/verified:",
        color="blue",
    )
    parts = [
        _("Data as of {day}", day=wording.frame_day(release.as_of, words.language)),
        _("release {number}", number=release.number),
    ]
    if release.is_sample:
        parts.append(_("sample data"))
    if not data.signs_in():
        parts.append(_("no sign-in: everything is visible"))
    st.caption(" · ".join(parts), width="content")


def _held_text(held: Held, release: Release, words: Words) -> str:
    _ = words
    if held.delivered_on is None:
        return _("Newest build held; release {number} is shown", number=release.number)
    if words.language == "zh":
        day = f"{held.delivered_on:%m-%d}"
    else:
        day = wording.day_in_words(held.delivered_on, "en", year=False)
    return _(
        "{day} delivery held; release {number} is shown", day=day, number=release.number
    )


def head(title: str, caption: str) -> None:
    """The page's finding and, small, what it was measured on."""
    st.title(wording.escaped(title), anchor=False)
    st.caption(wording.escaped(caption))


@contextmanager
def panel(
    key: str, height: Literal["stretch", "content"] = "stretch"
) -> Iterator[None]:
    """A bordered panel; when it cannot be drawn the rest of the page stands."""
    with st.container(border=True, height=height, key=f"panel_{key}"), guarded(key):
        yield


def panel_head(title: str, caption: str) -> None:
    """A panel's finding and how to read its marks."""
    st.subheader(wording.escaped(title), anchor=False)
    st.caption(wording.escaped(caption))


@contextmanager
def guarded(what: str) -> Iterator[None]:
    """Turn an error into a sentence with an id; the log gets where, never the data."""
    try:
        yield
    except Exception as error:
        number = uuid.uuid4().hex[:8]
        last = traceback.extract_tb(error.__traceback__)[-1]
        log.error(
            "%s: %s failed with %s at %s:%s",
            number,
            what,
            type(error).__name__,
            last.filename,
            last.lineno,
        )
        _ = Words(st.session_state["lang"])
        st.error(_("This part failed; the rest is fine · {number}", number=number))


def cards(wanted: Sequence[Card], facts: Facts) -> list[Content | None]:
    """Write the cards of a page; None stands for one that could not be written."""
    written: list[Content | None] = []
    for card in wanted:
        try:
            written.append(content(card, facts))
        except JikeError:
            log.error("card %s failed", card.kpi)
            written.append(None)
    return written


def draw_cards(wanted: Sequence[Content | None]) -> None:
    """Draw four cards a row on a desk, two on a phone."""
    grid = st.grid(4, min_column_width=150, border=True)
    for place, card in enumerate(wanted):
        with grid.cell(), guarded(f"card {place + 1}"):
            _draw_card(card)


def _draw_card(card: Content | None) -> None:
    if card is None:
        raise JikeError("the card's question failed")
    delta: dict[str, Any] = {}
    if card.delta:
        delta = {
            "delta": card.delta.text,
            "delta_arrow": card.delta.arrow,
            "delta_color": card.delta.colour,
            "delta_description": card.delta.versus,
        }
    if card.spark and card.delta:
        delta["chart_data"] = list(card.spark)
    st.metric(wording.escaped(card.label), card.value, **delta)
    if card.note:
        st.caption(wording.escaped(card.note))
    if card.badge:
        st.badge(card.badge, color=card.badge_colour)  # type: ignore[arg-type]


def empty(title: str, why: str) -> None:
    """Say in the panel's middle that there is nothing, and why."""
    with st.container(
        height=200,
        border=False,
        horizontal_alignment="center",
        vertical_alignment="center",
    ):
        st.markdown(f"**{wording.escaped(title)}**", text_alignment="center")
        st.caption(wording.escaped(why), text_alignment="center")


def empty_by_filter(words: Words, key: str) -> None:
    """Say that the filter leaves nothing, with the one button that mends it."""
    _ = words
    with st.container(
        height=200,
        border=False,
        horizontal_alignment="center",
        vertical_alignment="center",
    ):
        st.markdown(_("Nothing matches the filters"), text_alignment="center")
        st.button(_("Clear filters"), on_click=clear_filters, key=f"clear_{key}")


def not_delivered(missing: data.Rows, words: Words) -> None:
    """Say which entities nobody delivered, and when there were some the last time.

    missing: page_questions.undelivered().
    """
    _ = words
    days = [row["last_on"] for row in missing if row["last_on"]]
    names = ", ".join(row["entity"] for row in missing)
    empty(
        _("Not delivered: {entities}", entities=names),
        _("Last available: {day}", day=wording.iso(max(days)))
        if days
        else _("It appears here as soon as it is delivered, checked and published"),
    )


def scope_words(view: View) -> str:
    """Branch and filters as a caption says them: 全省 · A1 高值客户."""
    names = data.members()
    place = view.branch_name or view.whole
    cuts = [view.words.name(names[cut]) for cut in view.where]
    return " · ".join([place, *cuts])


def time_words(view: View, elapsed: float | None) -> str:
    """The days of the period and how much of the year has passed."""
    _ = view.words
    last = min(view.period.ends_on, view.release.as_of)
    days = wording.span(view.period.starts_on, last, view.words.language)
    if view.period.is_partial:
        days = _("{days} (so far)", days=days)
    if elapsed is None:
        return days
    return _("{days}, time progress {share}", days=days, share=wording.rate(elapsed))
