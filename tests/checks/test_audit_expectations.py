"""An audit whose expectations cannot be read, are none or others; what it keeps."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from jike.checks.audit import audit
from jike.checks.expectations import EXPECTATIONS, load_file
from jike.ground.errors import AuditError
from jike.ground.home import Home
from tests.checks.fixtures.held import recorded
from tests.fixtures.small_build import write_build

pytestmark = pytest.mark.slow


CANARY = "PII-13800138000"


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
