"""Rows the page draws, put together from the answers of its questions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboards.cards.comparisons import is_change
from dashboards.cards.facts import Facts
from dashboards.cards.rows import dot, dots, earlier, per_cent
from jike.words import wording

if TYPE_CHECKING:
    from dashboards.cards.rows import Frame


def several(facts: Facts, codes: Sequence[str]) -> "Frame":
    """Several shares of the same scope with what they were, as dots in per cent."""
    then = earlier(facts)
    rows = []
    for code in codes:
        kpi = facts.catalogue[code]
        now = facts.row(code)
        if wording.is_missing(now.get("value")):
            continue
        was = facts.row(code, then) if then else {}
        known = not wording.is_missing(was.get("value"))
        sign = 0
        if known and is_change(now, was):
            sign = (now["value"] > was["value"]) - (now["value"] < was["value"])
        verdict = sign * {"up": 1, "down": -1}.get(kpi.direction, 0)
        name = kpi.name(facts.words.language)
        rows.append(per_cent(dot(name, now, was if known else None, verdict)))
    return dots(rows)
