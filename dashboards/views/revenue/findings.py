"""What the page says of its data, by rule: values in, a sentence out."""

from typing import TYPE_CHECKING

from dashboards.cards.findings import scorecard
from dashboards.views.revenue.charts import in_unit
from dashboards.views.revenue.rows import OTHER, Outlook, first_of
from jike.kpis.change import relative_change
from jike.kpis.cuts import UNKNOWN
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame

OLD = ("91-180", "181+")


def concentration(frame: "Frame", words: Words) -> str:
    """What the largest ten bring, and how concentrated that is."""
    _ = words
    row = frame.iloc[0]
    return _(
        "The largest {n} of {of} customers bring {share} of revenue",
        n=min(10, int(row["customers"])),
        of=wording.plain(row["customers"]),
        share=wording.rate(row["top10_share"]),
    )


def arrears(frame: "Frame", words: Words) -> str:
    """How much is overdue, and which share of it for more than 90 days.

    frame: rows.arrears().
    """
    _ = words
    old = frame[frame["age"].isin(OLD)]["amount"].sum()
    total = frame["amount"].sum()
    return _(
        "{amount} overdue, {share} of it for more than 90 days",
        amount=wording.amount(total, words.language),
        share=wording.rate(old / total),
    )


def products(cross_sell: float | None, frame: "Frame", words: Words) -> str:
    """How many customers hold two product lines, and what most of them hold.

    cross_sell: the KPI; frame: rows.products(), the first one first.
    """
    _ = words
    first = frame.iloc[0]
    said = {"product": first["label"], "rate": wording.rate(first["penetration"])}
    if cross_sell is None:
        return _("{product} is held most widely, by {rate}", **said)
    return _(
        "{share} hold two product lines or more; {product} is held by {rate}",
        share=wording.rate(cross_sell),
        **said,
    )


def traffic(share: float | None, words: Words) -> str:
    """What the largest fifth of the lines carries; "" where nobody knows."""
    _ = words
    if share is None:
        return ""
    return _(
        "Of data traffic, the largest fifth of the lines carries {share}",
        share=wording.rate(share),
    )


def page(
    branch: str,
    lead: float | None,
    revenue: float | None,
    year: Outlook,
    words: Words,
) -> str:
    """Where revenue stands against time, and whether the year can be made; or ""."""
    _ = words
    where = scorecard(branch, lead, revenue, None, None, words)
    if year.span is None or year.base is None or year.months_left == 0:
        return where
    said = {
        "challenge": _("heading above the challenge"),
        "above": _("heading above the base"),
        "open": _("the base is open"),
        "below": _("heading below the base"),
    }[standing(year)]
    return _.clauses([where, said]) if where else ""


def standing(year: Outlook) -> str:
    """What every forecast agrees on: challenge, above (base), below, else open."""
    if year.span is None or year.base is None:
        return "open"
    low, high = year.span
    if year.challenge is not None and low >= year.challenge:
        return "challenge"
    if low >= year.base:
        return "above"
    return "below" if high < year.base else "open"


def outlook(year: Outlook, is_cut: bool, words: Words) -> str:
    """The forecasts against base and challenge; claims what all of them agree on."""
    _ = words
    if year.span is None:
        if is_cut:
            return _("No forecast: it is not made by tier or industry")
        return _("No forecast for this year")
    low, high = year.span
    unit = wording.scale(high, words.language)
    amounts = between(low, high, unit, words)
    closed = year.months_left == 0
    if year.base is None:
        if closed:
            return _("The year closed at {amounts}", amounts=amounts)
        return _("Year-end forecast {amounts}; no target", amounts=amounts)
    said = _against_targets(year, low, high, words)
    if closed:
        return _("The year closed at {amounts}: {said}", amounts=amounts, said=said)
    return _("Year-end forecast {amounts}: {said}", amounts=amounts, said=said)


def outlook_caption(year: Outlook, unit: str, words: Words) -> str:
    """What the outlook's marks mean; those that are not drawn are not spoken of."""
    _ = words
    if year.linear is None:
        return _("Year so far, {unit}; grey = last year", unit=unit)
    if year.months_left == 0:
        return _(
            "The year, {unit}; thin line = base, short tick = challenge, "
            "grey = the year before",
            unit=unit,
        )
    return _(
        "Year so far, {unit}; dashed to ◇ = forecast, thin line = base, "
        "short tick = challenge, grey = last year",
        unit=unit,
    )


def _against_targets(year: Outlook, low: float, high: float, words: Words) -> str:
    _ = words
    where = standing(year)
    if where == "challenge":
        return _("above the challenge")
    if where == "below":
        return _("below the base")
    if where == "open":
        return _("too close to the base to call")
    if year.challenge is None:
        return _("above the base")
    if high >= year.challenge:
        return _("above the base, the challenge is open")
    return _("above the base, below the challenge")


