"""A build is made whole or not at all, one at a time, and says what went wrong."""

import json
import os
import threading
import time
from pathlib import Path

import duckdb
import pytest

from jike.build.build import BUILDS_KEPT, build
from jike.cli import parser
from jike.ground.durable import only_one, sha256_of
from jike.ground.errors import BusyError, JikeError, WrongInputError
from jike.ground.home import PROJECT, Home, finished_builds, unfinished_builds
from jike.ground.parameters import checked_parameters
from jike.releases.opening import ALL, current_release, rows
from tests.fixtures.shared import files_of_at_most
from tests.fixtures.small_project import (
    DAY,
    MODEL,
    build_in_child,
    write_model,
    write_project,
)
from tests.fixtures.small_release import ASKED, make_release

PAYLOAD = "'; drop table x; --"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project")


def finished(home: Home) -> list[str]:
    return sorted(path.stem for path in home.build.glob("0*.json"))


def test_a_build_is_recorded_with_everything_it_was_made_with(home, project):
    record = build(home, DAY, {"low_base_n": "7"}, project=project)
    written = json.loads((home.build / "000001.json").read_text(encoding="utf-8"))
    assert written["run"] == record.run == "000001"
    assert written["as_of"] == "2025-09-30"
    assert written["parameters"] == {"low_base_n": 7, "cohort_on": ""}
    assert written["sha256"] == sha256_of(record.path)
    assert (written["dbt_warnings"], written["dbt_failures"]) == ([], [])
    assert written["is_sample"] is False
    with duckdb.connect(str(record.path), read_only=True) as con:
        row = con.execute("select distinct as_of, low_base_n from marts.dim_build")
        assert row.fetchall() == [(DAY, 7)]
    assert not record.path.with_name("000001.duckdb.wal").exists()


def test_nothing_delivered_and_no_day_given_is_wrong_input(home, project):
    with pytest.raises(WrongInputError):
        build(home, project=project)
    assert finished(home) == []
    assert not list(home.build.glob("*.duckdb"))


@pytest.mark.slow
def test_only_the_newest_builds_are_kept_and_numbers_go_on(home, project):
    for _ in range(BUILDS_KEPT + 1):
        build(home, DAY, project=project)
    kept = sorted(path.stem for path in home.build.glob("*.duckdb"))
    assert kept == ["000002", "000003", "000004"]
    (home.state / "counter").unlink()
    assert build(home, DAY, project=project).run == "000005"


def test_a_build_sweeps_only_what_a_build_made(home, project):
    home.build.mkdir(parents=True)
    own = ["dev.duckdb", "dev.duckdb.wal", "dev.json", "202509.duckdb", "notes.txt"]
    for name in own:
        (home.build / name).write_text(name)
    assert build_in_child(home, project, "build:prepared") == 137
    killed = unfinished_builds(home)
    assert [path.exists() for path in killed] == [True]
    record = build(home, DAY, project=project)
    assert not any(path.exists() for path in killed)
    assert unfinished_builds(home) == []
    assert finished_builds(home) == [record.path]
    for name in own:
        assert (home.build / name).read_text() == name


def test_dbt_writes_only_below_the_home(home, project):
    before = sorted(project.rglob("*"))
    build(home, DAY, project=project)
    assert sorted(project.rglob("*")) == before
    assert (home.build / "dbt" / "target" / "manifest.json").exists()


# ---- what can be wrong in the project ----


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("select no_such_column from raw.entities", "model dim_build: .*no_such_col"),
        ("select * from raw.no_such_table", "model dim_build: .*no_such_table"),
        ("selec 1", "model dim_build: Parser Error"),
        ("select * from {{ ref('dim_nowhere') }}", "dim_nowhere"),
        ("select {{ no_such_macro() }} as x", "dim_build.*no_such_macro"),
    ],
)
def test_a_model_that_fails_is_named_and_no_build_stays(home, project, sql, names):
    build(home, DAY, project=project)
    write_model(project, sql)
    with pytest.raises(JikeError, match=names) as told:
        build(home, DAY, project=project)
    assert "\n" not in str(told.value)
    assert finished(home) == ["000001"]
    assert [path.stem for path in home.build.glob("*.duckdb")] == ["000001"]


def test_a_message_never_quotes_a_row(home, project):
    write_model(project, "select cast('王小明 139' || entity as int) from raw.entities")
    with pytest.raises(JikeError, match=r"model dim_build: Conversion Error$"):
        build(home, DAY, project=project)
    texts = [p.read_bytes() for p in home.build.rglob("*") if p.is_file()]
    compiled = "王小明 139".encode()
    assert not any(b"139bills" in text or b"139calls" in text for text in texts)
    assert any(compiled in text for text in texts), "the model itself is kept"


TESTED = """
models:
  - name: dim_build
    columns:
      - name: low_base_n
        data_tests:
          - accepted_values: {{arguments: {{values: [30]}}, config: {{severity: {s}}}}}
"""


