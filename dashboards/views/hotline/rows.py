"""Rows the page draws, put together from the answers of its questions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

from dashboards.cards.facts import Facts, Row
from dashboards.cards.rows import (
    Names,
    dot,
    dots,
    head,
    named,
    per_cent,
    rows_of,
    share_verdicts,
)
from jike.kpis.ask import kpi_rows
from jike.kpis.cuts import LOW_BASE, UNKNOWN
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

LEAST_GAP = 0.01
"""An hour block is spoken of when it is at least this far from the rest."""
A_TOUCH = 1e-6
"""Calls that weigh nothing beside a real one, and decide between equal blocks."""


def hours(facts: Facts) -> "pd.DataFrame":
    """Calls by hour and weekday: hour, weekday (numbers), demand, answered, rate."""
    import pandas as pd

    rows = [
        {
            "hour": int(row["hour"]),
            "weekday": int(row["weekday"]),
            "demand": float(row["denominator"]),
            "answered": float(row["numerator"]),
            "rate": float(row["value"]),
            "is_low": row["status"] == LOW_BASE,
        }
        for row in rows_of(facts, "connection_rate", ("hour", "weekday"))
        if row["hour"] != UNKNOWN
        and row["weekday"] != UNKNOWN
        and not wording.is_missing(row["value"])
    ]
    columns = ["hour", "weekday", "demand", "answered", "rate", "is_low"]
    return pd.DataFrame(rows, columns=columns)


def mean_hours(frame: "pd.DataFrame", first: date, last: date) -> "pd.DataFrame":
    """The same with `calls`, the demand of a mean hour between two days."""
    days = days_of_week(first, last)
    calls = [
        demand / max(1, days[day])
        for demand, day in zip(frame["demand"], frame["weekday"], strict=True)
    ]
    return frame.assign(calls=calls)


@dataclass(frozen=True)
class Block:
    """Neighbouring hours of neighbouring weekdays, and the rates in and outside it."""

    hours: tuple[int, int]
    weekdays: tuple[int, int]
    inside: float
    outside: float


def worst_block(frame: "pd.DataFrame") -> Block | None:
    """The block of the week with the most misses beyond its share; None without one.

    Of all rectangles of hours and weekdays the one where the most calls stayed
    unanswered beyond the week's own share. An hour or a weekday without any call is in
    no block, and none is at its edge only because nobody called. frame: hours().
    """
    import numpy as np

    if frame.empty:
        return None
    demand, answered = np.zeros((24, 8)), np.zeros((24, 8))
    demand[frame["hour"], frame["weekday"]] = frame["demand"]
    answered[frame["hour"], frame["weekday"]] = frame["answered"]
    demand, answered = demand[:, 1:], answered[:, 1:]
    share = 1 - answered.sum() / demand.sum()
    silent = demand == 0
    closed = silent.all(axis=0) | silent.all(axis=1, keepdims=True)
    misses = (demand - answered) - share * demand - A_TOUCH * silent
    misses[closed] = -demand.sum()
    excess = np.zeros((25, 8))
    excess[1:, 1:] = misses.cumsum(0).cumsum(1)
    place = _largest(excess)
    if place is None:
        return None
    top, bottom, left, right = place
    part = (slice(top, bottom), slice(left, right))
    calls, got = demand[part].sum(), answered[part].sum()
    rest = demand.sum() - calls
    if rest == 0:
        return None
    inside, outside = got / calls, (answered.sum() - got) / rest
    if outside - inside < LEAST_GAP:
        return None
    return Block((top, bottom - 1), (left + 1, right), float(inside), float(outside))


def _largest(sums: "np.ndarray") -> tuple[int, int, int, int] | None:
    """The rectangle with the largest sum above 0: top, bottom, left, right, ends out.

    sums: running ones, with a row and a column of zeros before them.
    """
    best, place = 0.0, None
    ends = combinations(range(25), 2)
    for (top, bottom), (left, right) in product(ends, combinations(range(8), 2)):
        size = (
            sums[bottom, right]
            - sums[top, right]
            - sums[bottom, left]
            + sums[top, left]
        )
        if size > best:
            best, place = size, (top, bottom, left, right)
    return place


def days_of_week(first: date, last: date) -> dict[int, int]:
    """How often each weekday (1 = Monday) occurs between two days, both included."""
    counted = dict.fromkeys(range(1, 8), 0)
    day = first
    while day <= last:
        counted[day.isoweekday()] += 1
        day += timedelta(days=1)
    return counted


def definitions(parts: Mapping[str, Any], words: Words) -> list[Row]:
    """The usual formulas of "answered" on the same calls: this board's own first.

    Keys: name, formula, part, whole, share (None without calls).
    parts: jike.pages.hotline.call_parts().
    """
    _ = words
    if wording.is_missing(parts["demand"]) or not parts["demand"]:
        return []
    return [
        {
            "name": name,
            "formula": formula,
            "part": parts[part],
            "whole": whole,
            "share": parts[part] / whole if whole else None,
        }
        for name, formula, part, whole in _formulas(parts, words)
        if not wording.is_missing(parts[part]) and not wording.is_missing(whole)
    ]


def _formulas(
    parts: Mapping[str, Any], words: Words
) -> Sequence[tuple[str, str, str, Any]]:
    """Name, formula, the part that counts, and what it is divided by."""
    _ = words
    within = wording.duration(parts["service_level_seconds"], words.language)
    short = wording.duration(parts["short_abandon_seconds"], words.language)
    queued = _("queued calls − abandons up to {short}", short=short)
    return (
        (
            _("Connection rate (this board)"),
            _("answered ÷ all demand"),
            "answered",
            parts["demand"],
        ),
        (
            _("Without short abandons"),
            _("answered ÷ ({queued})", queued=queued),
            "answered_queued",
            parts["waiting"],
        ),
        (
            _("Service level {within}", within=within),
            _("answered within {within} ÷ ({queued})", within=within, queued=queued),
            "answered_in_time",
            parts["waiting"],
        ),
        (
            _("Once in the queue"),
            _("answered ÷ (demand − blocked)"),
            "answered",
            # Only where it is known of all demand what was blocked.
            parts["demand"] - parts["blocked"]
            if parts["blocks_known"] == parts["demand"]
            else None,
        ),
    )


def call_places(
    facts: Facts, names: Names, branches: Mapping[str, str]
) -> "pd.DataFrame":
    """Connection rate by centre, then by city, the lowest first, in per cent.

    A place is marked when it differs from all others together, decided over all places
    of its kind at once (Benjamini–Hochberg, 5 %).
    """
    _ = facts.words
    centres = [
        row
        for row in rows_of(facts, "connection_rate", ("centre",))
        if row["centre"] != UNKNOWN
    ]
    cities = rows_of(facts, "connection_rate", ("city",))
    known = [row for row in cities if row["city"] in branches]
    known_centres = {
        row["centre"]: named(names, "centre", row["centre"], facts.words)
        for row in centres
    }
    rows: list[Row] = []
    for title, found, key, called in (
        (_("Hotline centres"), centres, "centre", known_centres),
        (_("Cities"), known, "city", branches),
    ):
        found = [row for row in found if not wording.is_missing(row["value"])]
        found.sort(key=lambda row: float(row["value"]))
        if found:
            rows.append(head(title))
        for row, verdict in zip(found, share_verdicts(found), strict=True):
            target = {"branch": row[key]} if key == "city" else None
            name = called[row[key]]
            rows.append(per_cent(dot(name, row, verdict=verdict, target=target)))
    return dots(rows)


def call_reasons(facts: Facts, names: Names) -> "pd.DataFrame":
    """Demand by reason, the largest first, and how its rank moved in a year.

    Columns: label, rows, share, rank, moved (places gained; null for a reason that is
    new or without a year before), is_marked (the one that gained most, if alone).
    names: data.members(); reasons that no list names are shown as delivered.
    """
    import pandas as pd

    code = facts.periods.year_before(facts.period)
    now = _ranked(facts, facts.period.code)
    then = _ranked(facts, code) if code else {}
    total = sum(calls for calls, _rank in now.values())
    rows = []
    for reason, (calls, rank) in now.items():
        was = then.get(reason)
        rows.append(
            {
                "label": named(names, "reason", reason, facts.words),
                "rows": calls,
                "share": calls / total,
                "rank": rank,
                "moved": was[1] - rank if was else None,
            }
        )
    columns = ["label", "rows", "share", "rank", "moved"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["moved"] = frame["moved"].astype(float)
    most = frame["moved"].max()
    alone = most > 0 and (frame["moved"] == most).sum() == 1
    frame["is_marked"] = (frame["moved"] == most) & bool(alone)
    return frame


def _ranked(facts: Facts, period: str) -> dict[str, tuple[int, int]]:
    asked = kpi_rows(
        facts.catalogue["call_reasons"],
        (period,),
        by=("reason",),
        where=(*facts.place, *facts.where),
    )
    counted = {
        str(row["reason"]): int(row["value"])
        for row in facts.ask(asked)
        if row["value"] and row["reason"] != UNKNOWN
    }
    ordered = sorted(counted, key=lambda reason: (-counted[reason], reason))
    return {reason: (counted[reason], i) for i, reason in enumerate(ordered, start=1)}


def coverage(facts: Facts) -> "pd.DataFrame":
    """Cities with a regional centre, month by month: month, covered, cities."""
    import pandas as pd

    kpi = facts.catalogue["hotline_coverage"]
    months = facts.periods.months_to(facts.period, 60, same_year=False)
    asked = kpi_rows(kpi, tuple(months), where=facts.place)
    rows = [
        {
            "month": facts.periods[row["period"]].last_month,
            "covered": int(row["numerator"]),
            "cities": int(row["denominator"]),
        }
        for row in facts.ask(asked)
        if not wording.is_missing(row["denominator"]) and row["denominator"]
    ]
    frame = pd.DataFrame(rows, columns=["month", "covered", "cities"])
    return frame.sort_values("month", ignore_index=True)
