"""Compares tables of a build with each other, and its row counts with the release."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from jike.checks.about import kpi_and_part
from jike.checks.running import NOT_EVALUATED, Outcome, safe_message
from jike.ground.quoting import literal, quoted

NOT_MARTS = ("checks", "closed_months", "deliveries", "quarantine", "restatements")
"""Tables a release holds besides the marts."""

ROWS_DO_NOT_FALL = "rows_do_not_fall"
WORD = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Reconciliation:
    """Two ways to the same numbers; the query counts where they differ."""

    table: str
    name: str
    because_zh: str
    because_en: str
    query: str


def _totals(table: str, amount: str) -> str:
    """Count the bill months whose total in a mart is not that of the raw bills."""
    return f"""
        select count(*) from (
            select bill_month as kpi_month, sum(amount) as total
            from raw.bills where bill_month <= $as_of group by 1
        ) as delivered
        full join (
            select kpi_month, sum({amount}) as total
            from marts.{table} where kpi_month <= $as_of group by 1
        ) as shown using (kpi_month)
        where coalesce(delivered.total, 0) <> coalesce(shown.total, 0)
    """


def _rows_behind(table: str, family: str, measure: str) -> str:
    """Count the months whose KPI counts other customers than the mart lists."""
    return f"""
        select count(*) from (
            select kpi_month, count(*) as listed from marts.{table} group by 1
        ) as behind
        full join (
            select kpi_month, sum({measure}) as counted
            from marts.kpi_{family} group by 1
        ) as shown using (kpi_month)
        where coalesce(behind.listed, 0) <> coalesce(shown.counted, 0)
    """


BRANCHES_ADD_UP = """
    with shown as (
        select kpi, kpi_values.period, branch_id, numerator
        from marts.kpi_values
        inner join marts.dim_periods
            on kpi_values.period = dim_periods.period
            and dim_periods.period_kind = 'month'
        where kpi in ('info_revenue', 'operating_revenue')
    ),

    by_month as (
        select
            strftime(kpi_month, '%Y-%m') as period,
            branch_id,
            sum(info_revenue) as info_revenue,
            sum(operating_revenue) as operating_revenue
        from marts.kpi_revenue
        group by 1, 2
    ),

    summed as (
        select
            period,
            tree.branch_id,
            sum(info_revenue) as info_revenue,
            sum(operating_revenue) as operating_revenue
        from by_month
        inner join marts.dim_branch_descendants as tree
            on by_month.branch_id = tree.descendant_id
        group by 1, 2
    ),

    -- By name and not by the tree: what hangs on no branch is in the total too.
    whole as (
        select
            period,
            sum(info_revenue) as info_revenue,
            sum(operating_revenue) as operating_revenue
        from by_month
        group by 1
    ),

    expected as (
        unpivot (
            select * from summed where branch_id <> 'total'
            union all by name
            select *, 'total' as branch_id from whole
        )
        on info_revenue, operating_revenue into name kpi value amount
    )

    select count(*) from expected
    full join shown using (kpi, period, branch_id)
    where coalesce(expected.amount, 0) <> coalesce(shown.numerator, 0)
"""

RECONCILIATIONS = (
    Reconciliation(
        "marts.fct_bills",
        "totals_equal_raw_bills",
        "账单明细逐月合计与交付的账单不一致，下钻看到的不是全部账单",
        "bill lines do not add up to the delivered bills of a month, to the cent",
        _totals("fct_bills", "billed_amount_yuan"),
    ),
    Reconciliation(
        "marts.kpi_revenue",
        "totals_equal_raw_bills",
        "收入逐月合计与交付的账单不一致，收入多计或少计",
        "operating revenue does not equal the delivered bills of a month, to the cent",
        _totals("kpi_revenue", "operating_revenue"),
    ),
    Reconciliation(
        "marts.kpi_values",
        "branches_add_up",
        "分公司与本级之和不等于上级，排名和合计互相矛盾",
        "branches and own rows do not add up to their parent: the ranking is wrong",
        BRANCHES_ADD_UP,
    ),
    Reconciliation(
        "marts.fct_customer_months",
        "rows_equal_active_customers",
        "在网客户名单与在网客户数不一致，下钻行数对不上",
        "the list of active customers has other rows than active_customers says",
        _rows_behind("fct_customer_months", "customers", "active_customers"),
    ),
    Reconciliation(
        "marts.fct_lost_customers",
        "rows_equal_lost_customers",
        "流失名单与流失客户数不一致，下钻行数对不上",
        "the list of lost customers has other rows than lost_customers says",
        _rows_behind("fct_lost_customers", "customers", "lost_customers"),
    ),
    Reconciliation(
        "marts.fct_cohort",
        "rows_equal_cohort_customers",
        "拍照名单与定群客户数不一致，下钻行数对不上",
        "the list of the cohort has other rows than cohort_customers says",
        _rows_behind("fct_cohort", "retention", "cohort_customers"),
    ),
    Reconciliation(
        "marts.fct_customer_values",
        "rows_equal_active_customers",
        "价值评分名单与在网客户数不一致，下钻行数对不上",
        "the list of value scores has other rows than active_customers says",
        _rows_behind("fct_customer_values", "customers", "active_customers"),
    ),
    Reconciliation(
        "marts.fct_warnings",
        "rows_equal_warned_customers",
        "预警名单与预警客户数不一致，下钻行数对不上",
        "the list of warnings has other rows than warnings says",
        _rows_behind("fct_warnings", "retention", "warned_customers"),
    ),
)


def reconcile(con: duckdb.DuckDBPyConnection, as_of: date) -> list[Outcome]:
    """Check that marts agree with the raw bills and with each other.

    One outcome per reconciliation, all critical; one that cannot run has failed.
    """
    return [
        _reconciled(con, found, as_of) for found in (*RECONCILIATIONS, _measured(con))
    ]


NOTHING = "select '' as kpi, '' as part where false"
MEASURED = "select part, period from marts.dim_part_periods where is_measured"
OF_TOTALS = {
    "satisfaction": " and competitor = 'us' and role <> 'hall_visitor'",
}
"""What of a family's parts makes its values per branch."""


