"""Findings about arrears and what customers hold, made from their frames by rule."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboards import titles
from dashboards.facts import LOW_BASE
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

OLD = ("91-180", "181+")


def arrears(frame: "pd.DataFrame", words: Words) -> str:
    """How much is overdue, and which share of it for more than 90 days.

    frame: plotted_products.arrears().
    """
    _ = words
    old = frame[frame["age"].isin(OLD)]["amount"].sum()
    total = frame["amount"].sum()
    return _(
        "{amount} overdue, {share} of it for more than 90 days",
        amount=wording.amount(total, words.language),
        share=wording.rate(old / total),
    )


def products(cross_sell: float | None, frame: "pd.DataFrame", words: Words) -> str:
    """How many customers hold two product lines, and what most of them hold.

    cross_sell: the KPI; frame: plotted_products.products(), the first one first.
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


def held(row: Mapping[Any, Any]) -> str:
    """A penetration as it is written, ° on a low base."""
    mark = "°" if row["status"] == LOW_BASE else ""
    return f"{wording.rate(row['penetration'])}{mark}"


def products_alt(title: str, frame: "pd.DataFrame", words: Words) -> str:
    """The products in words: the finding, and of each who holds it and its lines."""
    figures = [
        f"{row['label']} {wording.rate(row['penetration'])} "
        f"({row['customers']}/{row['of']}, {wording.plain(row['lines'])})"
        for row in frame.to_dict("records")
    ]
    return titles.listed(title, figures, words)
