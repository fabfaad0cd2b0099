"""Rows of KPIs as several pages' charts draw them: members, months, branches."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboards.cards.comparisons import is_change
from dashboards.cards.facts import Facts, Row, of_view
from dashboards.kit.months import Series
from dashboards.kit.table import Column
from jike.kpis import intervals
from jike.kpis.ask import kpi_rows
from jike.kpis.change import relative_change
from jike.kpis.cuts import LOW_BASE, UNKNOWN
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

    from dashboards.shell.view import View

    Frame = pd.DataFrame


def series(
    facts: Facts,
    wanted: Mapping[str, str],
    write: Callable[[float], str],
    scale: float = 1.0,
) -> tuple[list[date], list[Series]]:
    """The months of some KPIs as lines, all over the same months.

    wanted: code → what the line is called; write: how a value is written; scale: what
    the marks are multiplied by. Lines without any figure are left out; no days when
    none has two.
    """
    codes = facts.periods.months_to(facts.period, 13, False)
    days = [facts.periods[code].last_month for code in codes]
    found = []
    for code, name in wanted.items():
        if facts.uncut(code):
            continue
        kpi = facts.catalogue[code]
        asked = kpi_rows(kpi, tuple(codes), where=(*facts.place, *facts.where))
        rows = {row["period"]: row["value"] for row in facts.ask(asked)}
        values = [wording.number(rows.get(one)) for one in codes]
        if sum(value is not None for value in values) > 1:
            found.append(
                Series(
                    name,
                    [None if v is None else scale * v for v in values],
                    [wording.MISSING if v is None else write(v) for v in values],
                )
            )
    return (days, found) if found else ([], [])


Names = Mapping[tuple[str, str], Any]

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
    place = {} if by_value else places(names, dimension)
    rows.sort(
        key=lambda row: (
            row["member"] == UNKNOWN,
            -row["value"] if by_value else place.get(row["member"], len(place)),
            row["member"],
        )
    )
    return bars(rows)


def places(names: Names, dimension: str) -> dict[str, int]:
    """The members of a dimension by their place in its own order."""
    order = [member for name, member in names if name == dimension]
    return {member: place for place, member in enumerate(order)}


def _bar(member: str, now: Row, then: Row, facts: Facts, direction: str) -> Row:
    value = float(now["value"])
    was = None if wording.is_missing(then.get("value")) else float(then["value"])
    sign = 0
    if was is not None and is_change(now, then, facts.catalogue[now["kpi"]].kind):
        sign = (value > was) - (value < was)
    return {
        "member": member,
        "value": value,
        "before": was,
        "limit": None,
        "n": now.get("n"),
        "growth": relative_change(value, was),
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


def per_cent(row: Row) -> Row:
    """A dot's shares in per cent."""
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
            per_cent(
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


def over(frame: "Frame", facts: Facts) -> "Frame":
    """The months of a frame that are over; all of them when none is.

    Days are not held against months: a part of a month ends no sentence.
    """
    part = facts.periods.part_month
    whole = frame[[month != part for month in frame["month"]]]
    return frame if whole.empty else whole


def siblings(view: "View") -> dict[str, str]:
    """The branches below the chosen one, or beside it when it has none: code → name."""
    return {
        code: branch.name
        for code, branch in view.branches.items()
        if branch.parent == view.children_of
    }


def around(view: "View") -> Facts:
    """The facts of the branch whose children are listed: the chosen, or its parent."""
    return of_view(view).of_branch(view.top)


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


DOTS = [
    *("label", "is_head", "value", "low", "high", "n", "status", "before", "verdict"),
    "target",
]


def named(names: Names, dimension: str, member: object, words: Words) -> str:
    """A member's name; its code when no list names it, a dash without one."""
    if wording.is_missing(member):
        return wording.MISSING
    row = names.get((dimension, str(member)))
    return str(member) if row is None else words.name(row)


def member_column(
    dimension: str,
    head: str,
    names: Names,
    words: Words,
    width: int,
    is_pinned: bool = False,
) -> Column:
    """The column of a grid that names a dimension's members."""
    return Column(
        dimension,
        head,
        of=lambda row: named(names, dimension, row[dimension], words),
        width=width,
        is_pinned=is_pinned,
    )


def weekdays(names: Names, words: Words, short: bool = False) -> list[str]:
    """Names of the weekdays, Monday first; short for the narrow columns of a chart."""
    full = [named(names, "weekday", day, words) for day in range(1, 8)]
    return [day[:3] for day in full] if short and words.has_spaces else full


def rows_of(
    facts: Facts, code: str, by: Sequence[str], where: Sequence[tuple[str, str]] = ()
) -> list[Row]:
    """The KPI rows of the facts' period, branch and filter, by some dimensions."""
    if facts.uncut(code):
        return []
    cut = (*facts.place, *facts.where, *facts.own, *where)
    kpi = facts.catalogue[code]
    asked = kpi_rows(kpi, (facts.period.code,), by=tuple(by), where=cut)
    return facts.ask(asked)


def dot(
    label: str,
    row: Row,
    before: Row | None = None,
    verdict: int = 0,
    target: Mapping[str, str] | None = None,
) -> Row:
    """One row of a dot-and-interval chart; target: the codes a tap on it leads to."""
    keys = ("value", "low", "high", "n", "status")
    return {
        "label": label,
        "is_head": False,
        **{key: row.get(key) for key in keys},
        "before": before.get("value") if before else None,
        "verdict": verdict,
        "target": dict(target or {}),
    }


def head(label: str) -> Row:
    """A heading between the rows of a dot-and-interval chart."""
    empty = {"is_head": True, "verdict": 0, "target": {}}
    return dict.fromkeys(DOTS) | empty | {"label": label}


def dots(rows: Sequence[Row]) -> "pd.DataFrame":
    """The frame of a dot-and-interval chart, figures as numbers."""
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=DOTS)
    figures = ["value", "low", "high", "n", "before"]
    frame[figures] = frame[figures].astype(float)
    return frame


