"""What held a build can be accepted, with a reason and for that build alone."""

import json

import pytest

from jike.checks.audit import audit
from jike.checks.reconcile import ROWS_DO_NOT_FALL
from jike.ground.durable import write_json
from jike.ground.errors import AuditError, WrongInputError
from jike.releases.manifest import SCHEMA_VERSION
from jike.releases.opening import held
from tests.checks.fixtures.held import failed, recorded, serve
from tests.fixtures.small_build import finish_build, write_build

pytestmark = pytest.mark.slow


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


def test_nothing_to_compare_with_is_a_warning_and_never_a_hold(home):
    serve(home, "create table fct_bills as select * from range(9) as t (bill_line_id)")
    next(home.releases.glob("*.duckdb")).write_bytes(b"damaged")
    write_build(home)

    (found,) = [r for r in audit(home).results if r.check_name == ROWS_DO_NOT_FALL]

    assert (found.checked_table, found.status) == ("release", "warning")
    assert "was changed after publishing" in found.message


@pytest.mark.parametrize(
    ("former", "told"),
    [
        ({"nrr_lag_months": "12,1", "gone": 1}, {"marts.fct_bills": "failed"}),
        ({"nrr_lag_months": 12}, {"release": "warning"}),
    ],
    ids=["the same", "others"],
)
def test_only_builds_with_the_same_parameters_are_compared(home, former, told):
    serve(home, "create table fct_bills as select * from range(9) as t (bill_line_id)")
    (path,) = home.releases.glob("0*.json")
    manifest = json.loads(path.read_text("utf-8"))
    write_json(path, manifest | {"parameters": former})
    finish_build(write_build(home), parameters={"nrr_lag_months": "12,1", "new": 1})
    if "failed" in told.values():
        failed(home)
    else:
        audit(home)

    found = [
        r for r in recorded(home)["results"] if r["check_name"] == ROWS_DO_NOT_FALL
    ]
    assert {one["checked_table"]: one["status"] for one in found} == told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"tables_sha256": "of another version"}, {"marts.fct_bills": "failed"}),
        ({"schema_version": 1}, {"marts.fct_bills": "warning"}),
    ],
    ids=["other columns", "other meaning"],
)
def test_a_release_of_another_version_is_compared_in_what_both_have(home, change, told):
    """A mart that the program does not make any more has lost nothing."""
    serve(
        home,
        "create table fct_bills as select * from range(9) as t (bill_line_id);"
        "create table fct_old as select 1 as a",
    )
    (path,) = home.releases.glob("0*.json")
    former = {"schema_version": SCHEMA_VERSION, "tables_sha256": ""}
    write_json(path, json.loads(path.read_text("utf-8")) | former | change)
    write_build(home)
    if "failed" in told.values():
        failed(home)
    else:
        audit(home)

    found = [
        result
        for result in recorded(home)["results"]
        if result["check_name"] == ROWS_DO_NOT_FALL
    ]
    assert {one["checked_table"]: one["status"] for one in found} == told


def test_what_a_source_delivered_can_be_accepted(home):
    write_build(home, "update raw.deliveries set rows_read = 5 where rowid = 0")
    check = "raw.deliveries.rows_balance"
    assert failed(home) == {check}

    assert audit(home, accept=check, because="known").verdict == "passed"


def test_a_row_with_a_wrong_year_holds_the_build_and_is_named(home):
    write_build(
        home,
        "insert into raw.later_rows values ('crm', '2025-09-30', 'bills', 'b.csv', 7, "
        "'bill_month', '2052-09-01'), ('crm', '2025-09-30', 'calls', 'c.csv', 8, "
        "'ended_at', '2025-10-01')",
    )
    check = "raw.later_rows.dates_are_near_their_delivery"

    with pytest.raises(AuditError) as held_up:
        audit(home)

    assert check in str(held_up.value)
    assert (
        "b.csv line 7, column bill_month: 2052-09-01, delivered on 2025-09-30"
        in str(held_up.value)
    )
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
