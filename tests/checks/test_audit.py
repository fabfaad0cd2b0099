"""The gate: a build passes when everything was checked, and fails closed otherwise."""

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jike.checks import audit as module
from jike.checks.audit import audit
from jike.checks.expectations import load_expectations
from jike.checks.lineage import Lineage
from jike.checks.reconcile import reconcile
from jike.checks.running import NOT_APPLICABLE, safe_message
from jike.ground.durable import sha256_of, write_json
from jike.ground.errors import AuditError, WrongInputError
from jike.pages.tried import questions_of_pages
from jike.releases.publish import CHECKS, publish
from tests.checks.fixtures.held import failed, recorded
from tests.fixtures.small_build import finish_build, mart_columns, write_build

pytestmark = pytest.mark.slow


def test_a_sound_build_passes_and_its_record_is_bound_to_the_file(home):
    path = write_build(home)

    record = audit(home)

    assert record.verdict == "passed"
    assert record.as_of == date(2025, 9, 30)
    assert record.counts["failed"] == 0
    assert record.counts["passed"] > 60
    written = recorded(home)
    assert written["build_sha256"] == sha256_of(path)
    assert written["as_of"] == "2025-09-30"
    assert len(written["suite_hash"]) == 64
    assert len(written["results"]) == sum(record.counts.values())


def test_the_results_are_written_as_a_table_with_what_they_touch(home):
    path = write_build(home)
    audit(home)

    with duckdb.connect() as con:
        checks = con.execute(
            "select * from read_parquet(?)", [str(path.with_suffix(".checks.parquet"))]
        )
        assert [column[0] for column in checks.description] == [
            name for name, _ in CHECKS
        ]
        rows = checks.fetchall()

    assert len(rows) == sum(recorded(home)["counts"].values())
    assert {row[0] for row in rows} == {"000001"}
    assert {row[5] for row in rows} == {"passed", NOT_APPLICABLE}
    touched = {row[1]: row[9] for row in rows}
    assert touched["raw.bills"] == "active_customers info_revenue operating_revenue"
    assert touched["marts.kpi_revenue"] == "info_revenue operating_revenue"


def test_what_was_not_delivered_is_not_applicable_and_says_so(home):
    write_build(
        home,
        "update raw.presence set is_present = false "
        "where entity = 'customers' and column_name = 'closed_on'; "
        "update marts.dim_parts set is_measured = false where part = 'info_revenue'; "
        "update marts.dim_part_periods set is_measured = false, lacking = 'bills.x' "
        "where part = 'info_revenue'",
    )

    record = audit(home)

    lacks = {}
    for result in record.results:
        if result.status == NOT_APPLICABLE:
            lacks.setdefault(result.observed, set()).add(result.check)
    assert record.verdict == "passed"
    assert record.counts[NOT_APPLICABLE] == sum(map(len, lacks.values()))
    assert "raw.calls.some_calls_are_answered" in lacks["not delivered: calls"]
    assert lacks["not delivered: customers.closed_on"] == {
        "raw.customers.closed_on_is_not_before_joined_on",
        "raw.customers.closures_are_dated",
    }
    assert lacks["not delivered: bills.x"] == {
        "marts.kpi_revenue.some_revenue_is_information_revenue"
    }


def test_an_entity_delivered_without_rows_is_a_warning(home):
    write_build(
        home,
        "update raw.entities set is_delivered = true where entity = 'calls'",
    )

    results = [r for r in audit(home).results if r.checked_table == "raw.calls"]

    checked = [result for result in results if result.status != NOT_APPLICABLE]
    assert [(result.check_name, result.status) for result in checked] == [
        ("table_row_count_to_be_between", "warning")
    ]


def test_a_warning_lets_the_build_pass(home):
    write_build(home, "update raw.bills set paid_on = '2025-12-01'")

    record = audit(home)

    assert record.verdict == "passed"
    assert record.counts["warning"] == 1


def test_every_empty_mart_holds_the_build(home):
    # These three may be empty; the audit compares them with what they must agree with.
    marts = set(mart_columns()) - {"dim_targets", "fct_lost_customers", "fct_nrr"}
    # Only customers and bills were delivered here, neither orders nor targets.
    marts -= {"fct_services", "fct_scores"}
    rules = ("table_row_count_to_", "rows_when_")
    marts &= {
        file.table
        for file in load_expectations()
        if file.applies({"customers", "bills"})
        and any(expected.name.startswith(rules) for expected in file.expectations)
    }
    photographed = (
        "update raw.customers set snapshot_on = '2024-12-31' "
        "where snapshot_on = '2025-08-31'"
    )
    deleted = (f"delete from marts.{mart}" for mart in marts)
    write_build(home, ";".join([photographed, *deleted]))

    counted = {name for name in failed(home) if name.split(".")[2].startswith(rules)}

    assert {name.split(".")[1] for name in counted} == marts


