"""Every expectation can fail: each has rows that it catches and no other does."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest
import yaml

from jike.checks.expectations import (
    EXPECTATIONS,
    ROW_COUNT,
    ExpectationFile,
    load_expectations,
    load_file,
    schema_folder,
)
from jike.checks.running import Outcome, evaluate
from jike.deliveries.contract import contract
from jike.deliveries.free_cuts import MOST_MEMBERS
from jike.deliveries.raw import empty_raw
from jike.ground.errors import JikeError
from jike.ground.home import PROJECT
from tests.fixtures.small_build import empty_tables, mart_columns

AS_OF = date(2025, 9, 30)
CASES = Path(__file__).parent / "expectation_cases"
PATHS = sorted(EXPECTATIONS.glob("*/**/*.yml"))
UNDER_TEST = pytest.mark.parametrize(
    "path", PATHS, ids=lambda path: f"{schema_folder(path).name}.{path.stem}"
)


MARTS = mart_columns()


def case_of(file: ExpectationFile) -> dict[str, object]:
    (path,) = (CASES / file.schema).rglob(f"{file.table}.yml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def faults_of(file: ExpectationFile) -> Iterator[tuple[str, str]]:
    """Give each check's name with the SQL that makes the sound table faulty."""
    for name, statements in case_of(file)["faults"].items():
        for sql in [statements] if isinstance(statements, str) else statements:
            yield name, sql


def outcomes_of(path: Path, file: ExpectationFile) -> list[Outcome]:
    return evaluate(path, [file], AS_OF)


def caught(outcomes: list[Outcome]) -> set[str]:
    assert [outcome.message for outcome in outcomes if outcome.message] == []
    return {outcome.check_name for outcome in outcomes if outcome.status != "passed"}


@UNDER_TEST
def test_every_expectation_has_a_case_that_makes_it_fail(path):
    file = load_file(path)

    names = {expectation.name for expectation in file.expectations}

    assert set(case_of(file)["faults"]) == names


@pytest.mark.slow
@UNDER_TEST
def test_a_sound_table_passes_and_each_fault_is_caught_by_its_check_alone(
    path, tmp_path
):
    file = load_file(path)
    path = tmp_path / "build.duckdb"
    case, faults = case_of(file), list(faults_of(file))
    sound = f"{file.schema}.{file.table}"
    with duckdb.connect(str(path)) as con:
        empty_tables(con)
        con.execute("delete from raw.entities")
        con.execute(case.get("also", "select 1"))
        con.execute(f"insert into {sound} by name {case['sound']}")
        for number, (_, sql) in enumerate(faults):
            con.execute(f"create table {sound}__{number} as select * from {sound}")
            con.execute(sql.replace("{table}", f"{sound}__{number}"))

    tables = [file.table, *(f"{file.table}__{n}" for n in range(len(faults)))]
    found = evaluate(path, [replace(file, table=table) for table in tables], AS_OF)

    by_table = {
        table: caught([outcome for outcome in found if outcome.checked_table == table])
        for table in {outcome.checked_table for outcome in found}
    }
    assert by_table.pop(sound) == set()
    assert {
        (sql, *by_table[f"{sound}__{number}"]) for number, (_, sql) in enumerate(faults)
    } == {(sql, name) for name, sql in faults}


QUIET = {
    "credits only": "insert into raw.bills by name select 'K1' as customer_id, "
    "date '2025-09-01' as bill_month, -100 as amount",
    "nothing but an order that is open": "insert into raw.orders by name select "
    "'K1' as customer_id, 'new' as order_type, 'open' as status",
    "an order that is over before a month ends": "insert into raw.orders by name "
    "select 'K1' as customer_id, 'S' as subscription_id, "
    "unnest(['new', 'terminate']) as order_type, 'completed' as status, "
    "timestamp '2025-08-02' as completed_at",
    "bills before the order": "insert into raw.bills by name select 'K1' as "
    "customer_id, date '2025-03-01' as bill_month, 100 as amount; "
    "insert into raw.orders by name select 'K1' as customer_id, 'S' as "
    "subscription_id, 'new' as order_type, 'completed' as status, "
    "timestamp '2025-08-02' as completed_at",
}


@pytest.mark.parametrize("delivered", QUIET.values(), ids=QUIET)
@pytest.mark.parametrize("mart", ["fct_customer_months", "kpi_customers"])
def test_that_nobody_is_active_is_no_broken_load(mart, delivered, tmp_path):
    (found,) = [file for file in load_expectations() if file.table == mart]
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as con:
        empty_tables(con)
        con.execute(
            "insert into raw.customers by name select 'K1' as customer_id, "
            "date '2025-09-30' as snapshot_on, 'active' as status"
        )
        con.execute(delivered)
    assert caught(evaluate(path, [found], AS_OF)) == set()