def _measured(con: duckdb.DuckDBPyConnection) -> Reconciliation:
    """Count the KPIs measured in a month that has rows, and none in kpi_values.

    The query also gives the first of them with its part.
    """
    try:
        parts = con.execute(
            "select kpi, above.family, above.measure, above.part, "
            "coalesce(denominator, numerator) from marts.dim_kpis "
            "inner join marts.dim_parts as above on above.part = numerator "
            "where is_stored and over_time in ('sum', 'last', 'ytd') order by kpi"
        ).fetchall()
        missing = [
            f"select '{kpi}' as kpi, '{part}' as part where exists ("
            f"select 1 from marts.kpi_{family} as counted "
            "inner join marts.dim_periods as months "
            "on counted.kpi_month = months.starts_on and period_kind = 'month' "
            f"inner join ({MEASURED}) as above "
            f"on above.part = '{part}' and above.period = months.period "
            f"inner join ({MEASURED}) as below "
            f"on below.part = '{whole}' and below.period = months.period "
            f"where {measure} is not null{OF_TOTALS.get(family, '')}) and not exists "
            f"(select 1 from marts.kpi_values where kpi = '{kpi}')"
            for kpi, family, measure, part, whole in parts
            if all(map(WORD.fullmatch, (kpi, family, measure, part, whole)))
        ]
        query = (
            "select count(*), min(kpi), arg_min(part, kpi) "
            f"from ({' union all '.join([NOTHING, *missing])})"
        )
    except duckdb.Error:
        query = "select 1 from marts.dim_kpis, marts.dim_parts"
    return Reconciliation(
        "marts.kpi_values",
        "measured_kpis_have_values",
        "已计量的指标没有任何值，页面会显示无数据",
        "measured and without any value: the page would say no data",
        query,
    )


def _reconciled(
    con: duckdb.DuckDBPyConnection, found: Reconciliation, as_of: date
) -> Outcome:
    message, place = None, None
    try:
        values = {"as_of": as_of} if "$as_of" in found.query else None
        row = con.execute(found.query, values).fetchone()
        differences, *first = row or (None,)
        place = kpi_and_part(*first) if differences and first else None
    except duckdb.Error as error:
        differences, message = None, safe_message(str(error))
    return Outcome(
        checked_table=found.table,
        check_name=found.name,
        column_name=None,
        severity="critical",
        status="passed" if differences == 0 else "failed",
        observed=NOT_EVALUATED if differences is None else str(differences),
        because_zh=found.because_zh,
        because_en=found.because_en,
        message=message,
        place=place,
    )


def compare_rows(
    con: duckdb.DuckDBPyConnection, release: Path, may_fall: dict[str, float]
) -> list[Outcome]:
    """Compare the rows of every mart with those of the release that is served.

    `may_fall` gives, by mart, the share of rows that may be missing; a mart that the
    release has and the build lacks has lost all. One outcome per mart of the release.

    Raises:
        duckdb.Error: a file cannot be read.
    """
    now = _row_counts(con, "marts")
    with duckdb.connect() as served:
        served.execute(f"attach {literal(release)} as release (read_only)")
        served.execute("use release")
        before = _row_counts(served, "main")
    return [
        _compared(table, rows, now.get(table, 0), may_fall.get(table, 0.0))
        for table, rows in sorted(before.items())
        if table not in NOT_MARTS
    ]


def _row_counts(con: duckdb.DuckDBPyConnection, schema: str) -> dict[str, int]:
    tables = con.execute(
        "select table_name from information_schema.tables where table_schema = ? "
        "and table_catalog = current_database() order by 1",
        [schema],
    ).fetchall()
    counts = {}
    for (table,) in tables:
        row = con.execute(f"select count(*) from {schema}.{quoted(table)}").fetchone()
        counts[str(table)] = int(row[0]) if row else 0
    return counts


def _compared(table: str, before: int, now: int, may_fall: float) -> Outcome:
    return Outcome(
        checked_table=f"marts.{table}",
        check_name=ROWS_DO_NOT_FALL,
        column_name=None,
        severity="critical",
        status="failed" if now < before * (1 - may_fall) else "passed",
        observed=f"{now} / {before}",
        because_zh="行数比当前发布版本少得太多，多半漏交了数据",
        because_en="far fewer rows than the release that is served: data are missing",
    )
