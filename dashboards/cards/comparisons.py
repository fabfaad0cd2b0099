"""What a figure is held against, what came of it, and whether it is a change at all."""

from dataclasses import dataclass
from decimal import Decimal

from dashboards.cards.facts import Card, Facts, Row
from jike.kpis import intervals
from jike.kpis.catalogue import Kpi
from jike.kpis.change import relative_change
from jike.words import wording

# What people ask for on working days; bills and customers do not rest.
WORKED = ("hotline", "tickets", "orders", "management")


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


def compared(card: Card, kpi: Kpi, facts: Facts) -> tuple[str, Delta | None, int]:
    """The first comparison that can be made: which one, what it says, the verdict."""
    for against in card.against:
        if against in ("yoy", "mom"):
            delta, verdict = change(kpi, against, facts)
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


def change(kpi: Kpi, against: str, facts: Facts) -> tuple[Delta | None, int]:
    """A change since the period before or the year before, judged if it is one."""
    _ = facts.words
    if against == "mom" and kpi.kind == "sum" and facts.period.kind == "ytd":
        # A sum since January grows with every month by its nature.
        return None, 0
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
    in_times = wording.is_in_times(now["value"], kpi.unit)
    if kpi.unit in ("share", "ratio", "pp") and not in_times:
        text = wording.points(difference)
        shown = wording.rounded(100 * difference, 1)
    elif kpi.unit == "index":
        text, shown = wording.signed(difference), wording.rounded(difference, 1)
    else:
        text, shown = _grown(kpi, float(now["value"]), float(then["value"]), facts)
    sign = (shown > 0) - (shown < 0)
    if _is_unsure(kpi) and wording.is_missing(now.get("low")):
        return Delta(text, _arrow(sign), "gray", versus), 0
    if not is_change(now, then, kpi.kind):
        remark = _("{versus}, not sig.", versus=versus)
        return Delta(text, _arrow(sign), "gray", versus, remark), 0
    verdict = sign * _direction(kpi)
    return Delta(text, _arrow(sign), _colour(verdict), versus), verdict


def _grown(kpi: Kpi, now: float, then: float, facts: Facts) -> tuple[str, Decimal]:
    """A change relative to what was, else the difference; and as it is written."""
    share = relative_change(now, then)
    if share is not None:
        return wording.growth(share), wording.rounded(100 * share, 1)
    difference = now - then
    if not difference:
        return "0", Decimal(0)
    text = wording.value(difference, kpi.unit, facts.words.language, kpi.decimals)
    return f"+{text}" if difference > 0 else text, Decimal(str(difference))


def _is_unsure(kpi: Kpi) -> bool:
    """Whether a figure varies by chance, so that without an interval none judges it.

    What is composed of answers, and a quantile: the median of other orders is another.
    """
    return kpi.reads_answers or kpi.kind == "quantile"


def per_working_day(kpi: Kpi, against: str, facts: Facts) -> list[str]:
    """The change of a working day beside the plain one, where their number differs.

    Spring Festival is in January or in February: of two months with more and fewer
    working days the plain change says little about the work that is asked for.
    """
    if kpi.family not in WORKED or kpi.kind != "sum" or kpi.unit != "count":
        return []
    periods = facts.periods
    find = {"yoy": periods.year_before, "mom": periods.before}.get(against)
    code = find(facts.period) if find else None
    if not code:
        return []
    days, days_then = facts.period.working_days, periods[code].working_days
    now, then = facts.value(kpi.kpi), facts.value(kpi.kpi, code)
    if not days or not days_then or days == days_then or now is None or then is None:
        return []
    _ = facts.words
    growth = relative_change(now / days, then / days_then)
    if growth is None:
        return []
    return [_("{growth} a working day", growth=wording.growth(growth))]


def is_change(now: Row, then: Row, kind: str = "prop") -> bool:
    """Whether a difference is more than chance, 95 %: Newcombe, of two means Welch.

    Rows without an interval are exact counts: any difference is one. Source: kpis.md.
    """
    limits = [now.get("low"), now.get("high"), then.get("low"), then.get("high")]
    if any(wording.is_missing(limit) for limit in limits):
        return True
    if kind == "mean":
        one, other = intervals.sample(now), intervals.sample(then)
        return bool(one and other and intervals.welch(one, other).is_real)
    return intervals.newcombe(now, then).is_real


def _direction(kpi: Kpi) -> int:
    return {"up": 1, "down": -1}.get(kpi.direction, 0)


def _arrow(sign: int) -> str:
    return {1: "up", -1: "down", 0: "off"}[sign]


def _colour(verdict: int) -> str:
    return {1: "blue", -1: "orange", 0: "gray"}[verdict]
