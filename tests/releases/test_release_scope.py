"""Nobody reads a row outside the own branches, whatever is asked and however."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jike.ground.errors import JikeError
from jike.ground.home import Home
from jike.releases.opening import ALL, Release, Scope, current_release, rows, shape
from jike.releases.question import Question
from jike.releases.scope import SHARED_TABLES
from tests.fixtures.small_release import BRANCHES, make_release

BY_BRANCH = (
    "dim_branch_descendants",
    "dim_branches",
    "dim_customers",
    "dim_targets",
    "fct_bills",
    "kpi_revenue",
    "kpi_values",
)
EMPTY_BY_BRANCH = {"restatements"}
"""Limited like the others, without rows as long as no month was closed."""
PAYLOADS = [
    "' or '1'='1",
    "C02') or 1=1 --",
    "'; drop table kpi_revenue; --",
    "x' union select * from main.kpi_values --",
    "$1",
    "?",
    "\\'; attach '/etc/passwd' as p; --",
    "\x00",
    "％27 or 1=1",
]


@pytest.fixture(scope="module")
def release(tmp_path_factory) -> Release:
    home = Home(tmp_path_factory.mktemp("home"))
    make_release(home, 1)
    return current_release(home)


def everything(table: str) -> Question:
    return Question((table,), f"select * from {table}")


def test_every_table_of_the_release_is_limited_shared_or_closed(release):
    tables = {name for name, _ in shape(release)}
    limited = {*BY_BRANCH, *EMPTY_BY_BRANCH}
    assert all("branch_id" in dict(shape(release))[name] for name in limited)
    assert tables - SHARED_TABLES - limited == {"dim_secret"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    table=st.sampled_from(BY_BRANCH),
    branches=st.sets(st.sampled_from([*BRANCHES, *PAYLOADS])),
    template=st.sampled_from(
        [
            "select * from {t}",
            "with a as (select * from {t}) select * from a order by 1",
            "with recursive r as (select 1 as n union all select n + 1 from r "
            "where n < 2) select x.* from {t} as x, r",
            "select * from (select * from {t}) as inner_one",
            "-- 说明 with a comment?\nselect * from {t} where branch_id <> ?",
            "select * from {t} where branch_id <> $1",
            "from {t}",
            "select * from {t} union all (with b as (from {t}) from b)",
            "select x.* from {t} as x where exists (select 1 from {t} as y "
            "where y.branch_id = x.branch_id)",
        ]
    ),
)
def test_rows_are_a_subset_of_the_scope(release, table, branches, template):
    sql = template.format(t=table)
    asks_back = "<> ?" in sql or "$1" in sql
    question = Question((table,), sql, ("nobody",) if asks_back else ())
    found = rows(question, Scope(tuple(branches)), release)
    assert {row["branch_id"] for row in found} <= branches
    if table == "kpi_revenue":
        assert {row["branch_id"] for row in found} == branches & set(BRANCHES)


@pytest.mark.parametrize("table", BY_BRANCH)
def test_no_branch_is_nothing_and_all_is_everything(release, table):
    assert rows(everything(table), Scope(()), release) == []
    assert len(rows(everything(table), ALL, release)) >= len(BRANCHES)


def test_the_total_is_for_those_who_see_all(release):
    own = Scope(("P", "C01", "C01-1", "C02", "unknown"))
    for table in ("kpi_values", "dim_targets"):
        branches = {row["branch_id"] for row in rows(everything(table), own, release)}
        assert "total" not in branches
        seen = {row["branch_id"] for row in rows(everything(table), ALL, release)}
        assert "total" in seen


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_viewer_types_is_a_value_and_nothing_else(release, payload):
    question = Question(
        ("kpi_revenue",), "select * from kpi_revenue where branch_id = ?", (payload,)
    )
    for scope in (ALL, Scope(("C01",)), Scope((payload,))):
        assert rows(question, scope, release) == []
    assert len(rows(everything("kpi_revenue"), ALL, release)) == 5


@pytest.mark.parametrize("scope", [ALL, Scope(("C01",)), Scope(None, False)])
@pytest.mark.parametrize(
    "sql",
    [
        "select * from kpi_values",
        "select * from main.kpi_revenue",
        "select * from kpi_revenue join main.kpi_revenue using (branch_id)",
        "select * from KPI_VALUES",
        "select * from kpi_revenue where branch_id in (select kpi from kpi_values)",
        "select (select count(*) from fct_bills) from kpi_revenue",
        "with kpi_revenue as (select * from kpi_revenue) select * from kpi_revenue",
        "with Kpi_Revenue as (select 1) select * from kpi_revenue",
        "with kpi_values as (select 1) select * from kpi_revenue, kpi_values",
        "with visible_branches as (select 'C02') select * from kpi_revenue",
        "select * from query_table('kpi_revenue')",
        "select * from query('select * from kpi_values')",
        "select * from read_csv('/etc/passwd')",
        "select * from read_text('/etc/passwd')",
        "select * from read_parquet('/etc/passwd')",
        "select * from glob('/*')",
        "select * from '/etc/passwd'",
        "select * from duckdb_settings()",
        "select * from duckdb_tables",
        "select * from information_schema.tables",
        "select * from sqlite_master",
        "select getenv('HOME') from kpi_revenue",
        "describe kpi_revenue",
        "select * from (describe kpi_values)",
        "show tables",
        "select 1; select 2",
        "insert into kpi_revenue select * from kpi_revenue",
        "drop table kpi_revenue",
        "attach '/tmp/x.duckdb' as x",
        "copy kpi_revenue to '/tmp/x.csv'",
        "install httpfs",
        "set enable_external_access = true",
        "pragma database_list",
        "call pragma_version()",
        "select 1) select * from main.kpi_values --",
        "",
        "-- nothing",
    ],
)
def test_what_a_question_does_not_declare_is_refused(release, sql, scope):
    with pytest.raises(JikeError):
        rows(Question(("kpi_revenue",), sql), scope, release)


def test_a_table_without_branch_is_closed_to_every_scope(release):
    for scope in (ALL, Scope(("P",))):
        with pytest.raises(JikeError, match="dim_secret has no branch_id"):
            rows(everything("dim_secret"), scope, release)


def test_a_table_that_is_missing_is_named(release):
    with pytest.raises(JikeError, match="the release has no table kpi_hotline"):
        rows(everything("kpi_hotline"), ALL, release)


def test_shared_tables_are_the_same_for_everyone(release):
    for table in ("checks", "deliveries", "dim_kpis", "quarantine"):
        found = rows(everything(table), Scope(("C01",)), release)
        assert found == rows(everything(table), ALL, release)
        assert len(found) == 1


@pytest.mark.parametrize("branches", [None, ("C01",)])
def test_protected_columns_are_masked_unless_the_viewer_may_see_them(release, branches):
    masked = rows(everything("dim_customers"), Scope(branches, False), release)
    assert {row["customer_name"] for row in masked} == {"***"}
    assert {row["account_manager_id"] for row in masked} == {"***"}
    shown = rows(everything("dim_customers"), Scope(branches), release)
    assert "***" not in {row["customer_name"] for row in shown}


def test_a_masked_column_cannot_be_searched(release):
    question = Question(
        ("dim_customers",),
        "select * from dim_customers where customer_name like ?",
        ("名称%",),
    )
    assert rows(question, Scope(None, False), release) == []
    assert len(rows(question, ALL, release)) == 5


def test_the_order_of_a_question_is_kept_within_a_scope(release):
    question = Question(
        ("fct_bills",),
        "with a as (select * from fct_bills) select * from a "
        "order by billed_amount_yuan desc, branch_id limit 3",
    )
    found = rows(question, Scope(("C01", "C02")), release)
    assert [(r["billed_amount_yuan"], r["branch_id"]) for r in found] == [
        (2, "C01"),
        (2, "C02"),
        (1, "C01"),
    ]