def test_every_entity_and_every_mart_has_an_expectation_file():
    raw = {*contract().entities, "deliveries", "entities", "later_rows"}

    assert {path.stem for path in PATHS if schema_folder(path).name == "raw"} == raw
    assert {path.stem for path in PATHS if schema_folder(path).name == "marts"} == set(
        MARTS
    )


def test_every_raw_file_warns_when_an_entity_comes_without_rows():
    files = load_expectations()
    entities = [file for file in files if file.table in contract().entities]

    severities = {
        expectation.severity
        for file in entities
        for expectation in file.expectations
        if expectation.key == ROW_COUNT
    }
    assert severities == {"warning"}
    assert all(any(e.key == ROW_COUNT for e in f.expectations) for f in entities)


@pytest.mark.parametrize(
    "mart", sorted(mart for mart in MARTS if mart.startswith("fct_parts_"))
)
def test_every_finer_part_is_compared_with_the_cube(mart):
    (path,) = [path for path in PATHS if path.stem == mart]
    (entry,) = [
        entry
        for entry in yaml.safe_load(path.read_text(encoding="utf-8"))["expect"]
        if entry.get("shared") == "finer_parts_add_up_to_the_cube"
    ]
    cell, carried = entry["cell"].split(", "), ["free_cuts", "protected_cuts"]

    assert entry["family"] == mart.removeprefix("fct_parts_")
    assert sorted(cell + carried + entry["columns"]) == sorted(MARTS[mart])


def test_free_cuts_are_expected_as_they_are_read():
    (file,) = [file for file in load_expectations() if file.table == "dim_free_cuts"]
    by_name = {e.name: e.arguments for e in file.expectations}
    families = by_name["families_are_those_that_have_finer_parts"]["value_set"]
    listed = by_name["members_of_open_cuts_are_listed"]["unexpected_rows_query"]

    assert sorted(families) == sorted(
        entity.free_cuts for entity in contract().entities.values() if entity.free_cuts
    )
    assert f"cuts.members <= {MOST_MEMBERS}\n" in listed


def test_reasons_are_said_in_both_languages():
    expectations = [e for file in load_expectations() for e in file.expectations]
    reasons = [(e.because_zh, e.because_en) for e in expectations]

    assert all(zh and en and zh != en for zh, en in reasons)
    assert all(
        any("\u4e00" <= letter <= "\u9fff" for letter in zh) for zh, _ in reasons
    )


def write_bills(folder: Path, text: str) -> Path:
    path = folder / "raw" / "bills.yml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


HEAD = "table: bills\ngrain: one row per bill line\nexpect:\n"
WHY = "\n    because: {zh: 原因, en: reason}"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("- column_valuez_to_not_be_null: {column: amount}" + WHY, "column_valuez"),
        ("- column_values_to_not_be_null: {colum: amount}" + WHY, "colum"),
        (
            "- column_values_to_be_between: {column: amount, min_valu: 0}" + WHY,
            "min_valu",
        ),
        ("- column_values_to_not_be_null: {column: amount}", "because"),
        (
            "- column_values_to_not_be_null: {column: amount}\n    because: {en: x}",
            "zh",
        ),
        (
            "- column_values_to_not_be_null: {column: amount}\n    severity: high"
            + WHY,
            "severity",
        ),
        (
            "- unexpected_rows: {unexpected_rows_query: 'select 1 from {batch}'}" + WHY,
            "name",
        ),
        (
            "- unexpected_rows: {unexpected_rows_query: 'select 1 from raw.bills'}"
            "\n    name: reads_something_else" + WHY,
            "batch",
        ),
        (
            "- unexpected_rows: {unexpected_rows_query: 'select {wrong} from {batch}'}"
            "\n    name: braces\n    where: {kind: usage}" + WHY,
            "where",
        ),
        (
            "- table_row_count_to_be_between: {min_value: 1}"
            "\n    table_column_count_to_equal: {value: 3}" + WHY,
            "one expectation",
        ),
        ("- table_row_count_to_be_between" + WHY, "bills.yml"),
        ("- shared: newest_mouth_is_whole" + WHY, "newest_month_is_whole"),
        ("- shared: newest_month_is_whole\n    column: bill_month" + WHY, "share"),
        ("- shared: delivered_rows\n    column: bill_month", "column"),
    ],
)
def test_what_is_misspelt_or_missing_is_refused_when_the_file_is_read(
    entry, said, tmp_path
):
    path = write_bills(tmp_path, f"{HEAD}  {entry}\n")
    shutil.copy(EXPECTATIONS / "shared.yml", tmp_path)

    with pytest.raises(JikeError, match=said) as refused:
        load_file(path)

    assert "bills.yml" in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "table: bills\n",
        "table: bills\ngrain: one row\nexpect: []\n",
        f"{HEAD}  - table_row_count_to_equal: {{value: 1}}{WHY}".replace(
            "bills", "calls"
        ),
        f"{HEAD}  - table_row_count_to_equal: {{value: 1}}{WHY}\nneed: [bills]\n",
        f"{HEAD}" + f"  - table_row_count_to_equal: {{value: 1}}{WHY}\n" * 2,
        "expect: [",
    ],
)
def test_a_file_that_expects_nothing_or_says_it_wrongly_is_refused(text, tmp_path):
    with pytest.raises(JikeError, match="bills"):
        load_file(write_bills(tmp_path, text))


