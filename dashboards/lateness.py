"""Whether the data are late: by the rhythm of the deliveries themselves."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from statistics import median_high
from typing import Any

FEWEST = 3
"""Deliveries of a source from which on it has a rhythm."""


def days_late(deliveries: Iterable[Mapping[str, Any]], today: date) -> int:
    """How many days the latest source is late; 0 when none is.

    deliveries: source, delivered_on; one row per source and day. A source is due as
    many days after its newest delivery as usually lie between two of them: the higher
    median, so that a rhythm of weeks is not late at every week-end. With fewer than
    FEWEST deliveries nobody knows what is usual.
    """
    days: dict[str, list[date]] = {}
    for row in deliveries:
        days.setdefault(row["source"], []).append(row["delivered_on"])
    late = 0
    for known in days.values():
        if len(known) >= FEWEST:
            known.sort()
            usual = median_high((b - a).days for a, b in pairwise(known))
            late = max(late, (today - known[-1]).days - usual)
    return late
