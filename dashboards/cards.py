"""The cards: which KPIs a page shows, and what stands on one card.

A page declares its cards as a list, one word per thing: the KPI, what it is compared
with, what the last line says. Everything written is made here; nothing is drawn.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from math import sqrt
from typing import Any

from dashboards.periods import Period, Periods
from jike import page_questions, questions, wording
from jike.kpis import Kpi
from jike.language import Words
from jike.questions import Question

Row = dict[str, Any]
Ask = Callable[[Question], list[Row]]

SPARK_MONTHS = 13
# Composed of a cohort and its year's target, so they begin anew every year as well.
OF_A_YEAR = ("retention_expected", "retention_lead", "loss_budget_used")
LOW_BASE, HIDDEN, NO_DATA = "low_base", "hidden", "no_data"


@dataclass(frozen=True)
class Card:
    """One card of a page.

    against: a KPI that is itself the difference (info_revenue_lead), or "base", "time",
    "yoy", "mom"; the first that has a value is shown. notes: what the last line says,
    each a key of NOTES or a KPI's code.
    """

    kpi: str
    against: tuple[str, ...] = ("yoy",)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Delta:
    """A comparison: its text, the number's direction, the judgement, what with."""

    text: str
    arrow: str
    colour: str
    versus: str


@dataclass(frozen=True)
class Content:
    """What one card says; `verdict` is +1 better, −1 worse, 0 not judged."""

    name: str
    label: str
    value: str
    delta: Delta | None = None
    spark: tuple[float, ...] = ()
    note: str = ""
    badge: str = ""
    badge_colour: str = "gray"
    verdict: int = 0


def _number(value: Any) -> float | None:  # noqa: ANN401 (a cell of a row)
    return None if wording.is_missing(value) else float(value)


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
    _rows: dict[str, dict[str, Row]] = field(default_factory=dict)

    @cached_property
    def place(self) -> tuple[tuple[str, str], ...]:
        """The branch as a cut; nothing for the total."""
        return () if self.branch == questions.TOTAL else (("branch", self.branch),)

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
        question = questions.kpi(kpi, tuple(codes), where=(*self.place, *self.where))
        return {row["period"]: row for row in self.ask(question)}

    def months(self, kpi: Kpi) -> list[str]:
        """The months of a KPI's sparkline; a cohort begins anew every year."""
        same_year = kpi.progress == "cohort" or kpi.kpi in OF_A_YEAR
        return self.periods.months_to(self.period, SPARK_MONTHS, same_year)

    def value(self, code: str, period: str | None = None) -> float | None:
        """A KPI's value, None when it has none."""
        return _number(self.row(code, period).get("value"))

    @cached_property
    def _targets(self) -> dict[str, Row]:
        return {}

    def target(self, code: str, which: str) -> float | None:
        """A year's base_target or challenge_target of the branch; None when none."""
        if self.where:
            return None
        if code not in self._targets:
            rows = self.ask(page_questions.target(code, self.branch, self.period.code))
            self._targets[code] = rows[0] if rows else {}
        value = self._targets[code].get(which)
        return _number(value)

    def undelivered(self, code: str) -> list[Row]:
        """Entities a KPI needs and nobody delivered: entity, last_on."""
        return self.ask(page_questions.undelivered(code))


def content(card: Card, facts: Facts) -> Content:
    """Write one card: value, comparison, trend, last line, badge."""
    kpi = facts.catalogue[card.kpi]
    name = kpi.name(facts.words.language)
    uncut = facts.uncut(card.kpi)
    if uncut:
        return _not_cut(name, uncut, facts.words)
    row = facts.row(card.kpi)
    status = row.get("status", NO_DATA)
    if status == HIDDEN:
        return _withheld(name, row, facts.words)
    if status == NO_DATA or wording.is_missing(row.get("value")):
        return _nothing(name, card, facts)
    value, unit = written(kpi, float(row["value"]), facts.words.language)
    against, delta, verdict = _delta(card, kpi, facts)
    badge = ""
    if status == LOW_BASE:
        _ = facts.words
        badge = _("Low base · n={n}", n=wording.plain(row["n"]))
    return Content(
        name=name,
        label=labelled(name, unit, facts.words.language),
        value=value,
        delta=delta,
        spark=_spark(kpi, facts),
        note=" · ".join(_notes(card, against, facts)),
        badge=badge,
        badge_colour="yellow",
        verdict=verdict,
    )


def _not_cut(name: str, uncut: list[str], words: Words) -> Content:
    _ = words
    said = {"tier": _("tier"), "industry": _("industry")}
    comma = "、" if words.language == "zh" else ", "
    dimensions = comma.join(said.get(one, one) for one in uncut)
    return Content(
        name=name,
        label=name,
        value=wording.MISSING,
        note=_("Not counted by {dimensions}", dimensions=dimensions),
        badge=_("no data"),
    )


def _withheld(name: str, row: Row, words: Words) -> Content:
    _ = words
    return Content(
        name=name,
        label=name,
        value=wording.MISSING,
        note=_("n={n}; fewer than 10 are withheld", n=wording.plain(row.get("n"))),
        badge=_("withheld"),
    )


