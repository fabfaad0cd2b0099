"""What the catalogue says of a KPI, in words: the fields of its passport, the search.

Pure functions over the rows of jike.pages.frame.catalogue() and parts().
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dashboards.cards.facts import Card
from jike.words import wording
from jike.words.deployment import chosen, is_in_yuan
from jike.words.language import Words

Row = Mapping[str, Any]


def card(code: str) -> Card:
    """The card of a KPI's own value: against last year, else the period before."""
    return Card(code, against=("yoy", "mom"))


def found(rows: Sequence[Row], text: str) -> list[Row]:
    """The KPIs that all words of a search are in; names before definitions.

    Without a search every KPI, in the catalogue's order.
    """
    asked = text.casefold().split()
    named = [row for row in rows if _holds(asked, row, ("kpi", "name_zh", "name_en"))]
    defined = [
        row
        for row in rows
        if row not in named
        and _holds(
            asked, row, ("kpi", "name_zh", "name_en", "definition_zh", "definition_en")
        )
    ]
    return named + defined


def _holds(asked: Sequence[str], row: Row, columns: Sequence[str]) -> bool:
    text = " ".join(str(row[column] or "") for column in columns).casefold()
    return all(word in text for word in asked)


def fields(row: Row, parts: Mapping[str, Row], words: Words) -> list[tuple[str, str]]:
    """The passport as pairs of what and which, in reading order; code in backticks.

    row: one of jike.pages.frame.catalogue(); parts: those of parts(), by part.
    """
    _ = words
    above, below = row["numerator"], row["denominator"]
    said = [
        (_("Code"), f"`{row['kpi']}`"),
        (_("Kind"), f"{kind(row['kind'], words)} · {unit(row['unit'], words)}"),
        (_("Good is"), direction(row["direction"], words)),
    ]
    if wording.is_missing(above):
        said.append((_("Made of"), _("other KPIs, per branch and period")))
    else:
        said.append((_("Numerator"), _part(parts[above], words)))
    if not wording.is_missing(below):
        said.append((_("Denominator"), _part(parts[below], words)))
    if method := interval(row["kind"], words):
        said.append((_("95% interval"), method))
    said += [
        (_("Source model"), ", ".join(f"`{name}`" for name in sources(row, parts))),
        (_("Cut by"), dimensions(row["dimensions"], words)),
        (_("Owner"), wording.escaped(_known(row["owner"]))),
        (_("Goal"), goal(row["goal"], words)),
        (_("Changed on"), _changed(row)),
    ]
    return said


def interval(code: str, words: Words) -> str:
    """The method of a kind's interval; "" for kinds that have none."""
    _ = words
    said = {
        "prop": _("Wilson's, which stays between 0 and 100%"),
        "mean": _("Student's t, cut off at the ends of the scale"),
    }
    return said.get(code, "")


def _known(value: object) -> str:
    return wording.MISSING if wording.is_missing(value) or not value else str(value)


def _changed(row: Row) -> str:
    day = row["changed_on"]
    text = wording.iso(day) if isinstance(day, date) else _known(day)
    why = "" if wording.is_missing(row["because"]) else str(row["because"] or "")
    return wording.escaped(f"{text} {why}".strip())


def sources(row: Row, parts: Mapping[str, Row]) -> list[str]:
    """The marts a KPI is read from."""
    named = [row[side] for side in ("numerator", "denominator")]
    families = [parts[part]["family"] for part in named if not wording.is_missing(part)]
    return list(dict.fromkeys(f"kpi_{family}" for family in families)) or ["kpi_values"]


def _part(part: Row, words: Words) -> str:
    column = f"kpi_{part['family']}.{part['measure']}"
    return f"`{column}` · {over_time(part['over_time'], words)}"


def over_time(code: str, words: Words) -> str:
    """How a part goes over the months of a period."""
    _ = words
    said = {
        "sum": _("sum of the months"),
        "last": _("at the end of the last month"),
        "ytd": _("year to date"),
        "ytd_growth": _("year to date less the same months of last year"),
        "full_months": _("the full months of the period"),
        "full_months_ytd": _("the full months of the year so far"),
        "opening": _("on the day before the period"),
        "whole": _("over the whole period at once"),
    }
    return said.get(code, code)


def kind(code: str, words: Words) -> str:
    """A kind of KPI in words."""
    _ = words
    said = {
        "sum": _("a sum"),
        "stock": _("a stock on a date"),
        "prop": _("a share of counted things"),
        "ratio": _("a ratio"),
        "mean": _("a mean"),
        "quantile": _("a quantile"),
        "index": _("composed, cannot be added up"),
    }
    return said.get(code, code)


