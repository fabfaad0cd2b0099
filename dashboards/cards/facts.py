"""What a page knows of its branch, period and filter: asked once, compared often."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from dashboards.shell import data
from dashboards.shell.periods import Period, Periods
from dashboards.shell.view import View
from jike.kpis.ask import kpi_rows
from jike.kpis.catalogue import Kpi
from jike.kpis.cuts import TOTAL
from jike.pages import frame as frame_questions
from jike.releases.question import Question
from jike.words import wording
from jike.words.language import Words

Row = dict[str, Any]

Ask = Callable[[Question], list[Row]]

SPARK_MONTHS = 13


@dataclass(frozen=True)
class Card:
    """One card of a page.

    against: a KPI that is itself the difference (info_revenue_lead), or "base", "time",
    "yoy", "mom"; the first that has a value is shown. notes: what the last line says,
    each a key of NOTES or a KPI's code. cut: members the KPI is cut to on this card;
    who: what the cut is called, a key of NAMES.
    """

    kpi: str
    against: tuple[str, ...] = ("yoy",)
    notes: tuple[str, ...] = ()
    cut: tuple[tuple[str, str], ...] = ()
    who: str = ""


@dataclass
class Facts:
    """Everything asked for the cards of one page: branch, period and filter fixed."""

    ask: Ask
    catalogue: dict[str, Kpi]
    periods: Periods
    period: Period
    branch: str
    where: tuple[tuple[str, str], ...]
    words: Words
    level: str = ""
    own: tuple[tuple[str, str], ...] = ()
    _rows: dict[str, dict[str, Row]] = field(default_factory=dict)

    def of(self, card: Card) -> "Facts":
        """The facts of one card: its own cut, and of a survey its newest wave."""
        period = self.period
        if self.catalogue[card.kpi].is_of_surveys:
            period = self.periods.wave_of(period) or period
        if not card.cut and period is self.period:
            return self
        # A tier that was filtered for says more than the card's group of tiers.
        filtered = {name for name, _member in self.where}
        own = tuple(
            pair
            for pair in card.cut
            if not (pair[0] == "tier_group" and "tier" in filtered)
        )
        return self.at(period).cut(*own)

    def at(self, period: Period) -> "Facts":
        """The same facts of another period."""
        return replace(self, period=period, _rows={})

    def cut(self, *own: tuple[str, str]) -> "Facts":
        """The facts of a cut of the page's own; without one, of no such cut."""
        return replace(self, own=own, _rows={})

    def unfiltered(self, aside: Collection[str] | None = None) -> "Facts":
        """The facts with some of the viewer's filters aside; with all when None."""
        kept = [] if aside is None else [p for p in self.where if p[0] not in aside]
        return replace(self, where=tuple(kept), _rows={})

    def of_branch(self, branch: str) -> "Facts":
        """The same facts of another branch."""
        return replace(self, branch=branch, _rows={})

    @cached_property
    def place(self) -> tuple[tuple[str, str], ...]:
        """The branch as a cut; nothing for the total."""
        return () if self.branch == TOTAL else (("branch", self.branch),)

    def uncut(self, code: str) -> list[str]:
        """Dimensions of the filter that a KPI is not cut by."""
        dimensions = self.catalogue[code].dimensions
        return [name for name, _member in self.where if name not in dimensions]

    def row(self, code: str, period: str | None = None) -> Row:
        """The KPI row of a period (the page's own when None); {} when there is none.

        A KPI that the filter does not cut has no rows here: an unfiltered number on a
        filtered page would be read as a filtered one.
        """
        if code not in self.catalogue or self.uncut(code):
            return {}
        if code not in self._rows:
            self._rows[code] = self._fetched(self.catalogue[code])
        return self._rows[code].get(period or self.period.code, {})

    def _fetched(self, kpi: Kpi) -> dict[str, Row]:
        compared = (
            self.period.code,
            self.periods.before(self.period),
            self.periods.year_before(self.period),
        )
        codes = dict.fromkeys([c for c in compared if c] + self.months(kpi))
        where = (*self.place, *self.where, *self.own)
        question = kpi_rows(kpi, tuple(codes), where=where)
        return {row["period"]: row for row in self.ask(question)}

    def months(self, kpi: Kpi) -> list[str]:
        """The months of a KPI's sparkline, or the waves of a survey's.

        A cohort, and what is counted from the start of a year, begins anew every year.
        """
        if self.period.kind == "wave":
            return self.periods.waves_to(self.period, SPARK_MONTHS)
        return self.periods.months_to(self.period, SPARK_MONTHS, kpi.is_of_a_year)

    def value(self, code: str, period: str | None = None) -> float | None:
        """A KPI's value, None when it has none."""
        return wording.number(self.row(code, period).get("value"))

    @cached_property
    def _targets(self) -> dict[str, Row]:
        return {}

    def target(self, code: str, which: str) -> float | None:
        """A year's base_target or challenge_target of the branch; None when none."""
        if self.where:
            return None
        if code not in self._targets:
            rows = self.ask(frame_questions.target(code, self.branch, self.period.code))
            self._targets[code] = rows[0] if rows else {}
        value = self._targets[code].get(which)
        return wording.number(value)

    @cached_property
    def restated(self) -> dict[str, Row]:
        """Restated figures of the period by KPI; none of a cut: those are not kept."""
        if self.where or self.own:
            return {}
        rows = self.ask(frame_questions.restated(self.period.code, self.branch))
        return {row["kpi"]: row for row in rows}


def of_view(view: View) -> Facts:
    """Everything the cards of a page ask, as the viewer has chosen."""
    is_whole = view.branch == TOTAL
    return Facts(
        ask=data.ask_rows,
        catalogue=data.catalogue(),
        periods=view.periods,
        period=view.period,
        branch=view.branch,
        where=view.where,
        words=view.words,
        level="" if is_whole else view.branches[view.branch].level,
    )
