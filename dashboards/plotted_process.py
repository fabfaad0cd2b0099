"""Frames of the pages of halls, tickets and orders, as their charts draw them.

Values come in the units of the KPI row; shares of dot-and-interval charts in per cent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from dashboards.comparisons import is_change
from dashboards.facts import Facts, Row
from dashboards.plotted_service import (
    Names,
    dot,
    dots,
    named,
    rows_of,
    share_verdicts,
)
from jike.kpis.ask import kpi_rows
from jike.kpis.cuts import UNKNOWN
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

    from dashboards.frame import View

    Frame = pd.DataFrame

# What a bar is held against, and how it is written.
BARS = [
    *("member", "label", "value", "before", "limit", "n", "growth", "verdict"),
    "is_marked",
]
MONTHS = 13
FIGURES = ["value", "before", "limit", "n", "growth"]


def earlier(facts: Facts) -> str | None:
    """The period a figure is held against: last month or quarter, else last year."""
    if facts.period.kind in ("month", "quarter"):
        return facts.periods.before(facts.period)
    return facts.periods.year_before(facts.period)


def members(
    facts: Facts,
    code: str,
    dimension: str,
    names: Names,
    where: Sequence[tuple[str, str]] = (),
    by_value: bool = True,
) -> "Frame":
    """A KPI by the members of a dimension, with the period before.

    Columns: BARS. value and before in the KPI's unit, growth the change relative to
    before (null without), verdict +1 better, -1 worse, 0 not judged; is_marked: the
    one with the largest value, when it is alone. Largest first, or in the members' own
    order; what nobody knows comes last.
    """
    kpi = facts.catalogue[code]
    then = earlier(facts)
    periods = tuple(period for period in (facts.period.code, then) if period)
    found: dict[str, dict[str, Row]] = {period: {} for period in periods}
    if not facts.uncut(code):
        cut = (*facts.place, *facts.where, *facts.own, *where)
        asked = kpi_rows(kpi, periods, by=(dimension,), where=cut)
        for row in facts.ask(asked):
            found[row["period"]][str(row[dimension])] = row
    before = found.get(then or "", {})
    rows = [
        _bar(member, row, before.get(member, {}), facts, kpi.direction)
        | {"label": named(names, dimension, member, facts.words)}
        for member, row in found[facts.period.code].items()
        if not wording.is_missing(row["value"])
    ]
    order = [member for name, member in names if name == dimension]
    place = {member: i for i, member in enumerate(order)}
    rows.sort(
        key=lambda row: (
            row["member"] == UNKNOWN,
            -row["value"] if by_value else place.get(row["member"], len(place)),
            row["member"],
        )
    )
    return bars(rows)


def _bar(member: str, now: Row, then: Row, facts: Facts, direction: str) -> Row:
    value = float(now["value"])
    was = None if wording.is_missing(then.get("value")) else float(then["value"])
    growth = value / was - 1 if was else None
    sign = 0
    if was is not None and is_change(now, then, facts.catalogue[now["kpi"]].kind):
        sign = (value > was) - (value < was)
    return {
        "member": member,
        "value": value,
        "before": was,
        "limit": None,
        "n": now.get("n"),
        "growth": growth,
        "verdict": sign * {"up": 1, "down": -1}.get(direction, 0),
        "is_marked": False,
    }


def bars(rows: Sequence[Row]) -> "Frame":
    """The frame of a chart of bars, figures as numbers, the largest marked."""
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=BARS)
    frame[FIGURES] = frame[FIGURES].astype(float)
    known = frame[frame["member"] != UNKNOWN]["value"]
    alone = len(known) > 1 and (known == known.max()).sum() == 1
    frame["is_marked"] = (
        (frame["value"] == known.max()) & (frame["member"] != UNKNOWN) & bool(alone)
    )
    return frame


def waits(found: Sequence[Mapping[str, object]], facts: Facts, names: Names) -> "Frame":
    """Mean waits of every brand in busy and idle hours against their limits, minutes.

    found: jike.pages.halls.waits(). Columns: BARS (member brand|busy; before is null,
    verdict says on which side of the limit) and p90 (minutes, null without).
    """
    import pandas as pd

    slow = {
        (row["brand"], row["busy"]): row["value"]
        for row in rows_of(facts, "hall_wait_p90", ("brand", "busy"))
    }
    rows = []
    for row in found:
        key = (str(row["brand"]), str(row["busy"]))
        wait = float(str(row["wait_minutes"]))
        limit = float(str(row["limit_minutes"]))
        said = [
            named(names, dimension, member, facts.words)
            for dimension, member in zip(("brand", "busy"), key, strict=True)
        ]
        rows.append(
            {
                "member": "|".join(key),
                "label": " · ".join(said),
                "value": wait,
                "before": None,
                "limit": limit,
                "n": row["waits"],
                "growth": None,
                "verdict": 1 if wait <= limit else -1,
                "p90": slow.get(key),
            }
        )
    frame = bars(rows)
    frame["p90"] = pd.Series([row["p90"] for row in rows], dtype=float)
    return frame


def passes(facts: Facts, names: Names) -> list[Row]:
    """Every hall of the scope: verdict, why it has none, mean wait, share in time.

    Keys: hall, label, verdict (pass, fail, no_data), because (closed, few_visit_days,
    few_waits, or None), wait (minutes), within (share), low, high, n, status,
    numerator, denominator. The smallest share first, halls without one last.
    """
    wait = {row["hall"]: row for row in rows_of(facts, "hall_wait", ("hall",))}
    within = {
        row["hall"]: row for row in rows_of(facts, "hall_within_limit", ("hall",))
    }
    rows = []
    for row in rows_of(facts, "hall_passes", ("hall",)):
        hall = row["hall"]
        if hall == UNKNOWN:
            continue
        share = within.get(hall, {})
        keys = ("value", "low", "high", "n", "status", "numerator", "denominator")
        rows.append(
            {key: share.get(key) for key in keys}
            | {
                "hall": hall,
                "label": named(names, "hall", hall, facts.words),
                "verdict": row["verdict"],
                "because": row["because"],
                "wait": wait.get(hall, {}).get("value"),
                "within": share.get("value"),
            }
        )
    rows.sort(
        key=lambda row: (
            wording.is_missing(row["within"]),
            row["within"] if not wording.is_missing(row["within"]) else 0,
            row["hall"],
        )
    )
    return rows


def _per_cent(row: Row) -> Row:
    for key in ("value", "low", "high", "before"):
        if not wording.is_missing(row[key]):
            row[key] = 100 * float(row[key])
    return row


def shares(
    facts: Facts,
    code: str,
    dimension: str,
    labels: Mapping[str, str],
) -> "Frame":
    """A share by members, in per cent: the worst first, coloured where one differs.

    labels: the members that are drawn, with their names. A tap on a branch or hall
    leads to it.
    """
    direction = facts.catalogue[code].direction
    found = [
        row
        for row in rows_of(facts, code, (dimension,))
        if row[dimension] in labels and not wording.is_missing(row["value"])
    ]
    worst = 1 if direction == "down" else -1
    marks = dict(
        zip((row[dimension] for row in found), share_verdicts(found), strict=True)
    )
    found.sort(key=lambda row: (-worst * float(row["value"]), row[dimension]))
    return dots(
        [
            _per_cent(
                dot(
                    labels[row[dimension]],
                    row,
                    None,
                    -worst * marks[row[dimension]],
                    {dimension: row[dimension]}
                    if dimension in ("branch", "hall")
                    else None,
                )
            )
            for row in found
        ]
    )


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
        rows.append(_per_cent(dot(name, now, was if known else None, verdict)))
    return dots(rows)


def months(facts: Facts, codes: Sequence[str]) -> "Frame":
    """KPIs month by month, up to thirteen: month (date) and a column per code.

    Null where a month has no value; months without any are left out.
    """
    import pandas as pd

    asked = facts.periods.months_to(facts.period, MONTHS, same_year=False)
    rows = [
        {"month": facts.periods[month].last_month}
        | {code: facts.value(code, month) for code in codes}
        for month in asked
    ]
    frame = pd.DataFrame(rows, columns=["month", *codes])
    frame[list(codes)] = frame[list(codes)].astype(float)
    return frame[frame[list(codes)].notna().any(axis=1)].reset_index(drop=True)


def cut_to(facts: Facts, *own: tuple[str, str]) -> Facts:
    """The same facts cut to members of a page's own choice."""
    return replace(facts, own=own, _rows={})


def beside(one: "Frame", other: "Frame", column: str, name: str) -> "Frame":
    """A column of another frame of months, under a name of its own."""
    return one.merge(
        other[["month", column]].rename(columns={column: name}), "left", on="month"
    )


def siblings(view: "View") -> dict[str, str]:
    """The branches below the chosen one, or beside it when it has none: code → name."""
    return {
        code: branch.name
        for code, branch in view.branches.items()
        if branch.parent == view.children_of
    }


def around(view: "View") -> Facts:
    """The facts of the branch whose children are listed: the chosen, or its parent."""
    return replace(view.facts, branch=view.top, _rows={})


def ages(rows: Sequence[Row], names: Names, words: Words) -> "Frame":
    """Rows of a list by their age, the youngest first: BARS without a comparison."""
    counted = {
        age: sum(row["age"] == age for row in rows)
        for age in ("0-7", "8-30", "31-90", "91+")
    }
    return bars(
        [
            {
                "member": age,
                "label": named(names, "age", age, words),
                "value": n,
                "verdict": 0,
            }
            for age, n in counted.items()
            if n
        ]
    )