def between(low: float, high: float, unit: str, words: Words) -> str:
    """Two amounts in one unit, or one when they are written alike: 1.88–1.91亿元."""
    first = wording.scaled(low, words.language, unit)
    last = wording.scaled(high, words.language, unit)
    digits = first if first == last else f"{first}–{last}"
    return wording.amount_in(digits, unit, words.language)


def needed(year: Outlook, words: Words) -> str:
    """What the months left must bring for base and challenge, and why no interval."""
    _ = words
    said = []
    mean = year.mean_so_far
    base, challenge = year.needed(year.base), year.needed(year.challenge)
    if base is not None and mean is not None:
        said.append(
            words.many(
                "Needed in the {n} month left: base {base}, challenge {challenge}; "
                "mean so far {mean}",
                "Needed in each of the {n} months left: base {base}, "
                "challenge {challenge}; mean so far {mean}",
                year.months_left,
                base=wording.amount(base, words.language),
                challenge=wording.amount(challenge, words.language),
                mean=wording.amount(mean, words.language),
            )
        )
    if year.months_left and year.seasonal is not None and not year.has_interval:
        said.append(_("No interval: it needs two completed years before this one"))
    return _.sentences(said)


def by_member(frame: "Frame", words: Words) -> str:
    """Which member is the largest, its share, and how many grew; never `other`.

    frame: rows.by_member().
    """
    _ = words
    named = frame[~frame["member"].isin([OTHER, UNKNOWN])]
    if named.empty or not frame["amount"].any():
        return _("No informatisation revenue")
    if frame["amount"].sum() <= 0:
        return _("Credits outweigh what was billed")
    first = named.iloc[0]
    if len(named) > 1 and first["amount"] == named.iloc[1]["amount"]:
        return _("No single one is the largest")
    share = wording.rate(first["share"])
    compared = named[named["before"].notna()]
    if compared.empty:
        return _("{name} is the largest, {share}", name=first["label"], share=share)
    grown = int((compared["amount"] > compared["before"]).sum())
    return _(
        "{name} is the largest, {share}; {n} of {of} grew",
        name=first["label"],
        share=share,
        n=grown,
        of=len(compared),
    )


def changes(frame: "Frame", unit: str, decimals: int, words: Words) -> str:
    """What was gained or lost since last year, and who did most of it.

    frame: rows.changes(); unit and decimals as the chart writes them.
    """
    _ = words
    if frame.empty:
        return _("No year before to compare with")
    total, *lines = in_unit(frame, unit, words)
    shown = wording.rounded(total, decimals)
    if not shown:
        return _("Revenue is level with last year")
    first = 1 if shown > 0 else -1
    change = lines[0] if shown > 0 else lines[-1]
    values = {
        "size": _sized(total, unit, decimals, words),
        "name": frame["label"].iloc[first],
        "most": _sized(change, unit, decimals, words),
    }
    if shown > 0:
        return _("{size} more than last year, most from {name}: {most}", **values)
    return _("{size} less than last year, most from {name}: {most}", **values)


def _sized(change: float, unit: str, decimals: int, words: Words) -> str:
    """The size of a change, written as an amount in a unit."""
    digits = wording.plain(abs(change), decimals)
    return wording.amount_in(digits, unit, words.language)


def months(frame: "Frame", year: int, words: Words) -> str:
    """The latest whole month against last year's, and how many months were above.

    frame: rows.months().
    """
    _ = words
    both = frame[
        frame["amount"].notna() & frame["before"].notna() & ~frame["is_partial"]
    ]
    if both.empty:
        return _("No year before to compare with")
    last = both.iloc[-1]
    above = int((both["amount"] > both["before"]).sum())
    month = wording.month_in_words(first_of(int(last["month"]), year), words.language)
    said = _month(month, last["amount"], last["before"], words)
    if above == len(both) > 1:
        return words.findings([said, _("above it in every month")])
    often = _("above it in {n} of {of} months", n=above, of=len(both))
    return words.findings([said, often])


def _month(month: str, now: float, then: float, words: Words) -> str:
    """A month against last year's; in words where there is nothing to divide by."""
    _ = words
    share = relative_change(now, then)
    if share is not None:
        growth = wording.growth(share)
        return _("{month} {growth} on last year", month=month, growth=growth)
    if now == then:
        return _("{month} level with last year", month=month)
    if now < then:
        return _("{month} less than last year", month=month)
    return _("{month} more than last year", month=month)
