"""The cards: which KPIs a page shows, and what stands on one card.

A page declares its cards as a list, one word per thing: the KPI, what it is compared
with, what the last line says. Everything written is made here; nothing is drawn.
"""

from collections.abc import Callable
from dataclasses import dataclass

from dashboards.cards.comparisons import Delta, change, compared, per_working_day
from dashboards.cards.facts import Card, Facts, Row
from jike.kpis.catalogue import Kpi
from jike.kpis.cuts import HIDDEN, LOW_BASE, NO_DATA
from jike.kpis.reasons import lacking_of
from jike.words import wording
from jike.words.deployment import chosen
from jike.words.language import Words


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


def content(card: Card, facts: Facts) -> Content:
    """Write one card: value, comparison, trend, last line, badge."""
    kpi = facts.catalogue[card.kpi]
    facts = facts.of(card)
    name = kpi.name(facts.words.language)
    if card.who:
        name = NAMES[card.who](facts)
    uncut = facts.uncut(card.kpi)
    if uncut:
        return uncut_content(name, uncut, facts)
    row = facts.row(card.kpi)
    status = row.get("status", NO_DATA)
    if status == HIDDEN:
        return _withheld(name, row, facts.words)
    if status == NO_DATA or wording.is_missing(row.get("value")):
        return _nothing(name, card, facts)
    value, unit = written(kpi, float(row["value"]), facts.words.language)
    against, delta, verdict = compared(card, kpi, facts)
    return Content(
        name=name,
        label=wording.labelled(name, unit, facts.words.language),
        value=value,
        delta=delta,
        spark=_spark(kpi, facts),
        note=" · ".join(
            [
                *([delta.remark] if delta and delta.remark else []),
                *_notes(card, against, facts),
                *per_working_day(kpi, against, facts),
                *_restated(kpi, facts),
            ]
        ),
        badge=_low_base(row, facts.words) if status == LOW_BASE else "",
        badge_colour="yellow",
        verdict=verdict,
    )


def _low_base(row: Row, words: Words) -> str:
    _ = words
    return _("Low base · n={n}", n=wording.plain(row["n"]))


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
        else wording.value(float(was), kpi.unit, language, kpi.decimals)
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


def uncut_content(name: str, uncut: list[str], facts: Facts) -> Content:
    """A card without a number, because the filter cuts by what its KPI is not cut by.

    uncut: Facts.uncut().
    """
    _ = facts.words
    said = {"tier": _("tier"), "industry": _("industry")}
    for kpi in facts.catalogue.values():
        said |= {code: _.name(cut.said) for code, cut in kpi.free_cuts.items()}
    dimensions = _.listed(said.get(one, one) for one in uncut)
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
        note=_(
            "n={n}; fewer than {least} are withheld",
            n=wording.plain(row.get("n")),
            least=chosen("hidden_n"),
        ),
        badge=_("withheld"),
    )


def _nothing(name: str, card: Card, facts: Facts) -> Content:
    """Say why there is no value: not delivered, no target, or nothing to count."""
    _ = facts.words
    lacking = lacking_of(facts.row(card.kpi).get("reason"))
    kpi = facts.catalogue[card.kpi]
    if not lacking and kpi.family == "hotline" and facts.level == "county":
        note = _("Counted by hotline centre and city, not by county")
    elif lacking:
        names = _.listed(map(_.error, lacking))
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
        return digits, f"{unit}{kpi.counted_in(language)}"
    if kpi.unit in wording.DURATIONS:
        return wording.plain(value, 1), wording.unit_of_time(kpi.unit, language)
    return wording.value(value, kpi.unit, language, kpi.decimals), ""


def _spark(kpi: Kpi, facts: Facts) -> tuple[float, ...]:
    months = [m for m in facts.months(kpi) if not facts.periods[m].is_partial]
    values = [facts.value(kpi.kpi, month) for month in months]
    known = [value for value in values if value is not None]
    return tuple(known) if len(known) > 1 else ()


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
    kpi = facts.catalogue[code]
    digits, unit = written(kpi, value, facts.words.language)
    # Expected is read against the value above with the comparison's one decimal.
    if code == "retention_expected":
        digits = wording.rate(value)
    if code == "demand_growth":
        digits = wording.growth(value)
    return f"{kpi.short_name(facts.words.language)} {digits}{unit}"


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
        delta, _verdict = change(facts.catalogue[code], against, facts)
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


def _everybody_name(facts: Facts) -> str:
    _ = facts.words
    return _("Satisfaction, all respondents")


# What a KPI is called on a card that cuts it, one word each.
NAMES: dict[str, Callable[[Facts], str]] = {
    "contact": _role_name("contact", "ab"),
    "decision_maker": _role_name("decision_maker", "ab"),
    "member": _role_name("member", ""),
    "everybody": _everybody_name,
}
