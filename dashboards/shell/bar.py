"""The bar above every page: where, when, which customers, which language."""

import logging
from datetime import date, datetime
from zoneinfo import ZoneInfo

import streamlit as st

from dashboards.shell import data, guarded, state
from dashboards.shell.lateness import days_late
from dashboards.shell.periods import Periods
from dashboards.shell.view import VIEW, Branch, View, only_root
from jike.ground.errors import JikeError
from jike.kpis.cuts import TOTAL
from jike.pages import frame as frame_questions
from jike.releases.opening import Held, Release
from jike.words import wording
from jike.words.language import DEFAULT, LANGUAGES, Words

# Pages of surveys, where a wave can be chosen as the period.
PAGES_OF_WAVES = ("satisfaction",)

ZONE = ZoneInfo("Asia/Shanghai")

log = logging.getLogger("jike.pages")


def language() -> Words:
    """The chosen language, before anything is drawn."""
    return Words(state.take("lang", LANGUAGES, DEFAULT))


def draw(words: Words, page: str = "") -> View:
    """Draw the frame of a page (its name in the URL) and give the view it holds."""
    release = data.current_release()
    held = data.held()
    branches = _branches(words)
    whole = _whole(branches, words)
    periods = Periods.of(data.ask_rows(frame_questions.periods()))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        branch = _branch(branches, whole, words)
        period = _period(periods, words, page in PAGES_OF_WAVES)
        where = _filters(words, page)
        _language(words)
        _badges(release, held, words)
    chosen = View(
        words=words,
        theme=st.context.theme.type,
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
    with guarded.guarded("restated"):
        _restated(chosen)
    return chosen


def _restated(chosen: View) -> None:
    """Say, above every page, that closed months of the period were restated."""
    _ = chosen.words
    question = frame_questions.restated(chosen.period.code, chosen.branch)
    rows = data.ask_rows(question)
    if rows:
        newest = max(row["kpi_month"] for row in rows)
        st.caption(
            _.many(
                "Restated after closing: {n} figure of this period, last of {month}; "
                "old and new stand under Data quality",
                "Restated after closing: {n} figures of this period, last of {month}; "
                "old and new stand under Data quality",
                len(rows),
                month=f"{newest:%Y-%m}",
            )
        )


def _branches(words: Words) -> dict[str, Branch]:
    found: dict[str, Branch] = {}
    for row in data.ask_rows(frame_questions.branches()):
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


def _whole(branches: dict[str, Branch], words: Words) -> str:
    """What everything is called: the province, when there is one above all."""
    _ = words
    only = only_root(branches)
    province = only is not None and only.level == "province"
    return _("Whole province") if province else _("Everything")


def _branch(branches: dict[str, Branch], whole: str, words: Words) -> str:
    _ = words
    only = only_root(branches)
    # The single root is the total, but for customers whose branch nobody knows.
    codes = [TOTAL, *(code for code in branches if only is None or code != only.code)]
    chosen = state.take("branch", codes, TOTAL)
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
    if chosen != TOTAL:
        above = _above(chosen, branches)
        st.button(
            wording.escaped(whole if above == TOTAL else branches[above].name),
            icon=":material/arrow_upward:",
            on_click=state.go,
            args=("branch", above),
            type="tertiary",
            key="up",
        )
    return str(st.session_state["branch"])


def _above(branch: str, branches: dict[str, Branch]) -> str:
    """The branch one level up; the only root is everything."""
    parent = branches[branch].parent
    only = only_root(branches)
    if parent not in branches or (only is not None and parent == only.code):
        return TOTAL
    return parent


def _period(periods: Periods, words: Words, waves: bool) -> str:
    _ = words
    codes = periods.choices(waves)
    if not codes:
        raise JikeError("the release holds no period; load bills or customers, publish")
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


def _filters(words: Words, page: str) -> tuple[tuple[str, str], ...]:
    """The filters of a page: a page of a family has the family's free cuts too."""
    _ = words
    names = data.members()
    labels = {"tier": _("Tier"), "industry": _("Industry")}
    options = {
        key: [state.EVERY, *(member for dimension, member in names if dimension == key)]
        for key in frame_questions.FILTERS
    }
    for cut in data.free_cuts(page):
        if cut.members:
            labels[cut.code] = words.name(cut.said)
            options[cut.code] = [state.EVERY, *cut.members]
    chosen = {key: state.take(key, options[key], state.EVERY) for key in options}
    n = sum(member != state.EVERY for member in chosen.values())
    label = _("Filters · {n}", n=n) if n else _("Filters")
    with st.popover(label, icon=":material/tune:"):
        for key, members in options.items():
            said = {
                member: words.name(names[key, member])
                for member in members
                if member != state.EVERY
            }
            said[state.EVERY] = _("all")
            st.selectbox(labels[key], members, format_func=said.__getitem__, key=key)
        st.button(
            _("Clear filters"),
            on_click=state.clear_filters,
            disabled=n == 0,
            key="clear",
        )
    for key in options:
        state.leave(key, state.EVERY)
    return tuple(
        (key, str(st.session_state[key]))
        for key in options
        if st.session_state[key] != state.EVERY
    )


def _language(words: Words) -> None:
    _ = words
    # A language is named in its own words. (A segmented control is too low to touch.)
    st.selectbox(
        _("Language"),
        LANGUAGES,
        format_func=lambda code: Words(code).own_name,
        key="lang",
        label_visibility="collapsed",
        icon=":material/translate:",
        width=124,
    )
    state.leave("lang", DEFAULT)


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
    late = 0 if release.is_sample else _late()
    if late > 0:
        st.badge(
            words.many("Data {n} day late", "Data {n} days late", late),
            icon=":material/schedule:",
            color="yellow",
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


def today() -> date:
    """The day it is for the viewer: nothing but the badge of late data asks for it."""
    return datetime.now(ZONE).date()


def _late() -> int:
    return days_late(data.ask_rows(frame_questions.delivery_days()), today())


def _held_text(held: Held, release: Release, words: Words) -> str:
    _ = words
    if held.delivered_on is None:
        return _("Newest build held; release {number} is shown", number=release.number)
    day = wording.short_day(held.delivered_on, words.language)
    return _(
        "{day} delivery held; release {number} is shown", day=day, number=release.number
    )
