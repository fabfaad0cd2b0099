"""Frames of the revenue page: arrears by age, and what customers hold."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboards import plotted_service
from dashboards.facts import Facts
from jike.kpis.ask import kpi_rows
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

Names = Mapping[tuple[str, str], Any]
MOST = 15


def arrears(facts: Facts, names: Names, words: Words) -> "pd.DataFrame":
    """Amounts overdue at the period's end by age, the youngest first.

    Columns: age, label, amount (yuan), share (of all arrears). Empty without any.
    """
    import pandas as pd

    rows = {
        row["age"]: float(row["value"])
        for row in plotted_service.rows_of(facts, "arrears", ("age",))
        if not wording.is_missing(row["value"])
    }
    order = [member for dimension, member in names if dimension == "age"]
    total = sum(rows.values())
    found = [
        {
            "age": age,
            "label": plotted_service.named(names, "age", age, words),
            "amount": rows[age],
            "share": rows[age] / total,
        }
        for age in sorted(rows, key=lambda age: (_place(order, age), age))
        if total
    ]
    return pd.DataFrame(found, columns=["age", "label", "amount", "share"])


def _place(order: list[str], member: str) -> int:
    return order.index(member) if member in order else len(order)


def products(facts: Facts, names: Names, words: Words) -> "pd.DataFrame":
    """What active customers hold by product, the most widely held first.

    Columns: product, label, penetration (share), customers (that hold it), of (active
    customers), lines (in service), dedicated (dedicated lines; 0 for other products),
    status. At most MOST products.
    """
    import pandas as pd

    held = {
        row["product"]: row
        for row in plotted_service.rows_of(facts, "penetration", ("product",))
        if row["value"]
    }
    lines = _counts(facts, "lines_in_service")
    dedicated = _counts(facts, "dedicated_lines")
    order = sorted(held, key=lambda code: (-float(held[code]["value"]), code))
    found = [
        {
            "product": code,
            "label": plotted_service.named(names, "product", code, words),
            "penetration": float(held[code]["value"]),
            "customers": int(held[code]["numerator"]),
            "of": int(held[code]["denominator"]),
            "lines": lines.get(code, 0),
            "dedicated": dedicated.get(code, 0),
            "status": held[code]["status"],
        }
        for code in order[:MOST]
    ]
    columns = ["product", "label", "penetration", "customers", "of", "lines"]
    return pd.DataFrame(found, columns=[*columns, "dedicated", "status"])


def _counts(facts: Facts, code: str) -> dict[str, int]:
    return {
        row["product"]: int(row["value"])
        for row in plotted_service.rows_of(facts, code, ("product",))
        if row["value"]
    }


def traffic_share(facts: Facts) -> float | None:
    """Share of the data traffic that the largest fifth of the lines carries."""
    if facts.uncut("traffic_top20_share"):
        return None
    kpi = facts.catalogue["traffic_top20_share"]
    asked = kpi_rows(kpi, (facts.period.code,), where=(*facts.place, *facts.where))
    return wording.number(facts.ask(asked)[0]["value"])