@pytest.mark.parametrize(
    ("change", "caught_by"),
    [
        (
            "update marts.fct_bills set billed_amount_yuan = billed_amount_yuan + 0.01 "
            "where rowid = 0",
            "marts.fct_bills.totals_equal_raw_bills",
        ),
        (
            "delete from marts.fct_bills where kpi_month = '2025-08-01'",
            "marts.fct_bills.totals_equal_raw_bills",
        ),
        (
            "update marts.kpi_revenue set operating_revenue = 0 where rowid = 0; "
            "update marts.kpi_values set numerator = 100.25, kpi_value = 100.25 "
            "where kpi = 'operating_revenue'",
            "marts.kpi_revenue.totals_equal_raw_bills",
        ),
        (
            "update marts.kpi_values set numerator = 1 "
            "where kpi = 'info_revenue' and branch_id = 'C01' and period = '2025-09'",
            "marts.kpi_values.branches_add_up",
        ),
        (
            "delete from marts.kpi_values "
            "where kpi = 'info_revenue' and branch_id = 'total' and period = '2025-08'",
            "marts.kpi_values.branches_add_up",
        ),
        (
            "delete from marts.fct_customer_months where rowid = 0",
            "marts.fct_customer_months.rows_equal_active_customers",
        ),
        (
            "insert into marts.fct_lost_customers by name "
            "select date '2025-09-01' as kpi_month, 'K9' as customer_id",
            "marts.fct_lost_customers.rows_equal_lost_customers",
        ),
        (
            "delete from marts.fct_cohort where rowid = 0",
            "marts.fct_cohort.rows_equal_cohort_customers",
        ),
        (
            "delete from marts.fct_customer_values where rowid = 0",
            "marts.fct_customer_values.rows_equal_active_customers",
        ),
        (
            "insert into marts.fct_warnings by name "
            "select date '2025-09-01' as kpi_month, 'K9' as customer_id",
            "marts.fct_warnings.rows_equal_warned_customers",
        ),
        (
            "delete from marts.kpi_values where kpi = 'active_customers'",
            "marts.kpi_values.measured_kpis_have_values",
        ),
    ],
)
def test_tables_that_disagree_hold_the_build(home, change, caught_by):
    write_build(home, change)

    assert caught_by in failed(home)


def test_each_disagreement_is_found_by_its_reconciliation_alone(home):
    write_build(
        home,
        "update marts.fct_bills set billed_amount_yuan = 100.26 where rowid = 0",
    )
    assert failed(home) == {"marts.fct_bills.totals_equal_raw_bills"}

    write_build(home, "delete from marts.kpi_values where kpi = 'active_customers'")
    assert failed(home) == {"marts.kpi_values.measured_kpis_have_values"}


def test_bills_after_as_of_are_in_no_total(home):
    write_build(
        home,
        "insert into raw.bills by name select 'late' as bill_line_id, "
        "'K1' as customer_id, date '2025-10-01' as bill_month, 5 as amount, "
        "'usage' as kind",
    )

    assert audit(home).verdict == "passed"


@pytest.mark.parametrize(
    ("change", "caught_by"),
    [
        ("drop table marts.kpi_revenue", "marts.kpi_revenue.exists"),
        ("drop table raw.calls", "raw.calls.exists"),
        ("drop schema marts cascade", "marts.kpi_values.exists"),
        ("drop schema raw cascade", "build.can_be_checked"),
        (
            "alter table raw.bills drop column due_on",
            "raw.bills.due_on_is_not_before_bill_month",
        ),
        (
            "alter table marts.kpi_values drop column denominator",
            "marts.kpi_values.denominators_are_not_negative",
        ),
        (
            "alter table marts.kpi_revenue drop column operating_revenue",
            "marts.kpi_revenue.totals_equal_raw_bills",
        ),
        (
            "update raw.entities set is_delivered = false, rows_accepted = 0",
            "raw.entities.something_is_delivered",
        ),
    ],
)
def test_what_is_missing_in_the_build_holds_it(home, change, caught_by):
    write_build(home, change)

    assert caught_by in failed(home)


def test_a_build_that_is_no_database_is_held(home):
    path = write_build(home)
    path.write_bytes(b"not a database")
    finish_build(path)

    assert failed(home) == {"build.can_be_checked"}


@pytest.mark.parametrize(
    "other", [{"sha256": "0" * 64}, {"as_of": None}, {"dbt_failures": ["not_null_x"]}]
)
def test_a_build_that_is_not_as_it_was_built_is_held(home, other):
    finish_build(write_build(home), **other)

    assert failed(home) <= {"build.is_as_it_was_built", "build.dbt_tests_pass"}


def test_a_build_that_changes_while_it_is_audited_is_held(home, monkeypatch):
    path = write_build(home)
    before = module.reconcile

    def tamper(con, as_of):
        with path.open("ab") as file:
            file.write(b"x")
        return before(con, as_of)

    monkeypatch.setattr(module, "reconcile", tamper)

    assert failed(home) == {"build.stays_as_it_is"}


def test_the_newest_finished_build_is_audited_unless_another_is_named(home):
    write_build(home, run="000001")
    write_build(home, run="000002")
    (home.build / "000003.duckdb").write_bytes(b"unfinished")

    assert audit(home).run == "000002"
    assert audit(home, run="1").run == "000001"
    with pytest.raises(WrongInputError, match="000001, 000002"):
        audit(home, run="7")


