"""The gate: a build passes when everything was checked, and fails closed otherwise."""

import json
import os
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jike.checks import audit as module
from jike.checks.audit import audit
from jike.checks.expectations import EXPECTATIONS, load_expectations, load_file
from jike.checks.lineage import Lineage
from jike.checks.reconcile import ROWS_DO_NOT_FALL, reconcile
from jike.checks.running import safe_message
from jike.ground.durable import sha256_of, write_json
from jike.ground.errors import AuditError, WrongInputError
from jike.ground.home import Home
from jike.pages.tried import questions_of_pages
from jike.releases.manifest import SCHEMA_VERSION
from jike.releases.opening import held
from jike.releases.publish import CHECKS, publish
from tests.fixtures.small_build import finish_build, mart_columns, write_build

pytestmark = pytest.mark.slow

CANARY = "PII-13800138000"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def recorded(home: Home, run: str = "000001") -> dict[str, object]:
    path = home.state / "audits" / f"{run}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def failed(home: Home) -> set[str]:
    """Audit, expect to be held, and give the checks that failed."""
    with pytest.raises(AuditError) as held_up:
        audit(home)
    record = recorded(home)
    assert record["verdict"] == "held"
    names = {
        f"{result['checked_table']}.{result['check_name']}"
        for result in record["results"]
        if result["status"] == "failed"
    }
    assert any(name in str(held_up.value) for name in names)
    assert "\n" not in str(held_up.value)
    return names


def serve(home: Home, sql: str) -> None:
    """Publish a file with the given tables, as a release."""
    home.releases.mkdir(parents=True)
    path = home.releases / "new.duckdb"
    with duckdb.connect(str(path)) as con:
        con.execute(sql)
    sha256 = sha256_of(path)
    name = f"000001_{sha256[:12]}.duckdb"
    path.rename(home.releases / name)
    manifest = {
        "number": 1,
        "file": name,
        "sha256": sha256,
        "schema_version": SCHEMA_VERSION,
        "run": "000000",
        "as_of": "2025-08-31",
        "published_at": "2025-09-01T00:00:00+00:00",
        "is_sample": False,
        "checks_passed": 1,
        "checks_warned": 0,
    }
    write_json((home.releases / name).with_suffix(".json"), manifest)
    write_json(home.releases / "current.json", {"file": name})


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
    assert {row[5] for row in rows} == {"passed"}
    touched = {row[1]: row[9] for row in rows}
    assert touched["raw.bills"] == "active_customers info_revenue operating_revenue"
    assert touched["marts.kpi_revenue"] == "info_revenue operating_revenue"


def test_entities_that_were_not_delivered_are_left_out(home):
    write_build(home)

    tables = {result.checked_table for result in audit(home).results}

    assert {"raw.customers", "raw.bills"} <= tables
    assert not {"raw.calls", "raw.orders", "raw.members"} & tables


