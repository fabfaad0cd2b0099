"""What the viewer has chosen, and how a caption says it."""

from collections.abc import Collection
from dataclasses import dataclass

import streamlit as st

from dashboards.shell import data
from dashboards.shell.periods import Period, Periods
from jike.kpis.cuts import TOTAL
from jike.releases.opening import Held, Release
from jike.words import wording
from jike.words.language import Words

VIEW = "_view"

PAGES = "_pages"
"""Where the session keeps the pages by their path, for links from one to another."""


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
    theme: str | None
    release: Release
    held: Held | None
    branches: dict[str, Branch]
    branch: str
    whole: str
    periods: Periods
    period: Period
    where: tuple[tuple[str, str], ...]

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
        only = only_root(self.branches)
        return only.code if only else ""

    def has_children(self, branch: str) -> bool:
        """Whether other branches hang below one."""
        return any(b.parent == branch for b in self.branches.values())


def view() -> View:
    """The view of this rerun, for the page."""
    chosen: View = st.session_state[VIEW]
    return chosen


def only_root(branches: dict[str, Branch]) -> Branch | None:
    """The one branch above all others; None when there are several."""
    roots = [b for b in branches.values() if not b.parent]
    return roots[0] if len(roots) == 1 else None


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


def unfiltered(caption: str, view: View, aside: Collection[str] | None = None) -> str:
    """A panel's caption; under a filter it says that the panel is not cut by it.

    aside: the filters that the panel is not cut by; all of them when None.
    """
    _ = view.words
    if any(aside is None or name in aside for name, _member in view.where):
        return _("{caption}; filters aside", caption=caption)
    return caption
