"""Frames of the service pages: interviews and calls as their charts draw them.

Values come in the units of the KPI row; what a chart prints stands in `shown` columns
in the units of the page (points of an index, per cent).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from dashboards.facts import HIDDEN, LOW_BASE, Facts, Row
from jike.kpis import intervals
from jike.kpis.ask import kpi_rows
from jike.kpis.cuts import UNKNOWN
from jike.kpis.importance import SPEARMAN
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

    Frame = pd.DataFrame

Names = Mapping[tuple[str, str], Any]

ROLES = ("contact", "decision_maker", "member")
DOTS = [
    *("label", "is_head", "value", "low", "high", "n", "status", "before", "verdict"),
    "target",
]
# An hour block is spoken of when it is at least this far from the rest.
LEAST_GAP = 0.01


def named(names: Names, dimension: str, member: object, words: Words) -> str:
    """A member's name; its code when no list names it."""
    row = names.get((dimension, str(member)))
    return str(member) if row is None else words.name(row)


def weekdays(names: Names, words: Words, short: bool = False) -> list[str]:
    """Names of the weekdays, Monday first; short for the narrow columns of a chart."""
    full = [named(names, "weekday", day, words) for day in range(1, 8)]
    return [day[:3] for day in full] if short and words.language != "zh" else full


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


def verdict_of(row: Row, before: Row | None, target: float | None) -> int:
    """+1 when the whole interval is above the target, −1 below; 0 too close to call.

    Without a target it is held against the wave before (Welch).
    """
    if wording.is_missing(row.get("low")) or row.get("status") == LOW_BASE:
        return 0
    if target is not None:
        return int(row["low"] > target) - int(row["high"] < target)
    one = intervals.sample(row)
    other = intervals.sample(before) if before else None
    if one is None or other is None:
        return 0
    change = intervals.welch(one, other)
    return (change.value > 0) - (change.value < 0) if change.is_real else 0


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


def roles(
    facts: Facts, earlier: Facts | None, target: float | None, names: Names
) -> tuple["pd.DataFrame", dict[str, int]]:
    """Satisfaction by role and tier group with the wave before, and a verdict a role.

    Verdicts by the role's code: +1, −1, 0 (too close to call); roles without a value
    are left out. earlier: the facts of the wave before, if there is one.
    """
    words = facts.words
    before = _keyed(earlier, ("role", "tier_group"))
    found = _keyed(facts, ("role", "tier_group"))
    whole, whole_before = _keyed(facts, ("role",)), _keyed(earlier, ("role",))
    rows: list[Row] = []
    verdicts: dict[str, int] = {}
    for role in ROLES:
        groups = sorted(key for key in found if key[0] == role)
        if not groups:
            continue
        rows.append(head(named(names, "role", role, words)))
        for key in groups:
            label = named(names, "tier_group", key[1], words)
            was = before.get(key)
            rows.append(
                dot(
                    label,
                    found[key],
                    was,
                    verdict_of(found[key], was, target),
                    {"role": role},
                )
            )
        own = whole.get((role,), {})
        if not wording.is_missing(own.get("value")):
            verdicts[role] = verdict_of(own, whole_before.get((role,)), target)
    return dots(rows), verdicts


def _keyed(facts: Facts | None, by: tuple[str, ...]) -> dict[tuple[str, ...], Row]:
    if facts is None:
        return {}
    rows = rows_of(facts, "satisfaction", by)
    return {tuple(str(row[name]) for name in by): row for row in rows}


def priorities(facts: Facts, names: Names) -> "pd.DataFrame":
    """Importance and performance of the indicators.

    Columns: indicator, label, importance (standardised coefficient), performance
    (index), n, is_first (important above the mean, performing below it). Empty when
    there are too few complete interviews. Attributes mean_importance,
    mean_performance: where the crosshair stands; is_ranked: importance is Spearman's
    correlation, because the indicators move together.
    """
    import pandas as pd

    weights = {
        row["indicator"]: row
        for row in rows_of(facts, "importance", ("indicator",))
        if not wording.is_missing(row["value"])
    }
    scores = {
        row["indicator"]: row["value"]
        for row in rows_of(facts, "indicator", ("indicator",))
        if not wording.is_missing(row["value"])
    }
    frame = pd.DataFrame(
        [
            {
                "indicator": code,
                "label": named(names, "indicator", code, facts.words),
                "importance": float(weights[code]["value"]),
                "performance": float(scores[code]),
                "n": int(weights[code]["n"]),
            }
            for code in weights
            if code in scores
        ],
        columns=["indicator", "label", "importance", "performance", "n"],
    )
    frame.attrs["is_ranked"] = any(
        row["method"] == SPEARMAN for row in weights.values()
    )
    frame.attrs["mean_importance"] = float(frame["importance"].mean())
    frame.attrs["mean_performance"] = float(frame["performance"].mean())
    frame["is_first"] = (frame["importance"] > frame["importance"].mean()) & (
        frame["performance"] < frame["performance"].mean()
    )
    return frame.sort_values("importance", ascending=False, ignore_index=True)


