"""Rows the page draws, put together from the answers of its questions."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboards.cards.facts import Facts, Row
from dashboards.cards.rows import dot, dots, named
from dashboards.shell.periods import Period
from jike.kpis.ask import kpi_rows
from jike.kpis.cuts import HIDDEN, LOW_BASE, TOTAL, UNKNOWN
from jike.pages import retention as questions
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

KPI = "target_market_retention"


def cohort(facts: Facts) -> "pd.DataFrame":
    """The cohort of the period's year, month by month, and what was expected of it.

    Columns: day (date; the cohort's day, month ends, the year's end), retention,
    expected, excl_admin (shares, null where nothing is known). The cohort's own day is
    1.0 by definition; the year's end carries the base target as `expected`, if any.
    """
    import pandas as pd

    year = facts.period.year
    start = date(year - 1, 12, 31)
    rows: list[dict[str, Any]] = [
        {"day": start, "retention": 1.0, "expected": 1.0, "excl_admin": 1.0}
    ]
    excluding = _excluding_admin(facts)
    for code in facts.months(facts.catalogue[KPI]):
        rows.append(
            {
                "day": facts.periods[code].ends_on,
                "retention": facts.value(KPI, code),
                "expected": facts.value("retention_expected", code),
                "excl_admin": excluding.get(code),
            }
        )
    base = facts.target(KPI, "base_target")
    end = date(year, 12, 31)
    if rows[-1]["day"] < end:
        rows.append({"day": end, "retention": None, "expected": base})
    frame = pd.DataFrame(rows, columns=["day", "retention", "expected", "excl_admin"])
    shares = ["retention", "expected", "excl_admin"]
    frame[shares] = frame[shares].astype(float)
    if frame["expected"].notna().sum() == 1:
        frame["expected"] = float("nan")
    return frame


def _excluding_admin(facts: Facts) -> dict[str, float]:
    """Retention of the same target market without those merged or dissolved."""
    kpi = facts.catalogue["cohort_retention_excl_admin"]
    if facts.uncut(kpi.kpi):
        return {}
    months = tuple(facts.months(kpi))
    where = (*facts.place, *facts.where, ("is_target_market", "true"))
    rows = facts.ask(kpi_rows(kpi, months, where=where))
    return {row["period"]: row["value"] for row in rows if row["value"] is not None}


def by_member(
    rows: "pd.DataFrame",
    dimension: str,
    names: Mapping[tuple[str, str], Any],
    words: Words,
) -> "pd.DataFrame":
    """KPI rows of one dimension as bars of kit.counts, with shares; the largest first.

    What nobody knows comes last and is never the one that is marked.
    """
    counted = rows[rows["value"] > 0].copy()
    counted["label"] = [
        words.name(names[dimension, member]) if (dimension, member) in names else member
        for member in counted[dimension]
    ]
    counted["is_unknown"] = counted[dimension] == UNKNOWN
    counted["rows"] = counted["value"].astype(int)
    counted = counted.sort_values(
        ["is_unknown", "rows", dimension], ascending=[True, False, True]
    ).reset_index(drop=True)
    known = counted[~counted["is_unknown"]]["rows"]
    first_alone = len(known) > 0 and (known == known.max()).sum() == 1
    counted["is_marked"] = [first_alone and place == 0 for place in range(len(counted))]
    counted["share"] = counted["rows"] / counted["rows"].sum()
    return counted[["label", "rows", "is_marked", "share"]]


def tiers_by_branch(
    facts: Facts, children: Mapping[str, str], tiers: list[str]
) -> "pd.DataFrame":
    """Retention of the target market by branch and tier, the worst branch first.

    children: the branches listed, code → name; tiers: codes in their own order.
    Columns: branch, label, tier (`total` for the whole branch), value, n (cohort),
    lost, status. Branches are ordered by the value of the whole.
    """
    import pandas as pd

    kpi = facts.catalogue[KPI]
    rows = [
        _cell(row, children)
        for by in (("branch",), ("branch", "tier"))
        for row in facts.ask(
            kpi_rows(kpi, (facts.period.code,), by=by, where=facts.where)
        )
        if row["branch"] in children
        and row.get("tier", TOTAL) in (TOTAL, *tiers)
        and row["status"] != HIDDEN
        and row["value"] is not None
    ]
    columns = ["branch", "label", "tier", "value", "n", "lost", "status"]
    frame = pd.DataFrame(rows, columns=columns)
    whole = frame[frame["tier"] == TOTAL].sort_values(["value", "branch"])
    places = {branch: place for place, branch in enumerate(whole["branch"])}
    columns_in_order = {tier: place for place, tier in enumerate([TOTAL, *tiers])}
    frame = frame.assign(
        row=frame["branch"].map(places),
        column=frame["tier"].map(columns_in_order),
    )
    frame = frame.dropna(subset=["row"]).sort_values(["row", "column"])
    return frame[columns].reset_index(drop=True)


def _cell(row: Row, children: Mapping[str, str]) -> Row:
    return {
        "branch": row["branch"],
        "label": children[row["branch"]],
        "tier": row.get("tier", TOTAL),
        "value": float(row["value"]),
        "n": int(row["n"]),
        "lost": int(row["denominator"] - row["numerator"]),
        "status": row["status"],
    }


def counted(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The cells of a tier that are large enough to be judged."""
    return frame[(frame["tier"] != TOTAL) & (frame["status"] != LOW_BASE)]


