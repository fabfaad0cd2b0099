"""Whether the data are late: by the rhythm of the deliveries themselves."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any

FEWEST = 3
"""Deliveries of a source from which on it has a rhythm."""


def days_late(deliveries: Iterable[Mapping[str, Any]], today: date) -> int:
    """How many days the latest source is late; 0 when none is.

    deliveries: source, delivered_on; one row per source and day. A source is due as
    many days after its newest delivery as ever lay between two of them, the longest
    gap left aside: so a feed of working days is not late on a Sunday, and one outage
    excuses no other. With fewer than FEWEST deliveries nobody knows what is usual.
    """
    days: dict[str, list[date]] = {}
    for row in deliveries:
        days.setdefault(row["source"], []).append(row["delivered_on"])
    late = 0
    for known in days.values():
        if len(known) >= FEWEST:
            known.sort()
            usual = sorted((b - a).days for a, b in pairwise(known))[-2]
            late = max(late, (today - known[-1]).days - usual)
    return late