def cities(
    facts: Facts, where: Sequence[tuple[str, str]], branches: Mapping[str, str]
) -> "pd.DataFrame":
    """Satisfaction by city, the highest first; marked are those that differ.

    A city is held against all others together; which ones differ is decided over all
    of them at once (Benjamini–Hochberg, 5 %). branches: names by id.
    """
    found = [
        row
        for row in rows_of(facts, "satisfaction", ("city",), where)
        if row["city"] in branches
    ]
    found.sort(key=lambda row: -float(row["value"] or 0))
    samples = [intervals.sample(row) for row in found]
    verdicts = [0] * len(found)
    judged: list[tuple[int, float, float]] = []
    for i, own in enumerate(samples):
        rest = [one for j, one in enumerate(samples) if j != i and one is not None]
        others = intervals.pooled(rest)
        if own is None or others is None or found[i]["status"] == LOW_BASE:
            continue
        judged.append((i, intervals.p_of_means(own, others), own.mean - others.mean))
    marks = intervals.found([p for _i, p, _gap in judged])
    for (i, _p, gap), is_found in zip(judged, marks, strict=True):
        verdicts[i] = ((gap > 0) - (gap < 0)) if is_found else 0
    return dots(
        [
            dot(
                branches[row["city"]],
                row,
                verdict=verdict,
                target={"branch": row["city"]},
            )
            for row, verdict in zip(found, verdicts, strict=True)
        ]
    )


def call_months(facts: Facts, code: str = "connection_rate") -> "pd.DataFrame":
    """Calls month by month: month (date), demand, answered, unanswered, rate, row.

    Of another share the same: what it is of, what it counts, and the rest. A year to
    date from April on shows its year, everything else the last nine months.
    """
    import pandas as pd

    period = facts.period
    in_year = period.kind in ("ytd", "year") and period.last_month.month >= 4
    most = period.last_month.month if in_year else 9
    rows = []
    for month in facts.periods.months_to(period, most, same_year=in_year):
        row = facts.row(code, month)
        if wording.is_missing(row.get("denominator")):
            continue
        demand, answered = float(row["denominator"]), float(row["numerator"])
        rows.append(
            {
                "month": facts.periods[month].last_month,
                "demand": demand,
                "answered": answered,
                "unanswered": demand - answered,
                "rate": float(row["value"]),
                "low": float(row["low"]),
                "high": float(row["high"]),
            }
        )
    columns = ["month", "demand", "answered", "unanswered", "rate", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def share_verdicts(rows: Sequence[Row]) -> list[int]:
    """Which shares differ from all others together: +1 higher, −1 lower, 0 neither."""
    part = sum(float(row["numerator"]) for row in rows)
    whole = sum(float(row["denominator"]) for row in rows)
    marks = intervals.found(
        [
            intervals.p_of_shares(
                float(row["numerator"]), float(row["denominator"]), part, whole
            )
            for row in rows
        ]
    )
    overall = part / whole if whole else 0.0
    return [
        (float(row["value"]) > overall) - (float(row["value"]) < overall)
        if is_found
        else 0
        for row, is_found in zip(rows, marks, strict=True)
    ]