def windows(facts: Facts) -> "Mapping[str, Any]":
    """The amounts of the two windows of NRR; empty when it is not cut like that."""
    if facts.uncut("nrr"):
        return {}
    question = questions.nrr_bridge(facts.period.code, facts.branch, facts.where)
    return facts.ask(question)[0]


def bridge(row: "Mapping[str, Any]") -> "pd.DataFrame | None":
    """From the amount of the base window to this one's; None without a base.

    row: windows(); the base is 100. Five rows: step (start, expansion, contraction,
    churn, end), change (signed; start and end: their level), begins and ends (where
    the bar lies), yuan.
    """
    import pandas as pd

    base = wording.number(row.get("base_yuan"))
    if base is None or base <= 0:
        return None
    steps = [
        ("start", base),
        ("expansion", float(row["expansion_yuan"])),
        ("contraction", -float(row["contraction_yuan"])),
        ("churn", -float(row["churn_yuan"])),
    ]
    rows, level = [], 0.0
    for step, yuan in steps:
        change = 100 * yuan / base
        begins = level
        level += change
        rows.append((step, change, begins, level, yuan))
    end = 100 * float(row["current_yuan"]) / base
    rows.append(("end", end, end, end, float(row["current_yuan"])))
    return pd.DataFrame(rows, columns=["step", "change", "begins", "ends", "yuan"])


def switching(
    facts: Facts,
    wave: Period | None,
    names: Mapping[tuple[str, str], Any],
    words: Words,
) -> "pd.DataFrame":
    """Switching intention by tier in a wave, %, as dashboards.cards.rows.dots().

    The KPI is not counted by branch. A filter by tier keeps its tier; one by industry
    leaves nothing, and so does a period without a wave.
    """
    kpi = facts.catalogue["switching_intention"]
    if wave is None or facts.uncut(kpi.kpi):
        return dots([])
    asked = kpi_rows(kpi, (wave.code,), by=("tier",), where=facts.where)
    found = {row["tier"]: row for row in facts.ask(asked) if row["n"]}
    order = [member for dimension, member in names if dimension == "tier"]
    rows = []
    for tier in sorted(found, key=lambda t: order.index(t) if t in order else 99):
        row = dict(found[tier])
        for key in ("value", "low", "high"):
            size = wording.number(row[key])
            row[key] = None if size is None else 100 * size
        name = named(names, "tier", tier, words)
        rows.append(dot(name, row))
    return dots(rows)