def test_without_a_build_the_way_to_one_is_told(home):
    with pytest.raises(WrongInputError, match="jike build"):
        audit(home)


def test_a_killed_audit_leaves_a_build_that_cannot_be_published(home):
    write_build(home)
    audit(home)
    program = (
        "import sys; from jike.checks.audit import audit; "
        "from jike.ground.home import find_home; "
        "audit(find_home(sys.argv[1]))"
    )

    killed = subprocess.run(
        [sys.executable, "-c", program, str(home.root)],
        env={**os.environ, "JIKE_FAILPOINT": "audit:started"},
        check=False,
    )

    assert killed.returncode == 137
    assert recorded(home)["verdict"] == "unfinished"
    with pytest.raises(AuditError):
        publish(home, questions=questions_of_pages)


@given(
    lines=st.lists(
        st.tuples(st.integers(1, 12), st.decimals(-1000, 1000, places=2)), max_size=20
    ),
    cents=st.sampled_from([0, 1, -1]),
)
@settings(deadline=None, max_examples=25)
def test_totals_agree_exactly_when_an_independent_sum_does(lines, cents):
    nothing = (date(2025, 1, 1), Decimal())
    bills = [nothing, *((date(2025, month, 1), amount) for month, amount in lines)]
    shown = [(date(2024, 12, 1), Decimal(cents) / 100), *bills]
    with duckdb.connect() as con:
        con.execute("create schema raw; create schema marts")
        con.execute("create table raw.bills (bill_month date, amount decimal(18, 2))")
        con.execute(
            "create table marts.fct_bills "
            "(kpi_month date, billed_amount_yuan decimal(18, 2))"
        )
        con.executemany(
            "insert into raw.bills values (?, ?)",
            bills,
        )
        con.executemany("insert into marts.fct_bills values (?, ?)", shown)
        (outcome, *_rest) = reconcile(con, date(2025, 12, 31))

    assert outcome.check == "marts.fct_bills.totals_equal_raw_bills"
    assert (outcome.status == "passed") is (
        sum((amount for _, amount in shown), Decimal())
        == sum((amount for _, amount in bills), Decimal())
    )


def test_messages_keep_names_and_drop_values():
    binder = 'Binder Error: Referenced column "x" not found\nLINE 1: ...'
    assert safe_message(binder) == 'Binder Error: Referenced column "x" not found'
    assert (
        safe_message("(_duckdb.ConversionException) Conversion Error: '138' to INT32")
        == "ConversionException"
    )
    assert safe_message("ValueError: 138") == "ValueError"
    assert safe_message("138") == "an unnamed error"


def test_a_table_touches_the_kpis_made_from_it(tmp_path):
    kpis = {"info_revenue": "revenue", "cohort_retention": "retention"}
    manifest = tmp_path / "manifest.json"
    write_json(
        manifest,
        {
            "parent_map": {
                "source.jike.raw.bills": [],
                "source.jike.raw.visits": [],
                "model.jike.stg_bills": ["source.jike.raw.bills"],
                "model.jike.stg_visits": ["source.jike.raw.visits"],
                "model.jike.int_bills": ["model.jike.stg_bills"],
                "model.jike.fct_bills": ["model.jike.int_bills"],
                "model.jike.kpi_revenue": ["model.jike.int_bills"],
                "test.jike.unique": ["model.jike.kpi_revenue"],
                "model.jike.dim_build": [],
            }
        },
    )
    lineage = Lineage(manifest, kpis)

    assert lineage.touched("raw.bills") == "info_revenue"
    assert lineage.touched("marts.kpi_revenue") == "info_revenue"
    assert lineage.touched("marts.fct_bills") == "info_revenue"
    assert lineage.touched("raw.visits") == ""
    assert lineage.touched("marts.dim_build") == "cohort_retention info_revenue"
    assert lineage.touched("raw.deliveries") == "cohort_retention info_revenue"
    assert (
        Lineage(tmp_path / "none.json", kpis).touched("raw.visits")
        == "cohort_retention info_revenue"
    )


def test_a_table_that_names_its_kpis_touches_no_others(tmp_path):
    kpis = {"info_revenue": "revenue", "asa": "hotline", "reconciliation_gap": "books"}
    manifest = tmp_path / "manifest.json"
    write_json(
        manifest,
        {
            "parent_map": {
                "source.jike.raw.calls": [],
                "source.jike.raw.control_totals": [],
                "model.jike.int_calls": ["source.jike.raw.calls"],
                "model.jike.kpi_hotline": ["model.jike.int_calls"],
                "model.jike.fct_control_totals": [
                    "source.jike.raw.control_totals",
                    "model.jike.int_calls",
                ],
            }
        },
    )
    lineage = Lineage(
        manifest, kpis, {"marts.fct_control_totals": ["reconciliation_gap"]}
    )

    assert lineage.touched("marts.fct_control_totals") == "reconciliation_gap"
    assert lineage.touched("raw.control_totals") == "reconciliation_gap"
    assert lineage.touched("raw.calls") == "asa reconciliation_gap"
    assert lineage.touched("marts.kpi_hotline") == "asa"
