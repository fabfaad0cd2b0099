"""Two cards that no KPI alone fills: the forecast, and what the rest must bring."""

from dashboards.cards.cards import Content, uncut_content
from dashboards.cards.comparisons import Delta
from dashboards.cards.facts import Facts
from dashboards.views.revenue.rows import Outlook
from jike.kpis.change import relative_change
from jike.words import wording
from jike.words.language import Words


def forecast(year: Outlook, facts: Facts) -> Content:
    """The linear forecast against the base target, the seasonal one beside it."""
    _ = facts.words
    kpi = facts.catalogue["info_revenue_forecast"]
    name = kpi.name(facts.words.language)
    if facts.uncut(kpi.kpi):
        return uncut_content(name, facts.uncut(kpi.kpi), facts)
    if year.linear is None:
        return _nothing(name, _("Nothing to count in this period"), facts.words)
    digits, unit = wording.amount_parts(year.linear, facts.words.language)
    notes = []
    if year.seasonal is not None:
        amount = wording.amount(year.seasonal, facts.words.language)
        notes.append(_("seasonal {amount}", amount=amount))
    delta, verdict = _against(year.linear, year.base, better=1, facts=facts)
    return Content(
        name=name,
        label=wording.labelled(name, unit, facts.words.language),
        value=digits,
        delta=delta,
        spark=_spark(facts),
        note=" · ".join(notes),
        verdict=verdict,
    )


def needed(year: Outlook, facts: Facts) -> Content:
    """What every month left must bring for the base, against the mean of those gone."""
    _ = facts.words
    name = _("Needed a month")
    uncut = facts.uncut("info_revenue_forecast")
    if uncut:
        return uncut_content(name, uncut, facts)
    if year.base is None:
        return _nothing(name, _("No base target for this year"), facts.words)
    need = year.needed(year.base)
    if need is None:
        return _nothing(name, _("No month is left in this year"), facts.words)
    digits, unit = wording.amount_parts(need, facts.words.language)
    challenge = year.needed(year.challenge)
    note = ""
    if challenge is not None:
        amount = wording.amount(challenge, facts.words.language)
        note = _("for the challenge {amount}", amount=amount)
    if need == 0:
        reached = _("the base is reached")
        note = f"{reached} · {note}" if note else reached
        delta, verdict = None, 1
    else:
        delta, verdict = _against_mean(need, year.mean_so_far, facts.words)
    return Content(
        name=name,
        label=wording.labelled(name, unit, facts.words.language),
        value=digits,
        delta=delta,
        note=note,
        verdict=verdict,
    )


def _spark(facts: Facts) -> tuple[float, ...]:
    """The forecast as it stood at every month end of the year."""
    kpi = facts.catalogue["info_revenue_forecast"]
    values = [facts.value(kpi.kpi, month) for month in facts.months(kpi)]
    known = [value for value in values if value is not None]
    return tuple(known) if len(known) > 1 else ()


def _nothing(name: str, why: str, words: Words) -> Content:
    _ = words
    return Content(
        name=name, label=name, value=wording.MISSING, note=why, badge=_("no data")
    )


def _against(
    value: float, base: float | None, better: int, facts: Facts
) -> tuple[Delta | None, int]:
    _ = facts.words
    share = relative_change(value, base)
    if share is None:
        return None, 0
    said = (_("above base"), _("below base"), _("at base"))
    return _relative(share, said, better)


def _against_mean(
    need: float, mean: float | None, words: Words
) -> tuple[Delta | None, int]:
    _ = words
    share = relative_change(need, mean)
    if share is None:
        return None, 0
    said = (_("more than so far"), _("less than so far"), _("as so far"))
    return _relative(share, said, -1)


def _relative(
    share: float, said: tuple[str, str, str], better: int
) -> tuple[Delta, int]:
    """A relative difference; `better` is the sign that is judged well."""
    shown = wording.rounded(100 * share, 1)
    sign = (shown > 0) - (shown < 0)
    verdict = sign * better
    versus = said[2] if sign == 0 else said[0] if sign > 0 else said[1]
    arrow = {1: "up", -1: "down", 0: "off"}[sign]
    colour = {1: "blue", -1: "orange", 0: "gray"}[verdict]
    return Delta(wording.growth(share), arrow, colour, versus), verdict
