"""A small release for the pages: the marts' tables with plausible rows, in a second.

One province of three cities and four counties, 2024-01 to 2025-09. The golden county
C01-1 has its promised figures. States are written in on purpose: C03-1 has a cohort of
12 customers (low base), C02 has no revenue target.
"""

import calendar
import csv
import hashlib
import json
import sys
from datetime import date, timedelta
from pathlib import Path

import duckdb
import fixture_customers
import fixture_quality
import fixture_service
import numpy as np
import pandas as pd
from small_build import mart_columns

from jike.ground.home import PROJECT, Home
from jike.releases.manifest import SCHEMA_VERSION
from jike.releases.publish import CHECKS

if str(PROJECT) not in sys.path:  # the pages are not an installed package
    sys.path.insert(0, str(PROJECT))

AS_OF = date(2025, 9, 30)
MONTHS = [date(y, m, 1) for y in (2024, 2025) for m in range(1, 13)][:21]
ATTRIBUTES = "branch_id tier tier_group level4 industry size segment is_target_market"

# branch, parent, level, names
BRANCHES = [
    ("P", None, "province", "云岭省", "Yunling"),
    ("C01", "P", "city", "望溪", "Wangxi"),
    ("C01-1", "C01", "county", "云栖县", "Yunqi"),
    ("C01-2", "C01", "county", "临溪县", "Linxi"),
    ("C02", "P", "city", "松涧", "Songjian"),
    ("C02-1", "C02", "county", "竹山县", "Zhushan"),
    ("C03", "P", "city", "云澜", "Yunlan"),
    ("C03-1", "C03", "county", "*石* [渡]", "*Shi* [du]"),
]
# leaf: cohort, lost by September, monthly informatisation revenue, base target
LEAVES = {
    "C01-1": (423, 3, 3_630_000 / 9, 3_750_000),
    "C01-2": (600, 12, 300_000.0, 3_900_000),
    "C02-1": (800, 61, 250_000.0, None),
    "C03-1": (12, 1, 90_000.0, 1_500_000),
}
# How a leaf's customers divide over tier, industry and target market.
CELLS = [("A1", "A", "EDU", 0.3), ("B1", "B", "FIN", 0.25), ("C", "C", "EDU", 0.45)]
ELAPSED = 273 / 365
BASE_RETENTION = 0.959
RETENTION_KPIS = {
    "target_market_retention",
    "cohort_retention",
    "cohort_retention_excl_admin",
}