def _nothing(name: str, card: Card, facts: Facts) -> Content:
    """Say why there is no value: not delivered, no target, or nothing to count."""
    _ = facts.words
    missing = facts.undelivered(card.kpi)
    if missing:
        names = ", ".join(row["entity"] for row in missing)
        note = _("Not delivered: {entities}", entities=names)
    elif facts.catalogue[card.kpi].kind == "index":
        note = _("No base target for this year")
    else:
        note = _("Nothing to count in this period")
    return Content(
        name=name, label=name, value=wording.MISSING, note=note, badge=_("no data")
    )


def written(kpi: Kpi, value: float, language: str) -> tuple[str, str]:
    """A KPI's digits and the unit that goes into the label."""
    if kpi.unit == "cny":
        return wording.amount_parts(value, language)
    if kpi.unit == "count":
        digits, unit = wording.count_parts(value, language)
        return digits, f"{unit}{'户' if kpi.family != 'revenue' else ''}" if (
            language == "zh"
        ) else ""
    return wording.value(value, kpi.unit, language, decimals(kpi)), ""


def decimals(kpi: Kpi) -> int:
    """Two for shares of a cohort, where a tenth of a point is many customers."""
    return 2 if kpi.progress == "cohort" or kpi.kpi == "retention_expected" else 1


def labelled(name: str, unit: str, language: str) -> str:
    """A card's label with its unit in brackets: 信息化收入（万元）."""
    if not unit:
        return name
    return f"{name}（{unit}）" if language == "zh" else f"{name} ({unit})"


def _spark(kpi: Kpi, facts: Facts) -> tuple[float, ...]:
    values = [facts.value(kpi.kpi, month) for month in facts.months(kpi)]
    known = [value for value in values if value is not None]
    return tuple(known) if len(known) > 1 else ()


def _delta(card: Card, kpi: Kpi, facts: Facts) -> tuple[str, Delta | None, int]:
    """The first comparison that can be made: which one, what it says, the verdict."""
    for against in card.against:
        if against in ("yoy", "mom"):
            delta, verdict = _change(kpi, against, facts)
        elif against == "base":
            delta, verdict = _against_base(kpi, facts)
        elif against == "time":
            delta, verdict = _against_time(kpi, facts)
        else:
            delta, verdict = _lead(against, facts)
        if delta is not None:
            return against, delta, verdict
    return "", None, 0


def _lead(code: str, facts: Facts) -> tuple[Delta | None, int]:
    """A KPI that is itself a difference in points: ahead of time, above expected."""
    _ = facts.words
    difference = facts.value(code)
    if difference is None:
        return None, 0
    said = {
        "info_revenue_lead": (_("ahead of time"), _("behind time"), _("on time")),
        "retention_lead": (
            _("above expected"),
            _("below expected"),
            _("as expected"),
        ),
    }[code]
    return _pointed(difference, said, better=1)


def _against_base(kpi: Kpi, facts: Facts) -> tuple[Delta | None, int]:
    _ = facts.words
    value, base = facts.value(kpi.kpi), facts.target(kpi.kpi, "base_target")
    if value is None or base is None or kpi.unit not in ("share", "ratio"):
        return None, 0
    said = (_("above base"), _("below base"), _("at base"))
    return _pointed(value - base, said, better=_direction(kpi))


def _against_time(kpi: Kpi, facts: Facts) -> tuple[Delta | None, int]:
    """A budget's use against how much of the year has passed."""
    _ = facts.words
    used, elapsed = facts.value(kpi.kpi), facts.value("time_progress")
    if used is None or elapsed is None:
        return None, 0
    said = (_("more than time"), _("less than time"), _("as time"))
    return _pointed(used - elapsed, said, better=_direction(kpi))


def _pointed(
    difference: float, said: tuple[str, str, str], better: int
) -> tuple[Delta, int]:
    shown = wording.rounded(100 * difference, 1)
    sign = (shown > 0) - (shown < 0)
    verdict = sign * better
    versus = said[2] if sign == 0 else said[0] if sign > 0 else said[1]
    return (
        Delta(wording.points(difference), _arrow(sign), _colour(verdict), versus),
        verdict,
    )


def _change(kpi: Kpi, against: str, facts: Facts) -> tuple[Delta | None, int]:
    """A change since the period before or the year before, judged if it is one."""
    _ = facts.words
    find = facts.periods.year_before if against == "yoy" else facts.periods.before
    code = find(facts.period)
    now = facts.row(kpi.kpi)
    then = facts.row(kpi.kpi, code) if code else {}
    if wording.is_missing(now.get("value")) or wording.is_missing(then.get("value")):
        return None, 0
    versus = _("yoy") if against == "yoy" else _("mom")
    difference = float(now["value"]) - float(then["value"])
    if kpi.unit in ("share", "ratio"):
        text = wording.points(difference)
        shown = wording.rounded(100 * difference, 1)
    elif float(then["value"]) == 0:
        # A base of 0 has no growth; from 0 to 0 nothing is new either.
        text = wording.growth(None, facts.words.language) if difference else "0"
        return Delta(text, "off", "gray", versus), 0
    else:
        text = wording.growth(difference / then["value"], facts.words.language)
        shown = wording.rounded(100 * difference / float(then["value"]), 1)
    sign = (shown > 0) - (shown < 0)
    if not is_change(now, then):
        return Delta(
            text, _arrow(sign), "gray", _("{versus}, not sig.", versus=versus)
        ), 0
    verdict = sign * _direction(kpi)
    return Delta(text, _arrow(sign), _colour(verdict), versus), verdict