def unit(code: str, words: Words) -> str:
    """A unit of the catalogue in words."""
    _ = words
    said = {
        "share": _("%, from 0 to 100"),
        "ratio": _("%, may exceed 100"),
        "pp": _("percentage points"),
        "index": _("points"),
        "score": _("score on the item's own scale"),
        "cny": _("yuan") if is_in_yuan() else str(chosen("currency")),
        "count": _("a count"),
        "seconds": _("seconds"),
        "minutes": _("minutes"),
        "hours": _("hours"),
        "days": _("days"),
    }
    return said.get(code, code)


def direction(code: str, words: Words) -> str:
    """Which direction is judged well."""
    _ = words
    return {"up": _("higher"), "down": _("lower")}.get(code, _("not judged"))


def goal(code: object, words: Words) -> str:
    """The goal a KPI belongs to."""
    _ = words
    said = {
        "service": _("service"),
        "customer": _("customers"),
        "revenue": _("revenue"),
        "product": _("products"),
    }
    return said.get(str(code), _known(code))


def family(code: str, words: Words) -> str:
    """A family of KPIs in words."""
    _ = words
    said = {
        "customers": _("Customers"),
        "retention": _("Retention"),
        "revenue": _("Revenue"),
        "satisfaction": _("Satisfaction"),
        "hotline": _("Hotline"),
        "tickets": _("Tickets"),
        "orders": _("Orders"),
        "halls": _("Halls"),
        "management": _("Management"),
    }
    return said.get(code, code)


def dimensions(text: str, words: Words) -> str:
    """The dimensions a KPI is cut by, in words; a code of its own as it is."""
    _ = words
    said = {
        "branch": _("branch"),
        "tier": _("tier"),
        "tier_group": _("tier group"),
        "level4": _("four-level tier"),
        "industry": _("industry"),
        "size": _("size"),
        "segment": _("segment"),
        "is_target_market": _("target market"),
        "product": _("product"),
        "line": _("product line"),
        "kind": _("kind of bill line"),
        "lost_reason": _("reason of loss"),
        "lost_to": _("destination"),
        "from_tier": _("tier before"),
        "to_tier": _("tier at the end"),
        "grade": _("grade"),
        "lag": _("months between the windows"),
        "acquired_month": _("month of acquisition"),
        "age_months": _("age in months"),
        "centre": _("centre"),
        "lane": _("lane"),
        "hour": _("hour"),
        "weekday": _("weekday"),
        "reason": _("reason"),
        "wave": _("wave"),
        "role": _("role"),
        "competitor": _("rival"),
        "hall": _("hall"),
        "mode": _("mode of interview"),
        "agency": _("agency"),
        "indicator": _("indicator"),
        "servqual": _("SERVQUAL dimension"),
        "item": _("item of the questionnaire"),
        "score": _("score given"),
        "class": _("class of ticket"),
        "source": _("source of the ticket"),
        "complaint_type": _("type of complaint"),
        "ownership": _("ownership of the hall"),
        "channel": _("channel"),
        "order_type": _("type of order"),
        "age": _("age"),
        "step": _("provisioning step"),
        "brand": _("brand"),
        "busy": _("busy or idle hours"),
        "is_month_end": _("month end"),
        "service": _("service at the hall"),
        "measure": _("figure of the books"),
        "move": _("move of the rival"),
    }
    return _.listed(said.get(code, f"`{code}`") for code in text.split())


def needed(codes: Sequence[str], words: Words) -> str:
    """Without which dimensions a KPI means nothing, as a sentence."""
    _ = words
    named = _.either(dimensions(code, words) for code in codes)
    return _("Means nothing in total; it is asked for by {dimension}", dimension=named)


def title(rows: Sequence[Row], matches: int, text: str, words: Words) -> str:
    """How many KPIs there are, or how many of them a search finds."""
    _ = words
    if text.strip():
        return words.many(
            "{n} of {of} KPIs matches “{text}”",
            "{n} of {of} KPIs match “{text}”",
            matches,
            of=len(rows),
            text=text.strip(),
        )
    families = len({row["family"] for row in rows})
    return _("{n} KPIs in {m} families, each defined once", n=len(rows), m=families)


def checks_title(statuses: Sequence[str], words: Words) -> str:
    """How the checks that touch a KPI ended; not applicable ones were not made."""
    _ = words
    of = len(statuses) - statuses.count("not_applicable")
    failed, warned = statuses.count("failed"), statuses.count("warning")
    if of == 0:
        return _("No check touches this KPI")
    if failed:
        return _("{n} of {of} checks on this KPI failed", n=failed, of=of)
    if warned:
        return _("{n} of {of} checks on this KPI warn", n=warned, of=of)
    return words.many(
        "The {n} check on this KPI passed", "All {n} checks on this KPI passed", of
    )