def month_end(month: date) -> date:
    """The last day of a month."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def descendants(branch: str) -> list[str]:
    """A branch and all below it; everything and `unknown` for the total."""
    if branch == "total":
        return [*(code for code, *_rest in BRANCHES), "unknown"]
    below = [code for code, parent, *_rest in BRANCHES if parent == branch]
    return [branch, *(leaf for child in below for leaf in descendants(child))]


def leaves(branch: str) -> list[str]:
    """The leaves below a branch."""
    return [code for code in descendants(branch) if code in LEAVES]


def parted(total: int) -> list[int]:
    """A whole number over the cells, nothing lost by rounding."""
    parts = [int(total * share) for *_cell, share in CELLS[:-1]]
    return [*parts, total - sum(parts)]


def lost_by(leaf: str, month: date) -> int:
    """Cohort customers of a leaf gone by the end of a month of its year."""
    return LEAVES[leaf][1] * month.month // 9 if month.year == 2025 else 0


def periods() -> pd.DataFrame:
    """dim_periods."""
    rows = []
    for month in MONTHS:
        code = f"{month:%Y-%m}"
        start = month.replace(month=1)
        rows.append((code, "month", month, month_end(month)))
        rows.append((f"{code}YTD", "ytd", start, month_end(month)))
        if month.month % 3 == 1:
            end = month_end(month.replace(month=month.month + 2))
            quarter = (month.month - 1) // 3 + 1
            rows.append((f"{month.year}Q{quarter}", "quarter", month, end))
    for year in (2024, 2025):
        end = date(year, 12, 31)
        rows.append((f"{year}", "year", date(year, 1, 1), end))
        rows.append((f"{year}YTD", "ytd", date(year, 1, 1), min(end, AS_OF)))
    rows += [(wave, "wave", *days) for wave, *days in fixture_service.WAVES]
    return pd.DataFrame(
        [
            (
                code,
                kind,
                start,
                end,
                min(end, AS_OF).replace(day=1),
                end > AS_OF,
                None if kind == "wave" else weekdays(start, min(end, AS_OF)),
            )
            for code, kind, start, end in rows
        ],
        columns=[
            "period",
            "period_kind",
            "starts_on",
            "ends_on",
            "last_month",
            "is_partial",
            "working_days",
        ],
    )


def weekdays(first: date, last: date) -> int:
    """Days from Monday to Friday, as if there were no public holidays."""
    return int(np.busday_count(first, last + timedelta(days=1)))


def period_months(every: pd.DataFrame) -> pd.DataFrame:
    """dim_period_months."""
    rows = []
    for row in every.itertuples():
        year = [m for m in MONTHS if m.year == row.last_month.year]
        to_date = [m for m in year if m <= row.last_month]
        first = row.starts_on.replace(day=1)
        inside = [m for m in MONTHS if first <= m <= row.last_month]
        wave = row.period if row.period_kind == "wave" else None
        rows += [(row.period, "sum", month, 1, wave) for month in inside]
        full = [m for m in inside if month_end(m) <= row.ends_on]
        rows += [(row.period, "full_months", month, 1) for month in full]
        full = [m for m in to_date if month_end(m) <= row.ends_on]
        rows += [(row.period, "full_months_ytd", month, 1) for month in full]
        rows.append((row.period, "last", row.last_month, 1))
        rows += [(row.period, "ytd", month, 1) for month in to_date]
        if row.last_month.year == 2025:
            rows += [(row.period, "ytd_growth", month, 1) for month in to_date]
            rows += [
                (row.period, "ytd_growth", month.replace(year=2024), -1)
                for month in to_date
            ]
    return pd.DataFrame(
        [(*row, None)[:5] for row in rows],
        columns=["period", "over_time", "kpi_month", "month_weight", "wave"],
    )


def measures() -> dict[str, pd.DataFrame]:
    """kpi_customers, kpi_retention, kpi_revenue and fct_lost_customers."""
    customers, retention, revenue, gone = [], [], [], []
    for leaf, (cohort, _lost, yuan, _base) in LEAVES.items():
        for place, (tier, group, industry, share) in enumerate(CELLS):
            cut = (leaf, tier, group, group, industry, "small", "unknown", "true")
            whole = parted(cohort)[place]
            for month in MONTHS:
                total = lost_by(leaf, month)
                before = lost_by(leaf, _before(month)) if month.month > 1 else 0
                left = parted(total)[place]
                fell = max(0, left - parted(before)[place])
                extra = parted(53)[place] if leaf == "C01-1" else 0
                customers.append(
                    (month, *cut, None, None, whole - left + extra, 0, 0, None)
                )
                if fell:
                    customers.append(
                        (month, *cut, "lost_to_competitor", "对手乙", None, 0, 0, fell)
                    )
                    gone += [
                        (
                            month,
                            f"E{leaf}{tier}{month:%y%m}{i}",
                            *cut,
                            "lost_to_competitor",
                            "对手乙",
                            None,
                            1000.0 * (i + 1),
                        )
                        for i in range(fell)
                    ]
                kept = whole - left
                retention.append(
                    (
                        month,
                        *cut,
                        whole,
                        kept,
                        whole,
                        kept,
                        whole,
                        kept,
                        place,
                        100.0 * whole,
                        104.0 * kept,
                        97.0 * kept,
                        7.0 * kept,
                        3.0 * kept,
                        100.0 * (whole - kept),
                    )
                )
                growth = 1.0 if month.year == 2025 else 0.9
                info = yuan * share * growth
                revenue.append(
                    (month, *cut, "L01", "wired_data", "recurring", 4 * info, info)
                )
    base = f"kpi_month {ATTRIBUTES}"
    return {
        "kpi_customers": _table(
            f"{base} lost_reason lost_to active_customers new_customers "
            "back_customers lost_customers",
            customers,
        ),
        "kpi_retention": _table(
            f"{base} cohort_customers cohort_active_customers kept_cohort_customers "
            "kept_cohort_active_customers target_cohort_customers "
            "target_cohort_active_customers returned_customers nrr_base_yuan "
            "nrr_current_yuan grr_kept_yuan nrr_expansion_yuan nrr_contraction_yuan "
            "nrr_churn_yuan",
            retention,
        ),
        "kpi_revenue": _table(
            f"{base} product line kind operating_revenue info_revenue", revenue
        ),
        "fct_lost_customers": _table(
            f"kpi_month customer_id {ATTRIBUTES} lost_reason lost_to successor_id "
            "monthly_amount_yuan",
            gone,
        ),
    }


def _before(month: date) -> date:
    return month.replace(month=month.month - 1)


def _table(columns: str, rows: list[tuple[object, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def values(every: pd.DataFrame) -> pd.DataFrame:
    """kpi_values of the KPIs that are composed per branch, and those ranked with them.

    C02 and what hangs below it has no target, so it has no lead either.
    """
    rows: list[tuple[str, str, str, float]] = []
    for period, last in zip(every["period"], every["last_month"], strict=True):
        if last.year != 2025:
            continue
        elapsed = (month_end(last) - date(2024, 12, 31)).days / 365
        for branch in ["total", *(code for code, *_rest in BRANCHES)]:
            under = leaves(branch)
            said = {"time_progress": elapsed}
            cohort = sum(LEAVES[leaf][0] for leaf in under)
            kept = cohort - sum(lost_by(leaf, last) for leaf in under)
            expected = 1 - (1 - BASE_RETENTION) * elapsed
            said["target_market_retention"] = kept / cohort
            said["nrr"] = 1.04 * kept / cohort
            said["retention_expected"] = expected
            said["retention_lead"] = kept / cohort - expected
            said["loss_budget_used"] = (1 - kept / cohort) / (1 - BASE_RETENTION)
            base = target_of(branch)
            if base:
                done = sum(LEAVES[leaf][2] for leaf in under) * last.month
                said["info_revenue_completion"] = done / base
                said["info_revenue_lead"] = done / base - elapsed
                said["info_revenue_forecast"] = done / elapsed
                said["info_revenue_forecast_seasonal"] = done * 12 / last.month
            rows += [(kpi, period, branch, value) for kpi, value in said.items()]
    frame = pd.DataFrame(rows, columns=["kpi", "period", "branch_id", "kpi_value"])
    for column in ("numerator", "denominator", "low", "high"):
        frame[column] = None
    return frame


def target_of(branch: str) -> float | None:
    """The revenue target of a branch; C02 has none."""
    if branch.startswith("C02"):
        return None
    bases = [LEAVES[leaf][3] for leaf in leaves(branch)]
    return sum(base for base in bases if base) or None


def targets() -> pd.DataFrame:
    """dim_targets."""
    rows = []
    for branch in ["total", *(code for code, *_rest in BRANCHES)]:
        base = target_of(branch)
        if base:
            rows.append((branch, "2025", "info_revenue", 40, None, base, base * 1.05))
        limits = {"target_market_retention": (BASE_RETENTION, 0.97), "nrr": (1.0, 1.05)}
        for kpi, (low, high) in limits.items():
            rows.append((branch, "2025", kpi, 30, None, low, high))
    frame = _table(
        "branch_id period kpi weight floor_value base_target challenge_target", rows
    )
    frame["month_weight"] = None
    return frame


def members() -> pd.DataFrame:
    """dim_members: the shipped names, and those of the tiers and industries used."""
    seeds = PROJECT / "seeds"
    shipped = pd.read_csv(seeds / "members.csv", dtype=str)
    named = [shipped]
    for dimension, name in (
        ("tier", "tiers"),
        ("industry", "industries"),
        ("reason", "dissatisfaction_reasons"),
    ):
        listed = pd.read_csv(seeds / f"{name}.csv", dtype=str)
        listed["dimension"], listed["member"] = dimension, listed[dimension]
        named.append(listed.assign(sort_order=range(len(listed))))
    named.append(
        pd.DataFrame([("centre", "R1", 0, "R1", "R1")], columns=list(shipped.columns))
    )
    return pd.concat(named)[[*shipped.columns, "parent"]]


# Families whose marts are there and empty.
NOT_DELIVERED = ("tickets", "orders", "halls")
ABSENT_ENTITIES = (
    *("tickets", "ticket_routes", "orders", "order_steps"),
    *("hall_queue", "hall_transactions"),
)


def catalogue() -> tuple[pd.DataFrame, pd.DataFrame]:
    """dim_kpis and dim_parts, as the shipped catalogue says."""
    with (PROJECT / "seeds" / "kpis.csv").open(encoding="utf-8", newline="") as file:
        kpis = [{k: v or None for k, v in row.items()} for row in csv.DictReader(file)]
    with (PROJECT / "seeds" / "parts.csv").open(encoding="utf-8", newline="") as file:
        parts = list(csv.DictReader(file))
    frame = pd.DataFrame(kpis).rename(columns={"window": "kpi_window"})
    frame["sort_order"] = range(len(frame))
    frame["counted_per"] = [1_000 if k == "complaint_rate" else 1 for k in frame["kpi"]]
    for part in parts:
        part["needs"] = f"{part.pop('needs_all')} {part.pop('needs_any')}".strip()
        part["reads_answers"] = "survey_answers" in part["needs"].split()
        part["quantile"] = float(part["quantile"]) if part["quantile"] else None
        part["ignores"] = part["ignores"] or None
    frame_of_parts = pd.DataFrame(parts)
    absent = frame_of_parts["family"].isin(NOT_DELIVERED)
    return frame, frame_of_parts.assign(is_measured=~absent)


def checks(run: str) -> pd.DataFrame:
    """The checks of one run: two passed, one warns."""
    rows = [
        (
            run,
            "raw.bills",
            "column_values_to_be_unique",
            "bill_line_id",
            "critical",
            "passed",
            "0 of 900",
            "账单行号重复会虚增收入",
            "A repeat inflates revenue",
            "info_revenue operating_revenue nrr grr",
        ),
        (
            run,
            "raw.customers",
            "column_values_to_not_be_null",
            "customer_id",
            "critical",
            "passed",
            "0 of 1835",
            "没有编号的客户无法跟踪",
            "A customer without an id cannot be followed",
            "cohort_retention",
        ),
        (
            run,
            "raw.bills",
            "column_sum_to_be_between",
            "amount",
            "warning",
            "warning",
            "1",
            "金额骤变多为漏传",
            "A sudden change is mostly a missing file",
            "info_revenue",
        ),
    ]
    return pd.DataFrame(rows, columns=[name for name, _kind in CHECKS])


def deliveries() -> tuple[pd.DataFrame, pd.DataFrame]:
    """deliveries and quarantine: two deliveries, one row rejected in the second."""
    first, second = date(2025, 8, 31), AS_OF
    rows = [
        ("default", first, "customers", "customers.csv", "a" * 64, 1835, 1835, 0, 1),
        ("default", second, "customers", "customers.csv", "b" * 64, 1835, 1835, 0, 2),
        ("default", second, "bills", "bills.csv", "c" * 64, 900, 899, 1, 2),
    ]
    delivered = _table(
        "source delivered_on entity file sha256 rows_read rows_accepted "
        "rows_quarantined loaded_number",
        rows,
    )
    rejected = _table(
        "source delivered_on entity file line column_name rule",
        [("default", second, "bills", "bills.csv", 17, "amount", "type")],
    )
    return delivered, rejected


def tables(run: str) -> dict[str, pd.DataFrame]:
    """Every table of the release."""
    every = periods()
    kpis, parts = catalogue()
    delivered, rejected = deliveries()
    branches = _table("branch_id parent_id level name_zh name_en", BRANCHES)
    branches["city_id"] = [c[:3] if c != "P" else None for c in branches["branch_id"]]
    branches["county_id"] = [c if "-" in c else None for c in branches["branch_id"]]
    branches["depth"] = [
        0 if c == "P" else 1 + ("-" in c) for c in branches["branch_id"]
    ]
    branches["sort_order"] = range(len(branches))
    tree = [
        (branch, leaf)
        for branch in ["total", *branches["branch_id"]]
        for leaf in descendants(branch)
    ]
    limits = {
        *(("low_base_n", 30), ("hidden_n", 10), ("dissatisfied_limit", 6)),
        *(("service_level_seconds", 15), ("short_abandon_seconds", 5)),
    }
    build = pd.DataFrame([{"as_of": AS_OF, **dict(limits)}])
    entities = [
        ("customers", True, 1835, date(2024, 1, 31), AS_OF),
        ("bills", True, 899, date(2024, 1, 1), date(2025, 9, 1)),
        ("members", False, 0, None, None),
        ("calls", True, 53_220, date(2024, 1, 1), AS_OF),
        ("survey_responses", True, 7_512, date(2024, 3, 4), date(2025, 7, 20)),
        ("survey_answers", True, 7_512, date(2024, 3, 4), date(2025, 7, 20)),
        *((name, False, 0, None, None) for name in ABSENT_ENTITIES),
    ]
    return {
        **measures(),
        **fixture_service.tables(),
        **fixture_quality.tables(),
        "dim_branches": branches,
        "dim_branch_descendants": _table("branch_id descendant_id", tree),
        "dim_periods": every,
        "dim_period_months": period_months(every),
        "dim_kpis": kpis,
        "dim_parts": parts,
        "dim_members": members(),
        "dim_entities": _table(
            "entity is_delivered rows_accepted first_on last_on", entities
        ),
        "dim_build": build,
        "dim_targets": targets(),
        "kpi_values": values(every),
        "checks": checks(run),
        "deliveries": delivered,
        "quarantine": rejected,
    }


def write_release(
    root: Path, number: int = 1, changes: tuple[str, ...] = (), warned: int = 1
) -> Home:
    """Publish the small release in a home, after some SQL has changed its tables."""
    home = Home(root)
    home.releases.mkdir(parents=True, exist_ok=True)
    run = f"{number:06d}"
    unfinished = home.releases / f".unfinished-{number}.duckdb"
    with duckdb.connect(str(unfinished)) as con:
        for name, frame in tables(run).items():
            con.register("given", frame)
            con.execute(f"create table {name} as select * from given")
            con.unregister("given")
        con.execute("alter table dim_build alter as_of type date")
        given = {row[0] for row in con.execute("show tables").fetchall()}
        for name, columns in mart_columns().items():
            if name not in given:
                spelt = ", ".join(f'"{c}" {kind}' for c, kind in columns.items())
                con.execute(f"create table {name} ({spelt})")
        for table, columns in DATES.items():
            for column in columns:
                con.execute(f"alter table {table} alter {column} type date")
        for table in ("kpi_customers", "kpi_retention", "kpi_revenue"):
            con.execute(f"alter table {table} alter kpi_month type date")
            for column, kind in mart_columns()[table].items():
                con.execute(
                    f"alter table {table} add column if not exists {column} {kind}"
                )
        for change in (*fixture_customers.ROWS, *changes):
            con.execute(change)
    sha = hashlib.sha256(unfinished.read_bytes()).hexdigest()
    name = f"{number:06d}_{sha[:12]}"
    unfinished.rename(home.releases / f"{name}.duckdb")
    manifest = {
        "schema_version": SCHEMA_VERSION,
        "number": number,
        "file": f"{name}.duckdb",
        "as_of": AS_OF.isoformat(),
        "published_at": "2025-10-01T06:12:00+08:00",
        "is_sample": True,
        "checks_passed": 3 - warned,
        "checks_warned": warned,
        "sha256": sha,
        "run": run,
    }
    manifest_path = home.releases / f"{name}.json"
    manifest_path.write_text(json.dumps(manifest), encoding="utf-8")
    pointer = home.releases / "current.json"
    pointer.write_text(json.dumps({"file": f"{name}.duckdb"}), encoding="utf-8")
    return home


DATES = {
    "dim_periods": ("starts_on", "ends_on", "last_month"),
    "dim_period_months": ("kpi_month",),
    "dim_entities": ("first_on", "last_on"),
    "fct_lost_customers": ("kpi_month",),
    "deliveries": ("delivered_on",),
    "quarantine": ("delivered_on",),
    **fixture_service.DATES,
    **fixture_quality.DATES,
}


def hold(home: Home, run: str = "000002", delivered_on: str = "2025-10-02") -> None:
    """Write the record of a newer build that its checks kept back."""
    audits = home.state / "audits"
    audits.mkdir(parents=True, exist_ok=True)
    failed = {
        "checked_table": "raw.bills",
        "check_name": "monthly total equals the mart's",
        "column_name": "amount",
        "severity": "critical",
        "status": "failed",
        "observed": "2 of 9 months",
        "because_zh": "少一张账单就会少算完成率",
        "because_en": "A missing bill understates completion",
        "kpis": "info_revenue nrr",
    }
    sound = failed | {"checked_table": "raw.customers", "status": "passed"}
    record = {"run": run, "verdict": "held", "results": [failed, sound]}
    (audits / f"{run}.json").write_text(json.dumps(record), encoding="utf-8")
    home.build.mkdir(parents=True, exist_ok=True)
    built = {"run": run, "as_of": "2025-09-30", "delivered_on": delivered_on}
    (home.build / f"{run}.json").write_text(json.dumps(built), encoding="utf-8")