def dissatisfaction(
    facts: Facts, where: Sequence[tuple[str, str]], names: Names
) -> "pd.DataFrame":
    """Reasons of the dissatisfied, the heads largest first, each with its children.

    Columns: label, rows (interviews naming it), share (of the dissatisfied), of (how
    many they are), is_child, is_marked (the first head, or its child). A reason whose
    parent is not shown stands as a head.
    """
    import pandas as pd

    columns = ["reason", "label", "rows", "share", "of", "is_child", "is_marked"]
    found = {
        str(row["reason"]): row
        for row in rows_of(facts, "dissatisfaction_reason_share", ("reason",), where)
        if not wording.is_missing(row["value"])
    }
    parents = {code: names.get(("reason", code), {}).get("parent") for code in found}
    heads = [code for code in found if parents[code] not in found]
    ordered = sorted(heads, key=lambda code: (-found[code]["numerator"], code))
    rows = []
    for place, parent in enumerate(ordered):
        below = [code for code in found if parents[code] == parent]
        below.sort(key=lambda code: (-found[code]["numerator"], code))
        for code in (parent, *below):
            rows.append(
                {
                    "reason": code,
                    "label": _short(named(names, "reason", code, facts.words)),
                    "rows": int(found[code]["numerator"]),
                    "share": float(found[code]["value"]),
                    "of": int(found[code]["denominator"]),
                    "is_child": code != parent,
                    "is_marked": place == 0,
                }
            )
    return pd.DataFrame(rows, columns=columns)


def _short(name: str) -> str:
    """A child's name without the head's: 营业环境:其他 is 其他 below its head."""
    return name.rpartition(":")[2].strip() or name


@dataclass(frozen=True)
class Mode:
    """How far the web's answers are from all others, and whether it is chance."""

    difference: intervals.Difference
    web: int
    others: int


def modes(
    facts: Facts, where: Sequence[tuple[str, str]], names: Names
) -> tuple["pd.DataFrame", Mode | None]:
    """Satisfaction by mode of interview, the highest first, and the web's difference.

    None without interviews on the web, or without others.
    """
    found = rows_of(facts, "satisfaction", ("mode",), where)
    found.sort(key=lambda row: -float(row["value"] or 0))
    samples = {row["mode"]: intervals.sample(row) for row in found}
    web = samples.get("web")
    others = intervals.pooled(
        [one for mode, one in samples.items() if mode != "web" and one is not None]
    )
    frame = dots(
        [dot(named(names, "mode", row["mode"], facts.words), row) for row in found]
    )
    if web is None or others is None:
        return frame, None
    return frame, Mode(intervals.welch(web, others), web.n, others.n)


def rivals(facts: Facts, names: Names) -> "pd.DataFrame":
    """The lead over every rival, the largest first; blue or orange only when real."""
    found = rows_of(facts, "competitor_lead", ("competitor",))
    found.sort(key=lambda row: -float(row["value"] or 0))
    return dots(
        [
            dot(
                named(names, "competitor", row["competitor"], facts.words),
                row,
                verdict=verdict_of(row, None, 0.0),
            )
            for row in found
        ]
    )


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


def is_hidden(frame: "pd.DataFrame") -> bool:
    """Whether every row of a dot-and-interval chart is withheld or without a value."""
    rows = frame[~frame["is_head"].astype(bool)]
    return bool(len(rows) == 0 or (rows["status"] == HIDDEN).all())


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
    unanswered beyond the week's own share. frame: hours().
    """
    import numpy as np

    if frame.empty:
        return None
    demand, answered = np.zeros((24, 8)), np.zeros((24, 8))
    demand[frame["hour"], frame["weekday"]] = frame["demand"]
    answered[frame["hour"], frame["weekday"]] = frame["answered"]
    demand, answered = demand[:, 1:], answered[:, 1:]
    share = 1 - answered.sum() / demand.sum()
    excess = np.zeros((25, 8))
    excess[1:, 1:] = ((demand - answered) - share * demand).cumsum(0).cumsum(1)
    best, place = 0.0, None
    for top in range(24):
        for bottom in range(top + 1, 25):
            for left in range(7):
                for right in range(left + 1, 8):
                    size = (
                        excess[bottom, right]
                        - excess[top, right]
                        - excess[bottom, left]
                        + excess[top, left]
                    )
                    if size > best:
                        best, place = size, (top, bottom, left, right)
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
    within = wording.duration(parts["service_level_seconds"], words.language)
    short = wording.duration(parts["short_abandon_seconds"], words.language)
    queued = _("queued calls − abandons up to {short}", short=short)
    formulas = (
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
            _(
                "answered within {within} ÷ ({queued})",
                within=within,
                queued=queued,
            ),
            "answered_in_time",
            parts["waiting"],
        ),
        (
            _("Once in the queue"),
            _("answered ÷ (demand − blocked)"),
            "answered",
            parts["demand"] - parts["blocked"],
        ),
    )
    return [
        {
            "name": name,
            "formula": formula,
            "part": parts[part],
            "whole": whole,
            "share": parts[part] / whole if whole else None,
        }
        for name, formula, part, whole in formulas
        if not wording.is_missing(parts[part]) and not wording.is_missing(whole)
    ]


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
            rows.append(_per_cent(dot(name, row, verdict=verdict, target=target)))
    return dots(rows)


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


def _per_cent(row: Row) -> Row:
    for key in ("value", "low", "high", "before"):
        if not wording.is_missing(row[key]):
            row[key] = 100 * float(row[key])
    return row


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
        facts.catalogue["call_reasons"], (period,), by=("reason",), where=facts.place
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