def test_an_entity_delivered_without_rows_is_a_warning(home):
    write_build(
        home,
        "update raw.entities set is_delivered = true where entity = 'calls'",
    )

    results = [r for r in audit(home).results if r.checked_table == "raw.calls"]

    assert [(result.check_name, result.status) for result in results] == [
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
    write_build(home, ";".join(f"delete from marts.{mart}" for mart in marts))

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


@pytest.fixture
def expectations(tmp_path: Path) -> Path:
    folder = tmp_path / "expectations"
    shutil.copytree(EXPECTATIONS, folder)
    return folder


def held_with(home: Home, expectations: Path) -> list[dict[str, str]]:
    with pytest.raises(AuditError):
        audit(home, expectations=expectations)
    record = recorded(home)
    assert record["verdict"] == "held"
    return [result for result in record["results"] if result["status"] == "failed"]


def test_expectations_that_cannot_be_read_hold_the_build(home, expectations):
    write_build(home)
    (expectations / "marts" / "kpi" / "kpi_values.yml").write_text("table: kpi_values")

    (result,) = held_with(home, expectations)

    assert "kpi_values.yml" in result["message"]


def test_an_empty_folder_of_expectations_holds_the_build(home, expectations):
    write_build(home)
    shutil.rmtree(expectations / "raw")

    (result,) = held_with(home, expectations)

    assert "holds no expectation file" in result["message"]


def test_nothing_evaluated_holds_the_build(home, expectations):
    write_build(home)
    for path in expectations.glob("*/**/*.yml"):
        if path.stem not in {"calls", "fct_nrr"}:
            path.unlink()
    file = expectations / "marts" / "fct" / "revenue" / "fct_nrr.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("[bills]", "[visits]"))
    assert load_file(file).needs_all == ("visits",)

    assert "is_checked" in {r["check_name"] for r in held_with(home, expectations)}


def test_a_weakened_expectation_changes_the_hash_of_the_suite(home, expectations):
    write_build(home)
    before = audit(home, expectations=expectations).suite_hash
    file = expectations / "raw" / "bills.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("0.7", "0.1"))

    assert audit(home, expectations=expectations).suite_hash != before


def test_personal_data_reach_no_artefact(home, expectations, capfd, caplog, tmp_path):
    caplog.set_level("DEBUG")
    file = expectations / "raw" / "customers.yml"
    file.write_text(
        file.read_text(encoding="utf-8")
        + "\n  - unexpected_rows:\n"
        + "      unexpected_rows_query: >-\n"
        + "        select 1 from {batch} where cast(customer_name as int) > 0\n"
        + "    name: quotes_a_value\n    because: {zh: 原因, en: reason}\n"
        + "  - column_values_to_be_in_set: {column: customer_name, value_set: [x]}\n"
        + "    because: {zh: 原因, en: reason}\n"
        + "  - column_distinct_values_to_be_in_set: "
        + "{column: customer_name, value_set: [x]}\n"
        + "    because: {zh: 原因, en: reason}\n",
        encoding="utf-8",
    )
    path = write_build(home, f"update raw.customers set customer_name = '{CANARY}'")

    found = held_with(home, expectations)

    assert len(found) == 3
    artefacts = [p for p in tmp_path.rglob("*") if p.is_file() and p != path]
    assert {p.suffix for p in artefacts} >= {".json", ".parquet"}
    for artefact in artefacts:
        assert CANARY.encode() not in artefact.read_bytes(), artefact
    printed = capfd.readouterr()
    assert CANARY not in printed.out + printed.err + caplog.text
    with duckdb.connect() as con:
        checks = str(path.with_suffix(".checks.parquet"))
        rows = con.execute("select * from read_parquet(?)", [checks]).fetchall()
    assert CANARY not in str(rows)


def test_an_audit_writes_nothing_but_its_record_and_its_results(home, tmp_path):
    write_build(home)
    before = {path for path in tmp_path.rglob("*") if path.is_file()}

    audit(home)

    after = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert {str(path.relative_to(home.root)) for path in after} == {
        "state/audits/000001.json",
        "build/000001.checks.parquet",
    }


def test_an_audit_is_quiet_and_calls_nobody(home):
    write_build(home)
    program = (
        "import logging, socket, sys\n"
        "logging.basicConfig(level=logging.WARNING)\n"
        "def refuse(*_):\n"
        "    print('somebody was called', file=sys.stderr)\n"
        "    raise OSError('no network')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse\n"
        "from jike.checks.audit import audit\n"
        "from jike.ground.home import find_home\n"
        "audit(find_home(sys.argv[1]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(home.root)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "NO_PROXY": "*"},
    )

    assert done.stdout == ""
    assert done.stderr == ""


def test_rows_that_halve_hold_the_build_until_somebody_accepts_it(home):
    serve(home, "create table fct_bills as select * from range(9) as t (bill_line_id)")
    write_build(home)
    check = f"marts.fct_bills.{ROWS_DO_NOT_FALL}"

    assert failed(home) == {check}
    assert held(home).failed == (ROWS_DO_NOT_FALL,)

    record = audit(home, accept=check, because="one city left the group")
    assert record.verdict == "passed"
    (accepted,) = record.accepted
    assert (accepted.check, accepted.because) == (check, "one city left the group")
    assert accepted.by
    assert accepted.at
    (result,) = [r for r in record.results if r.check == check]
    assert (result.status, result.observed) == ("warning", "4 / 9")

    assert audit(home).verdict == "passed"
    assert len(recorded(home)["accepted"]) == 1


def test_what_was_accepted_does_not_carry_over_to_another_build(home):
    serve(home, "create table fct_bills as select * from range(9) as t (bill_line_id)")
    write_build(home)
    check = f"marts.fct_bills.{ROWS_DO_NOT_FALL}"
    audit(home, accept=check, because="one city left")
    write_build(home, "update marts.dim_kpis set owner = 'somebody'")

    assert failed(home) == {check}


def test_rows_may_fall_to_the_limit_and_a_vanished_mart_has_lost_all(home):
    serve(
        home,
        "create table fct_bills as select * from range(8) as t (bill_line_id);"
        "create table fct_old as select 1 as a; create table checks as select 1 as a;"
        "create table quarantine as select 1 as a",
    )
    write_build(home)

    assert failed(home) == {f"marts.fct_old.{ROWS_DO_NOT_FALL}"}


def test_a_release_that_cannot_be_opened_holds_the_build(home):
    serve(home, "create table fct_bills as select 1 as a")
    next(home.releases.glob("*.duckdb")).write_bytes(b"damaged")
    write_build(home)

    assert failed(home) == {f"release.{ROWS_DO_NOT_FALL}"}


def test_what_a_source_delivered_can_be_accepted(home):
    write_build(home, "update raw.deliveries set rows_read = 5 where rowid = 0")
    check = "raw.deliveries.rows_balance"
    assert failed(home) == {check}

    assert audit(home, accept=check, because="known").verdict == "passed"


@pytest.mark.parametrize(
    ("change", "accept"),
    [
        ("", "raw.bills.no_such_check"),
        ("", "raw.bills.recent_months_have_no_gap"),
        (
            "delete from marts.kpi_values where kpi = 'active_customers'",
            "marts.kpi_values.measured_kpis_have_values",
        ),
        (
            "alter table raw.bills drop column due_on",
            "raw.bills.due_on_is_not_before_bill_month",
        ),
    ],
)
def test_what_did_not_fail_or_was_computed_here_cannot_be_accepted(
    home, change, accept
):
    write_build(home, change)

    with pytest.raises(WrongInputError, match="--accept"):
        audit(home, accept=accept, because="I say so")

    assert recorded(home)["accepted"] == []
    assert recorded(home)["verdict"] == ("held" if change else "passed")


def test_accepting_needs_a_reason(home):
    write_build(home)

    with pytest.raises(WrongInputError, match="--because"):
        audit(home, accept="raw.bills.recent_months_have_no_gap")


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
