"""Frames of the retention page: tier by branch, the bridge, who would switch."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dashboards import plotted_service
from dashboards.facts import HIDDEN, LOW_BASE, Facts
from dashboards.periods import Period
from jike.kpis.ask import kpi_rows
from jike.kpis.cuts import TOTAL
from jike.pages import retention as questions
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

KPI = "target_market_retention"


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
    rows: list[dict[str, Any]] = []
    for by in (("branch",), ("branch", "tier")):
        for row in facts.ask(
            kpi_rows(kpi, (facts.period.code,), by=by, where=facts.where)
        ):
            tier = row.get("tier", TOTAL)
            known = row["branch"] in children and (tier == TOTAL or tier in tiers)
            if known and row["status"] != HIDDEN and row["value"] is not None:
                rows.append(
                    {
                        "branch": row["branch"],
                        "label": children[row["branch"]],
                        "tier": tier,
                        "value": float(row["value"]),
                        "n": int(row["n"]),
                        "lost": int(row["denominator"] - row["numerator"]),
                        "status": row["status"],
                    }
                )
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


def counted(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The cells of a tier that are large enough to be judged."""
    return frame[(frame["tier"] != TOTAL) & (frame["status"] != LOW_BASE)]


def bridge(facts: Facts) -> "pd.DataFrame | None":
    """From last year's amount to this one's, the base as 100; None without a base.

    Five rows: step (start, expansion, contraction, churn, end), change (signed; start
    and end: their level), begins and ends (where the bar lies), yuan.
    """
    import pandas as pd

    if facts.uncut("nrr"):
        return None
    (row,) = facts.ask(
        questions.nrr_bridge(facts.period.code, facts.branch, facts.where)
    )
    base = row["base_yuan"]
    if wording.is_missing(base) or float(base) <= 0:
        return None
    steps = [
        ("start", float(base)),
        ("expansion", float(row["expansion_yuan"])),
        ("contraction", -float(row["contraction_yuan"])),
        ("churn", -float(row["churn_yuan"])),
    ]
    rows, level = [], 0.0
    for step, yuan in steps:
        change = 100 * yuan / float(base)
        begins = level
        level += change
        rows.append((step, change, begins, level, yuan))
    end = 100 * float(row["current_yuan"]) / float(base)
    rows.append(("end", end, end, end, float(row["current_yuan"])))
    return pd.DataFrame(rows, columns=["step", "change", "begins", "ends", "yuan"])


def switching(
    facts: Facts,
    wave: Period | None,
    names: Mapping[tuple[str, str], Any],
    words: Words,
) -> "pd.DataFrame":
    """Switching intention by tier in a wave, %, as plotted_service.dots().

    The KPI is not counted by branch. A filter by tier keeps its tier; one by industry
    leaves nothing, and so does a period without a wave.
    """
    kpi = facts.catalogue["switching_intention"]
    if wave is None or facts.uncut(kpi.kpi):
        return plotted_service.dots([])
    asked = kpi_rows(kpi, (wave.code,), by=("tier",), where=facts.where)
    found = {row["tier"]: row for row in facts.ask(asked) if row["n"]}
    order = [member for dimension, member in names if dimension == "tier"]
    rows = []
    for tier in sorted(found, key=lambda t: order.index(t) if t in order else 99):
        row = dict(found[tier])
        for key in ("value", "low", "high"):
            size = wording.number(row[key])
            row[key] = None if size is None else 100 * size
        name = plotted_service.named(names, "tier", tier, words)
        rows.append(plotted_service.dot(name, row))
    return plotted_service.dots(rows)
