"""Small builds of known content, and a publisher of them, for tests of the gate."""

import json
import sys
from pathlib import Path

import duckdb

from jike.ground.durable import sha256_of, write_json
from jike.ground.home import Home
from jike.releases import kept, publish
from jike.releases.manifest import Release
from jike.releases.question import Question

BRANCHES = ("P", "C01", "C01-1", "C02", "unknown")

MARTS = """
create table marts.kpi_revenue as
    select date '2025-09-01' as kpi_month, branch_id, cast({value} as decimal(18, 2))
        as revenue_yuan
    from (values ('P'), ('C01'), ('C01-1'), ('C02'), ('unknown')) as t (branch_id);
create table marts.kpi_values as
    select 'info_revenue' as kpi, '2025-09' as period, branch_id, 1.0 as kpi_value
    from (values ('total'), ('P'), ('C01'), ('C01-1'), ('C02')) as t (branch_id);
create table marts.dim_targets as select kpi, period, branch_id from marts.kpi_values;
create table marts.dim_branches as
    select branch_id, branch_id as name_zh from marts.kpi_revenue;
create table marts.dim_branch_descendants as
    select a.branch_id, b.branch_id as descendant_id
    from marts.dim_branches as a
    inner join marts.dim_branches as b on starts_with(b.branch_id, a.branch_id)
    union all select 'total', branch_id from marts.dim_branches;
create table marts.dim_customers as
    select 'E' || row_number() over () as customer_id, branch_id,
        '名称 ' || branch_id as customer_name, 'M-' || branch_id as account_manager_id
    from marts.dim_branches;
create table marts.fct_bills as
    select 'L' || i as bill_line_id, branch_id, i as billed_amount_yuan
    from marts.dim_branches, range(3) as r (i);
create table marts.dim_kpis as select 'info_revenue' as kpi, '信息化收入' as name_zh;
create table marts.dim_secret as select 'no branch here' as word;
create table raw.deliveries as select 'default' as source, date '2025-09-30'
    as delivered_on, 'bills' as entity, 'bills.parquet' as file, 'ab' as sha256,
    1 as rows_read, 1 as rows_accepted, 0 as rows_quarantined, 1 as loaded_number;
create table raw.quarantine as select * from (values
    ('default', date '2025-09-30', 'bills', 'bills.parquet', 1, 'amount', 'type'))
    as t (source, delivered_on, entity, file, line, column_name, rule);
"""

ASKED = Question(("kpi_revenue",), "select sum(revenue_yuan) as total from kpi_revenue")


def few_questions(_release: Release) -> list[Question]:
    """What these builds can answer, which have few of the marts."""
    return [ASKED]


def make_build(home: Home, run: str, value: int = 1, sql: str = "") -> Path:
    """Write a finished build whose revenue is `value` in each of the five branches."""
    home.build.mkdir(parents=True, exist_ok=True)
    path = home.build / f"{run}.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as con:
        con.execute("create schema raw; create schema marts")
        con.execute(MARTS.format(value=value) + sql)
    record = {
        "run": run,
        "as_of": "2025-09-30",
        "delivered_on": "2025-09-30",
        "parameters": {"low_base_n": 30},
        "lists": {},
        "is_sample": False,
        "sha256": sha256_of(path),
        "dbt_warnings": [],
    }
    write_json(path.with_suffix(".json"), record)
    return path


def make_audit(
    home: Home, run: str, verdict: str = "passed", **changes: object
) -> None:
    """Write the audit record of a build and its one check."""
    path = home.build / f"{run}.duckdb"
    record = {"run": run, "build_sha256": sha256_of(path), "verdict": verdict}
    status = "passed" if verdict == "passed" else "failed"
    record["results"] = [{"check_name": "row_count", "status": status}]
    write_json(home.state / "audits" / f"{run}.json", record | changes)
    checks = path.with_suffix(".checks.parquet")
    with duckdb.connect() as con:
        con.execute(
            f"copy (select '{run}' as run, 'bills' as checked_table, 'row_count' as "
            f"check_name, '' as column_name, 'critical' as severity, '{status}' as "
            "status, '3' as observed, '因' as because_zh, 'why' as because_en, "
            f"'info_revenue' as kpis) to '{checks}' (format parquet)"
        )


def make_release(home: Home, number: int, value: int | None = None) -> str:
    """Publish a build whose value is ten times its number; give the file's name."""
    run = f"{number:06d}"
    make_build(home, run, number * 10 if value is None else value)
    make_audit(home, run)
    return publish.publish(home, run, questions=few_questions).path.name


def pointer(home: Home) -> dict[str, object]:
    """Read the pointer as it is on disk."""
    content = json.loads((home.releases / "current.json").read_text(encoding="utf-8"))
    return dict(content)


def publish_for_ever(home: Home) -> None:
    """Publish the same two builds in turn, until the process is killed."""
    kept.GRACE_SECONDS = 0
    (home.root / "ready").touch()
    while True:
        for run in ("000001", "000002"):
            publish.publish(home, run, questions=few_questions)


if __name__ == "__main__":
    if sys.argv[1] == "once":
        publish.publish(Home(Path(sys.argv[2])), questions=few_questions)
    else:
        publish_for_ever(Home(Path(sys.argv[2])))
