"""The cards: which KPIs a page shows, and what stands on one card.

A page declares its cards as a list, one word per thing: the KPI, what it is compared
with, what the last line says. Everything written is made here; nothing is drawn.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from dashboards.periods import Period, Periods
from jike import (
    differences,
    page_questions,
    quality_questions,
    questions,
    wording,
)
from jike.kpis import Kpi
from jike.language import Words
from jike.questions import Question

Row = dict[str, Any]
Ask = Callable[[Question], list[Row]]

SPARK_MONTHS = 13
# What a Chinese count is counted in, by the KPI's family.
COUNTED_IN = {
    "customers": "户",
    "retention": "户",
    "hotline": "次",
    "tickets": "件",
    "orders": "单",
}
# What a time is measured in: into the label, digits alone stand in the value.
TIMES = {
    "seconds": {"zh": "秒", "en": "s"},
    "minutes": {"zh": "分钟", "en": "min"},
    "hours": {"zh": "小时", "en": "h"},
    "days": {"zh": "天", "en": "days"},
}
# Counted from the start of a year, so they begin anew every year as well.
OF_A_YEAR = (
    "retention_expected",
    "retention_lead",
    "loss_budget_used",
    "info_revenue_completion",
    "info_revenue_forecast",
    "info_growth_contribution",
)
# What people ask for on working days; bills and customers do not rest.
WORKED = ("hotline", "tickets", "orders", "management")
LOW_BASE, HIDDEN, NO_DATA = "low_base", "hidden", "no_data"


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


@dataclass(frozen=True)
class Delta:
    """A comparison: its text, the number's direction, the judgement, what with.

    remark: what the card's last line says of it, where nothing is cut on a phone.
    """

    text: str
    arrow: str
    colour: str
    versus: str
    remark: str = ""


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
        return replace(self, period=period, own=own, _rows={})

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
        where = (*self.place, *self.where, *self.own)
        question = questions.kpi(kpi, tuple(codes), where=where)
        return {row["period"]: row for row in self.ask(question)}

    def months(self, kpi: Kpi) -> list[str]:
        """The months of a KPI's sparkline, or the waves of a survey's.

        A cohort begins anew every year.
        """
        if self.period.kind == "wave":
            return self.periods.waves_to(self.period, SPARK_MONTHS)
        same_year = kpi.progress == "cohort" or kpi.kpi in OF_A_YEAR
        return self.periods.months_to(self.period, SPARK_MONTHS, same_year)

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
            rows = self.ask(page_questions.target(code, self.branch, self.period.code))
            self._targets[code] = rows[0] if rows else {}
        value = self._targets[code].get(which)
        return wording.number(value)

    @cached_property
    def restated(self) -> dict[str, Row]:
        """Restated figures of the period by KPI; none of a cut: those are not kept."""
        if self.where or self.own:
            return {}
        rows = self.ask(quality_questions.restated(self.period.code, self.branch))
        return {row["kpi"]: row for row in rows}

    def undelivered(self, code: str) -> list[Row]:
        """Entities a KPI needs and nobody delivered: entity, last_on."""
        return self.ask(page_questions.undelivered(code))


def content(card: Card, facts: Facts) -> Content:
    """Write one card: value, comparison, trend, last line, badge."""
    kpi = facts.catalogue[card.kpi]
    facts = facts.of(card)
    name = kpi.name(facts.words.language)
    if card.who:
        name = NAMES[card.who](facts)
    uncut = facts.uncut(card.kpi)
    if uncut:
        return uncut_content(name, uncut, facts.words)
    row = facts.row(card.kpi)
    status = row.get("status", NO_DATA)
    if status == HIDDEN:
        return _withheld(name, row, facts.words)
    if status == NO_DATA or wording.is_missing(row.get("value")):
        return _nothing(name, card, facts)
    value, unit = written(kpi, float(row["value"]), facts.words.language)
    against, delta, verdict = _delta(card, kpi, facts)
    notes = _notes(card, against, facts)
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
        note=" · ".join(
            [
                *([delta.remark] if delta and delta.remark else []),
                *notes,
                *_per_working_day(kpi, against, facts),
                *_restated(kpi, facts),
            ]
        ),
        badge=badge,
        badge_colour="yellow",
        verdict=verdict,
    )


def _restated(kpi: Kpi, facts: Facts) -> list[str]:
    """The footnote of a figure whose closed month was changed later."""
    _ = facts.words
    row = facts.restated.get(kpi.kpi)
    if row is None:
        return []
    was = row["first_value"]
    language = facts.words.language
    old = (
        wording.MISSING
        if wording.is_missing(was)
        else wording.value(float(was), kpi.unit, language, decimals(kpi))
    )
    month = f"{row['kpi_month']:%Y-%m}"
    if wording.is_missing(row["delivered_on"]):
        return [_("{month} restated, was {old}", month=month, old=old)]
    return [
        _(
            "{month} restated by the delivery of {day}, was {old}",
            month=month,
            day=wording.iso(row["delivered_on"]),
            old=old,
        )
    ]


def uncut_content(name: str, uncut: list[str], words: Words) -> Content:
    """A card without a number, because the filter cuts by what its KPI is not cut by.

    uncut: Facts.uncut().
    """
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
    kpi = facts.catalogue[card.kpi]
    if not missing and kpi.family == "hotline" and facts.level == "county":
        note = _("Counted by hotline centre and city, not by county")
    elif missing:
        names = ", ".join(row["entity"] for row in missing)
        note = _("Not delivered: {entities}", entities=names)
    elif (
        kpi.kind == "index"
        and kpi.numerator is None
        and not kpi.reads_answers
        and kpi.family != "halls"
    ):
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
    if kpi.unit == "count" and kpi.kind != "ratio":
        digits, unit = wording.count_parts(value, language)
        if language == "zh":
            return digits, f"{unit}{COUNTED_IN.get(kpi.family, '')}"
        return digits, ""
    if kpi.unit in TIMES:
        return wording.plain(value, 1), TIMES[kpi.unit][language]
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
        elif against == "info_revenue_share":
            delta, verdict = _against_share(kpi, facts)
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


def _against_share(kpi: Kpi, facts: Facts) -> tuple[Delta | None, int]:
    """A contribution to growth against the share of the whole it comes from."""
    _ = facts.words
    value, share = facts.value(kpi.kpi), facts.value("info_revenue_share")
    if value is None or share is None:
        return None, 0
    said = (_("above its share"), _("below its share"), _("as its share"))
    return _pointed(value - share, said, better=_direction(kpi))


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
    if facts.period.kind == "wave":
        versus = _("vs last wave")
    difference = float(now["value"]) - float(then["value"])
    if kpi.unit in ("share", "ratio", "pp"):
        text = wording.points(difference)
        shown = wording.rounded(100 * difference, 1)
    elif kpi.unit == "index":
        text, shown = wording.signed(difference), wording.rounded(difference, 1)
    elif float(then["value"]) == 0:
        # A base of 0 has no growth; from 0 to 0 nothing is new either.
        text = wording.growth(None, facts.words.language) if difference else "0"
        return Delta(text, "off", "gray", versus), 0
    else:
        text = wording.growth(difference / then["value"], facts.words.language)
        shown = wording.rounded(100 * difference / float(then["value"]), 1)
    sign = (shown > 0) - (shown < 0)
    if kpi.reads_answers and wording.is_missing(now.get("low")):
        # Composed of answers, and nobody has said how sure it is: not judged.
        return Delta(text, _arrow(sign), "gray", versus), 0
    if not is_change(now, then, kpi.kind):
        remark = _("{versus}, not sig.", versus=versus)
        return Delta(text, _arrow(sign), "gray", versus, remark), 0
    verdict = sign * _direction(kpi)
    return Delta(text, _arrow(sign), _colour(verdict), versus), verdict


def _per_working_day(kpi: Kpi, against: str, facts: Facts) -> list[str]:
    """The change of a working day beside the plain one, where their number differs.

    Spring Festival is in January or in February: of two months with more and fewer
    working days the plain change says little about the work that is asked for.
    """
    if kpi.family not in WORKED or kpi.kind != "sum" or kpi.unit != "count":
        return []
    periods = facts.periods
    find = {"yoy": periods.year_before, "mom": periods.before}.get(against)
    code = find(facts.period) if find else None
    if not code or (facts.period.kind == "ytd" and against == "mom"):
        return []
    days, days_then = facts.period.working_days, periods[code].working_days
    now, then = facts.value(kpi.kpi), facts.value(kpi.kpi, code)
    if not days or not days_then or days == days_then or now is None or not then:
        return []
    _ = facts.words
    growth = now / days / (then / days_then) - 1
    text = wording.growth(growth, facts.words.language)
    return [_("{growth} a working day", growth=text)]


def is_change(now: Row, then: Row, kind: str = "prop") -> bool:
    """Whether a difference is more than chance, 95 %: Newcombe, of two means Welch.

    Rows without an interval are exact counts: any difference is one. Source: kpis.md.
    """
    limits = [now.get("low"), now.get("high"), then.get("low"), then.get("high")]
    if any(wording.is_missing(limit) for limit in limits):
        return True
    if kind == "mean":
        one, other = differences.sample(now), differences.sample(then)
        return bool(one and other and differences.welch(one, other).is_real)
    return differences.newcombe(now, then).is_real


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
    if code not in facts.catalogue:
        return None
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
        "loyalty": _("loyalty"),
        "demand_growth": _("monthly growth"),
        "calls_answered_monthly_mean": _("answered a month"),
        "blocked_rate": _("blocked"),
        "asa_p90": _("90% within"),
        "hall_wait_p90": _("90% within"),
        "resolution_hours_p90": _("90% within"),
        "supply_days_p90": _("90% within"),
        "fault_restored_48h": _("within 48 h"),
        "misroute_rate": _("misrouted"),
    }
    kpi = facts.catalogue[code]
    digits, unit = written(kpi, value, facts.words.language)
    # Expected is read against the value above with the comparison's one decimal.
    if code == "retention_expected":
        digits = wording.rate(value)
    if code == "demand_growth":
        digits = wording.growth(value, facts.words.language)
    return f"{short.get(code, kpi.name(facts.words.language))} {digits}{unit}"


def _target_note(
    which: str, of: str | None = None
) -> Callable[[str, Facts], str | None]:
    """The base or challenge of a card's KPI, or of another one."""

    def note(code: str, facts: Facts) -> str | None:
        limit = facts.target(of or code, which)
        if limit is None:
            return None
        kpi = facts.catalogue[of or code]
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