def test_a_folder_without_files_is_refused(tmp_path):
    with pytest.raises(JikeError, match="no expectation file"):
        load_expectations(tmp_path)


@pytest.mark.slow
def test_a_condition_limits_the_rows_that_are_looked_at(tmp_path):
    file = load_file(
        write_bills(
            tmp_path,
            HEAD
            + f"""
  - column_values_to_be_between: {{column: amount, min_value: 0}}
    where: {{kind: [usage, recurring], paid_by: null}}{WHY}
  - column_values_to_be_between: {{column: amount, min_value: 0}}
    name: everywhere{WHY}
  - column_values_to_not_be_null: {{column: paid_by}}
    where: {{kind: adjustment}}
    severity: warning{WHY}
""",
        )
    )
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as con:
        empty_raw(con)
        con.execute(
            "insert into raw.bills by name select * from (values "
            "('a', -1, 'adjustment', null), ('b', 1, 'usage', null), "
            "('c', -1, 'usage', 'member')) as t (bill_line_id, amount, kind, paid_by)"
        )

    found = {outcome.check_name: outcome for outcome in outcomes_of(path, file)}

    assert found["amount_values_to_be_between"].status == "passed"
    assert found["everywhere"].status == "failed"
    assert found["everywhere"].observed == "2 / 3"
    assert found["paid_by_values_to_not_be_null"].status == "warning"
    assert found["paid_by_values_to_not_be_null"].column_name == "paid_by"


@pytest.mark.slow
def test_what_cannot_be_evaluated_has_failed_and_says_why_without_values(tmp_path):
    file = load_file(
        write_bills(
            tmp_path,
            HEAD
            + f"""
  - table_row_count_to_be_between: {{min_value: 1}}{WHY}
  - column_values_to_not_be_null: {{column: nowhere}}
    severity: warning{WHY}
  - unexpected_rows:
      unexpected_rows_query: select nowhere from {{batch}}
    name: no_such_column{WHY}
  - unexpected_rows:
      unexpected_rows_query: select 1 from {{batch}} where cast(bill_line_id as int) > 0
    name: quotes_a_value{WHY}
""",
        )
    )
    path = tmp_path / "build.duckdb"
    with duckdb.connect(str(path)) as con:
        empty_raw(con)
        con.execute(
            "insert into raw.bills by name select 'PII 13800138000' bill_line_id"
        )

    found = {outcome.check_name: outcome for outcome in outcomes_of(path, file)}

    assert found.pop("table_row_count_to_be_between").status == "passed"
    assert {outcome.status for outcome in found.values()} == {"failed"}
    assert "nowhere" in found["nowhere_values_to_not_be_null"].message
    assert "nowhere" in found["no_such_column"].message
    assert found["quotes_a_value"].message
    assert "13800138000" not in str(found)


def test_the_folder_of_the_project_is_the_one_that_is_read():
    assert PROJECT / "expectations" == EXPECTATIONS


@pytest.mark.parametrize(
    ("branches", "told"),
    [
        ([("A1", "A1", "A1"), ("A2", "A2", "A2")], True),
        ([("A1", "A1", "A1"), ("A2", "A2", "East")], False),
        ([("A1", "东", "A1"), ("A2", "A2", "A2")], False),
        ([("城东", "城东", "城东"), ("城西", "城西", "城西")], False),
        ([("all", "all", "all")], False),
        ([], False),
    ],
)
def test_branches_lack_names_where_none_has_one(branches, told):
    (path,) = EXPECTATIONS.rglob("dim_branches.yml")
    checks = yaml.safe_load(path.read_text(encoding="utf-8"))["expect"]
    query = checks[1]["unexpected_rows"]["unexpected_rows_query"]
    with duckdb.connect() as con:
        con.execute("create table b (branch_id text, name_zh text, name_en text)")
        for branch in branches:
            con.execute("insert into b values (?, ?, ?)", branch)
        assert bool(con.execute(query.format(batch="b")).fetchall()) == told
