"""Rows the page draws, put together from the answers of its questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboards.cards.facts import Facts, Row
from dashboards.cards.rows import Names, dot, dots, head, named, rows_of
from jike.kpis import importance, intervals
from jike.kpis.cuts import LOW_BASE, UNKNOWN
from jike.words import wording

if TYPE_CHECKING:
    import pandas as pd

ROLES = ("contact", "decision_maker", "member", UNKNOWN)
OVERALL = "overall"


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

    weights = _by_indicator(facts, "importance")
    scores = _by_indicator(facts, "indicator")
    frame = pd.DataFrame(
        [
            {
                "indicator": code,
                "label": named(names, "indicator", code, facts.words),
                "importance": float(weights[code]["value"]),
                "performance": float(scores[code]["value"]),
                "n": int(weights[code]["n"]),
            }
            for code in weights
            if code in scores
        ],
        columns=["indicator", "label", "importance", "performance", "n"],
    )
    frame.attrs["is_ranked"] = any(
        row["method"] == importance.SPEARMAN for row in weights.values()
    )
    frame.attrs["mean_importance"] = float(frame["importance"].mean())
    frame.attrs["mean_performance"] = float(frame["performance"].mean())
    frame["is_first"] = (frame["importance"] > frame["importance"].mean()) & (
        frame["performance"] < frame["performance"].mean()
    )
    return frame.sort_values("importance", ascending=False, ignore_index=True)


def _by_indicator(facts: Facts, code: str) -> dict[str, Row]:
    return {
        row["indicator"]: row
        for row in rows_of(facts, code, ("indicator",))
        if not wording.is_missing(row["value"])
    }


def dissatisfaction(
    facts: Facts, where: Sequence[tuple[str, str]], names: Names
) -> "pd.DataFrame":
    """Reasons named, the heads largest first, each with its children.

    They are those of the dissatisfied; where none of these names one, those of all
    interviews: attribute is_of_all. Columns: label, rows (interviews naming it), share
    (of the dissatisfied, or of all), of (how many they are), everybody (the interviews
    naming it, dissatisfied or not), is_child, is_marked (the first head, or its child).
    A reason whose parent is not shown stands as a head.
    """
    import pandas as pd

    columns = ["reason", "label", "rows", "share", "of", "everybody"]
    columns += ["is_child", "is_marked"]
    everybody = _named(facts, "reason_share", where)
    found = _named(facts, "dissatisfaction_reason_share", where) or everybody
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
                    "everybody": wording.number(
                        everybody.get(code, {}).get("numerator")
                    ),
                    "is_child": code != parent,
                    "is_marked": place == 0,
                }
            )
    frame = pd.DataFrame(rows, columns=columns)
    frame.attrs["is_of_all"] = bool(everybody) and found is everybody
    return frame


def _named(facts: Facts, code: str, where: Sequence[tuple[str, str]]) -> dict[str, Row]:
    return {
        str(row["reason"]): row
        for row in rows_of(facts, code, ("reason",), where)
        if not wording.is_missing(row["value"])
    }


def scores(facts: Facts, names: Names) -> "pd.DataFrame":
    """How often each score of an item was given, the highest score first.

    The item is the one that speaks of the whole; where nobody scored it the one with
    the most answers. Columns: label, rows (answers), share (of those to the item),
    is_marked (the most frequent one, unless two are). Whole scores that nobody gave
    stand between those that were given. Attributes item (its code), label, mean.
    """
    import pandas as pd

    items = {
        str(row["item"]): row
        for row in rows_of(facts, "score_mean", ("item",))
        if not wording.is_missing(row["value"])
    }
    frame = pd.DataFrame(columns=["label", "rows", "share", "is_marked"])
    if not items:
        return frame
    item = OVERALL
    if item not in items:
        item = max(items, key=lambda code: (items[code]["n"], code))
    given = _given(facts, item)
    if not given:
        return frame
    of, most = sum(given.values()), max(given.values())
    is_alone = list(given.values()).count(most) == 1
    frame = pd.DataFrame(
        [
            {
                "label": f"{score:g}",
                "rows": answers,
                "share": answers / of,
                "is_marked": is_alone and answers == most,
            }
            for score, answers in sorted(given.items(), reverse=True)
        ]
    )
    frame.attrs |= {
        "item": item,
        "label": named(names, "item", item, facts.words),
        "mean": float(items[item]["value"]),
    }
    return frame


def _given(facts: Facts, item: str) -> dict[float, int]:
    """How often each score of an item was given, whole ones between them 0 times."""
    given = {
        float(row["score"]): int(row["value"])
        for row in rows_of(facts, "score_distribution", ("score",), (("item", item),))
        if not wording.is_missing(row["value"])
    }
    if given and all(score.is_integer() for score in given):
        between = range(int(min(given)), int(max(given)) + 1)
        given = {float(score): 0 for score in between} | given
    return given


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