def _interval_note(code: str, facts: Facts) -> str | None:
    """The interval and how many it rests on; only the number where there is none."""
    row = facts.row(code)
    if wording.is_missing(row.get("n")):
        return None
    if wording.is_missing(row.get("low")):
        return f"n={wording.plain(row['n'])}"
    if facts.catalogue[code].unit == "share":
        low, high = (100 * float(row[side]) for side in ("low", "high"))
    else:
        low, high = float(row["low"]), float(row["high"])
    return wording.interval(low, high, row["n"], facts.words.language)


def _wave_note(code: str, facts: Facts) -> str | None:
    _ = facts.words
    if facts.period.kind != "wave":
        return None
    return wording.period(facts.period.code, facts.words.language)


def _calls_note(code: str, facts: Facts) -> str | None:
    """How many calls of how many."""
    row = facts.row(code)
    if wording.is_missing(row.get("denominator")):
        return None
    _ = facts.words
    return _(
        "{n} of {of} calls",
        n=wording.count(row["numerator"], facts.words.language),
        of=wording.count(row["denominator"], facts.words.language),
    )


def _not_lost_note(code: str, facts: Facts) -> str | None:
    _ = facts.words
    return _("not counted as lost")


# What the last line of a card can say, one word each.
NOTES: dict[str, Callable[[str, Facts], str | None]] = {
    "base": _target_note("base_target"),
    "challenge": _target_note("challenge_target"),
    "year_base": _target_note("base_target", "info_revenue"),
    "year_challenge": _target_note("challenge_target", "info_revenue"),
    "yoy": _change_note("yoy"),
    "mom": _change_note("mom"),
    "counts": _counts_note,
    "gone": _lost_note,
    "last_month": _last_month_note,
    "aside": _not_lost_note,
    "interval": _interval_note,
    "wave": _wave_note,
    "calls": _calls_note,
}


def _role_name(role: str, group: str) -> Callable[[Facts], str]:
    def name(facts: Facts) -> str:
        _ = facts.words
        said = {
            "contact": _("Contact satisfaction"),
            "decision_maker": _("Decision-maker satisfaction"),
            "member": _("Member satisfaction"),
        }[role]
        if not group or "tier" in {dimension for dimension, _m in facts.where}:
            return said
        return _("{name}, {group}", name=said, group=_("A/B tiers"))

    return name


# What a KPI is called on a card that cuts it, one word each.
NAMES: dict[str, Callable[[Facts], str]] = {
    "contact": _role_name("contact", "ab"),
    "decision_maker": _role_name("decision_maker", "ab"),
    "member": _role_name("member", ""),
}