def test_a_dbt_test_that_fails_stops_the_build_and_is_named(home, project):
    write_model(project, MODEL, TESTED.format(s="error"))
    build(home, DAY, project=project)
    with pytest.raises(JikeError, match=r"test accepted_values_dim_build_low_base_n"):
        build(home, DAY, {"low_base_n": 31}, project=project)
    assert finished(home) == ["000001"]


def test_a_dbt_test_that_warns_is_recorded(home, project):
    write_model(project, MODEL, TESTED.format(s="warn"))
    record = build(home, DAY, {"low_base_n": 31}, project=project)
    assert len(record.dbt_warnings) == 1
    assert "accepted_values_dim_build_low_base_n" in record.dbt_warnings[0]


@pytest.mark.slow
def test_a_column_of_another_type_breaks_the_contract_and_the_build(home, project):
    contract = """
models:
  - name: dim_build
    config: {contract: {enforced: true}}
    columns: [{name: as_of, data_type: date}]
"""
    write_model(project, "select date '2025-09-30' as as_of", contract)
    build(home, DAY, project=project)
    write_model(project, "select '2025-09-30' as as_of", contract)
    with pytest.raises(JikeError, match=r"dim_build.*contract"):
        build(home, DAY, project=project)


# ---- parameters ----


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"low_base": 3}, "low_base does not exist; there are low_base_n, cohort_on"),
        ({"low_base_n": "many"}, "low_base_n must be a whole number, not 'many'"),
        ({"low_base_n": "-1"}, "must be a whole number"),
        ({"low_base_n": "٣"}, "must be a whole number"),
        ({"cohort_on": "2024-13-01"}, "cohort_on must be a date"),
        ({"cohort_on": PAYLOAD}, "cohort_on cannot be"),
        ({"as_of": "2025-01-01"}, "given with --as-of"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused(project, given, told):
    with pytest.raises(WrongInputError, match=told):
        checked_parameters(project, given)


@pytest.mark.parametrize("lags", ["12,0", "", "12;1", "twelve", "-1"])
def test_lags_are_months_above_0(lags):
    with pytest.raises(WrongInputError, match="must be months above 0"):
        checked_parameters(PROJECT, {"nrr_lag_months": lags})


def test_parameters_take_the_type_of_their_default(project):
    given = {"low_base_n": "12", "cohort_on": "2024-12-31"}
    expected = {"low_base_n": 12, "cohort_on": "2024-12-31"}
    assert checked_parameters(project, given) == expected


# ---- one at a time, and killed ----


def test_a_second_build_at_the_same_time_is_told_who_runs(home, project, capsys):
    holder = f"build 000001 running, pid {os.getpid()}, since 20"
    with only_one(home.state / "build.lock", "build 000001"):
        with pytest.raises(BusyError, match=holder):
            build(home, DAY, project=project)
        arguments = ["--home", str(home.root), "build", "--as-of", "2025-09-30"]
        assert parser.main(arguments) == 4
    assert holder in capsys.readouterr().err


@pytest.mark.parametrize(
    "point",
    [
        "build:started",
        pytest.param("build:prepared", marks=pytest.mark.slow),
        pytest.param("build:modelled", marks=pytest.mark.slow),
        pytest.param("build:synced", marks=pytest.mark.slow),
    ],
)
def test_after_a_kill_the_lock_is_free_and_the_next_build_is_fresh(
    home, project, point
):
    assert build_in_child(home, project, point) == 137
    assert finished(home) == []
    record = build(home, DAY, project=project)
    assert record.run == "000002"
    assert [path.name for path in home.build.glob("*.duckdb*")] == ["000002.duckdb"]


def test_fifty_reads_during_a_build_give_one_version_and_no_error(home, project):
    make_release(home, 1)
    answers: set[tuple[int, int, str | None]] = set()
    reads = 0
    builder = threading.Thread(target=lambda: build(home, DAY, project=project))
    builder.start()
    while builder.is_alive() or reads < 50:
        found = current_release(home)
        total = int(rows(ASKED, ALL, found)[0]["total"])
        answers.add((found.number, total, found.alarm))
        reads += 1
        time.sleep(0.01)
    builder.join()
    assert finished(home) == ["000001", "000002"]
    assert answers == {(1, 50, None)}


def test_a_limit_of_the_size_of_files_is_told_as_one(home, project):
    build(home, DAY, project=project)
    write_model(project, "select i, hash(i) as h from range(1000000) as r (i)")
    told = r"not grow beyond 2929 kB here, raise the limit \(ulimit -f\)"
    with files_of_at_most(3_000_000), pytest.raises(JikeError, match=told):
        build(home, DAY, project=project)
    assert finished(home) == ["000001"]
    assert [path.stem for path in home.build.glob("*.duckdb")] == ["000001"]
