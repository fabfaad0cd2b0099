"""Rows the page draws, put together from the answers of its questions."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboards.cards.facts import Facts
from jike.kpis.ask import kpi_rows
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]

ENTERED, LEFT, SUM = "entered", "left", "_sum"

SIGNALS = (
    *("member_churn", "revenue_fall", "traffic_fall", "competitor_contacts"),
    *("contract_expiry", "overdue_promise", "low_satisfaction", "no_visit"),
    *("arrears", "competitor_event"),
)

SHARES = ("member_churn", "revenue_fall", "traffic_fall")


def pyramid(
    rows: Sequence[Row], tiers: Sequence[str], names: Mapping[str, str]
) -> "pd.DataFrame":
    """Customers by delivered tier and how many the score puts higher or lower.

    rows: jike.pages.customers.tiers(); tiers: codes, the highest first; names: of them.
    Columns: tier, label, customers, score (mean), higher, as_delivered, lower. Tiers
    without customers are left out; of those without a rank nothing is higher or lower.
    """
    import pandas as pd

    place = {tier: i for i, tier in enumerate(tiers)}
    found = []
    for tier in dict.fromkeys([*tiers, *(row["tier"] for row in rows)]):
        own = [row for row in rows if row["tier"] == tier]
        if not own:
            continue
        counted = sum(int(row["customers"]) for row in own)
        known = [r for r in own if r["proposed_tier"] in place and tier in place]
        higher = [r for r in known if place[r["proposed_tier"]] < place[tier]]
        lower = [r for r in known if place[r["proposed_tier"]] > place[tier]]
        found.append(
            {
                "tier": tier,
                "label": names.get(tier, tier),
                "customers": counted,
                "score": sum(float(r["score_sum"] or 0) for r in own) / counted,
                "higher": sum(int(r["customers"]) for r in higher),
                "lower": sum(int(r["customers"]) for r in lower),
            }
        )
    columns = ["tier", "label", "customers", "score", "higher", "lower"]
    return pd.DataFrame(found, columns=columns)


def moves(facts: Facts, tiers: Sequence[str], words: Words) -> "pd.DataFrame":
    """Tier before the period by tier at its end, with sums; empty without rows.

    Columns: from_tier, to_tier (codes; `_sum` for sums), before, after (names),
    customers, direction (up, down, stayed, entered, left, sum), column (place of
    to_tier). Row sums are the active customers before the period and who entered,
    column sums those at its end and who left.
    """
    import pandas as pd

    kpi = facts.catalogue["tier_moves"]
    question = kpi_rows(
        kpi, (facts.period.code,), by=("from_tier", "to_tier"), where=facts.place
    )
    counts = {
        (row["from_tier"], row["to_tier"]): int(row["value"])
        for row in facts.ask(question)
        if row["value"]
    }
    known = [*tiers, *sorted({t for pair in counts for t in pair} - {*tiers})]
    known = [tier for tier in known if tier not in (ENTERED, LEFT)]
    known = [tier for tier in known if any(tier in pair for pair in counts)]
    afters = [*known, LEFT, SUM]
    rows = [
        _move(before, after, counts, known, words)
        for before in (*known, ENTERED, SUM)
        for after in afters
    ]
    rows = [row for row in rows if row["customers"] or row["direction"] == "sum"]
    columns = ["from_tier", "to_tier", "before", "after", "customers", "direction"]
    frame = pd.DataFrame(rows if counts else [], columns=columns)
    order = {name: i for i, name in enumerate(afters)}
    return frame.assign(column=frame["to_tier"].map(order))


def _move(
    before: str,
    after: str,
    counts: Mapping[tuple[str, str], int],
    tiers: Sequence[str],
    words: Words,
) -> Row:
    names = _edges(words)
    is_sum = SUM in (before, after)
    return {
        "from_tier": before,
        "to_tier": after,
        "before": names.get(before, before),
        "after": names.get(after, after),
        "customers": sum(
            n
            for (one, other), n in counts.items()
            if before in (one, SUM) and after in (other, SUM)
        ),
        "direction": "sum" if is_sum else _direction(before, after, tiers),
    }


def _edges(words: Words) -> dict[str, str]:
    _ = words
    return {ENTERED: _("entered"), LEFT: _("left"), SUM: _("total")}


def _direction(before: str, after: str, tiers: Sequence[str]) -> str:
    if before == ENTERED:
        return "entered"
    if after == LEFT:
        return "left"
    one, other = tiers.index(before), tiers.index(after)
    return "stayed" if one == other else "up" if other < one else "down"


def signals(row: Row, names: Mapping[str, str], words: Words) -> list[dict[str, Any]]:
    """The signals that give a warning its points, the most points first.

    row: jike.pages.customers.warning(). Keys: label, points, size, measured (the size
    as written). The points are all of the warning's.
    """
    _ = words
    found = []
    for signal in SIGNALS:
        points = int(row[f"{signal}_points"])
        if points:
            found.append(
                {
                    "label": names.get(signal, signal),
                    "points": points,
                    "size": wording.number(row[signal]),
                    "measured": _measured(signal, row[signal], words),
                }
            )
    return sorted(found, key=lambda one: -one["points"])


def _measured(signal: str, value: object, words: Words) -> str:
    _ = words
    size = wording.number(value)
    if size is None:
        return wording.MISSING
    if signal in SHARES:
        return wording.rate(size)
    if signal == "contract_expiry":
        return words.many("in {n} day", "in {n} days", int(size))
    if signal == "no_visit":
        return _("{n} times the promised days", n=wording.plain(size, 1))
    if signal == "arrears":
        return _("{n} months' bills", n=wording.plain(size, 1))
    if signal == "competitor_contacts":
        return _("{n} a line", n=wording.plain(size, 1))
    if signal == "low_satisfaction":
        return wording.index(size)
    return wording.plain(size)