def is_change(now: Row, then: Row) -> bool:
    """Whether a difference of two proportions is more than chance (Newcombe, 95 %).

    Rows without an interval are exact counts: any difference is one. Source: kpis.md.
    """
    limits = [now.get("low"), now.get("high"), then.get("low"), then.get("high")]
    if any(wording.is_missing(limit) for limit in limits):
        return True
    low, high, then_low, then_high = (float(limit or 0) for limit in limits)
    value, before = float(now["value"]), float(then["value"])
    difference = value - before
    below = difference - sqrt((value - low) ** 2 + (then_high - before) ** 2)
    above = difference + sqrt((high - value) ** 2 + (before - then_low) ** 2)
    return below > 0 or above < 0


def _direction(kpi: Kpi) -> int:
    return {"up": 1, "down": -1}.get(kpi.direction, 0)


def _arrow(sign: int) -> str:
    return {1: "up", -1: "down", 0: "off"}[sign]


def _colour(verdict: int) -> str:
    return {1: "blue", -1: "orange", 0: "gray"}[verdict]


def _notes(card: Card, shown: str, facts: Facts) -> list[str]:
    """The last line, without what the comparison shown says already."""
    said = [
        NOTES[note](card.kpi, facts) if note in NOTES else _other(note, facts)
        for note in card.notes
        if note != shown or shown not in ("yoy", "mom")
    ]
    return [text for text in said if text]


def _other(code: str, facts: Facts) -> str | None:
    """Another KPI on the same card: its short name and value."""
    value = facts.value(code)
    if value is None:
        return None
    _ = facts.words
    short = {
        "info_revenue_completion": _("completion"),
        "retention_expected": _("expected"),
        "info_growth_contribution": _("of growth"),
        "cohort_retention_excl_admin": _("excl. closed"),
        "grr": "GRR",
        "active_customers": _("active"),
    }
    kpi = facts.catalogue[code]
    digits, unit = written(kpi, value, facts.words.language)
    # Expected is read against the value above with the comparison's one decimal.
    if code == "retention_expected":
        digits = wording.rate(value)
    return f"{short.get(code, kpi.name(facts.words.language))} {digits}{unit}"


def _target_note(which: str) -> Callable[[str, Facts], str | None]:
    def note(code: str, facts: Facts) -> str | None:
        limit = facts.target(code, which)
        if limit is None:
            return None
        kpi = facts.catalogue[code]
        text = wording.value(limit, kpi.unit, facts.words.language)
        _ = facts.words
        word = _("base") if which == "base_target" else _("challenge")
        return f"{word} {text}"

    return note


def _change_note(against: str) -> Callable[[str, Facts], str | None]:
    def note(code: str, facts: Facts) -> str | None:
        _ = facts.words
        delta, _verdict = _change(facts.catalogue[code], against, facts)
        word = _("yoy") if against == "yoy" else _("mom")
        return f"{word} {delta.text}" if delta else None

    return note


def _counts_note(code: str, facts: Facts) -> str | None:
    row = facts.row(code)
    if wording.is_missing(row.get("denominator")):
        return None
    _ = facts.words
    return _(
        "{n} of {of} active",
        n=wording.plain(row["numerator"]),
        of=wording.plain(row["denominator"]),
    )


def _lost_note(code: str, facts: Facts) -> str | None:
    """How many of the cohort are gone."""
    row = facts.row("target_market_retention")
    if wording.is_missing(row.get("denominator")):
        return None
    _ = facts.words
    gone = float(row["denominator"]) - float(row["numerator"])
    return _(
        "{n} of {of} lost",
        n=wording.plain(gone),
        of=wording.plain(row["denominator"]),
    )


def _last_month_note(code: str, facts: Facts) -> str | None:
    months = facts.months(facts.catalogue[code])
    value = facts.value(code, months[-1]) if months else None
    if value is None or months[-1] == facts.period.code:
        return None
    month = wording.month_in_words(facts.period.last_month, facts.words.language)
    digits, unit = written(facts.catalogue[code], value, facts.words.language)
    return f"{month} {digits}{unit}"


def _not_lost_note(code: str, facts: Facts) -> str | None:
    _ = facts.words
    return _("not counted as lost")


# What the last line of a card can say, one word each.
NOTES: dict[str, Callable[[str, Facts], str | None]] = {
    "base": _target_note("base_target"),
    "challenge": _target_note("challenge_target"),
    "yoy": _change_note("yoy"),
    "mom": _change_note("mom"),
    "counts": _counts_note,
    "gone": _lost_note,
    "last_month": _last_month_note,
    "aside": _not_lost_note,
}
