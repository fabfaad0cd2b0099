"""A home of every released version is read, or made readable by what is printed."""

import json
import re
import tarfile
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from jike.cli import parser
from jike.ground.durable import sha256_of, write_json
from jike.ground.errors import AuditError, JikeError
from jike.ground.home import PROJECT, Home
from jike.releases.manifest import SCHEMA_VERSION
from jike.releases.opening import current_release, shape, whole_release
from jike.releases.pointer import POINTER
from jike.releases.tables import lacking, tables_read
from tests.fixtures.compiled_models import compiled_once
from tests.fixtures.small_build import mart_columns

HOMES = Path(__file__).parent / "homes"
VERSIONS = sorted(path.name.removesuffix(".tar.xz") for path in HOMES.glob("*.xz"))
ASKED = ["kpi", "operating_revenue", "--period", "2025-03", "--json"]


def test_a_home_of_every_released_version_is_kept():
    text = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (\d+\.\d+\.\d+) – ", text, re.MULTILINE)[::-1] == VERSIONS


def kept_home(folder, version):
    with tarfile.open(HOMES / f"{version}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return Home(folder)


def call(home, *words):
    return parser.main(["--home", str(home.root), *words])


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_a_kept_home_is_upgraded_by_following_what_is_printed(
    version, tmp_path, tmp_path_factory, capsys
):
    home = kept_home(tmp_path / "home", version)
    said = ""
    if call(home, *ASKED) != 0:
        said = capsys.readouterr().err
        (command,) = re.findall(r"`jike ([^`]+)`", said)
        with compiled_once(tmp_path_factory):
            assert call(home, *command.split()) == 0
        capsys.readouterr()
        assert call(home, *ASKED, "--strict") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["value"], row["as_of"]) == (715, "2025-03-31")
    # A release of that version that lacks a column must not be read half.
    assert bool(said) == bool(lacking(columns_of(home, 1)))
    assert call(home, "doctor") == 0


def columns_of(home, number):
    (path,) = home.releases.glob(f"{number:06d}_*.duckdb")
    return dict(shape(whole_release(home, path.name)))


def written_by_another(home, sql="", version=SCHEMA_VERSION):
    """A release of another version: its tables, after some SQL has changed them."""
    home.releases.mkdir(parents=True)
    path = home.releases / "new.duckdb"
    with duckdb.connect(str(path)) as con:
        for table, columns in tables_read().items():
            named = ", ".join(f'"{column}" int' for column in columns)
            con.execute(f"create table {table} ({named})")
        con.execute(sql or "select 1")
    sha256 = sha256_of(path)
    path = path.rename(home.releases / f"000001_{sha256[:12]}.duckdb")
    manifest = {
        "schema_version": version,
        "number": 1,
        "file": path.name,
        "as_of": "2025-09-30",
        "published_at": "2025-10-01T06:12:00+08:00",
        "is_sample": True,
        "checks_passed": 1,
        "checks_warned": 0,
        "sha256": sha256,
        "run": "000001",
    }
    write_json(path.with_suffix(".json"), manifest)
    write_json(home.releases / POINTER, {"file": path.name})


@pytest.fixture
def small(tmp_path):
    return Home(tmp_path / "home")


def test_a_release_with_all_columns_and_more_is_read(small):
    written_by_another(small, "alter table dim_kpis add column gone int")
    assert current_release(small).number == 1


@pytest.mark.parametrize(
    ("sql", "lacks"),
    [
        ("alter table dim_kpis drop column decimals", "dim_kpis.decimals;"),
        ("drop table kpi_halls", "kpi_halls;"),
        ("alter table quarantine drop column rule", "quarantine.rule;"),
    ],
)
def test_a_release_without_a_column_or_table_is_not_read_half(small, sql, lacks):
    written_by_another(small, sql)
    with pytest.raises(JikeError, match=r"no release can be read") as told:
        current_release(small)
    assert f"it lacks {lacks} run `jike republish`" in str(told.value)
    assert current_release(small, any_version=True).number == 1


def test_a_column_that_means_something_else_is_told_by_the_version(small):
    written_by_another(small, version=SCHEMA_VERSION - 1)
    with pytest.raises(JikeError, match=r"by an earlier version.*`jike republish`"):
        current_release(small)


def test_a_release_of_a_later_version_is_left_to_that_version(small):
    written_by_another(small, version=SCHEMA_VERSION + 1)
    with pytest.raises(JikeError, match=r"by a later version.*use that version"):
        current_release(small)


def test_without_deliveries_republish_says_that_they_are_needed(small, capsys):
    written_by_another(small, "drop table kpi_halls")
    assert call(small, "republish") == 2
    assert "holds no delivery to build from; load them again" in capsys.readouterr().err


@pytest.mark.parametrize("loads", [1, 2])
def test_republish_keeps_day_parameters_and_what_was_accepted(
    tmp_path, capsys, monkeypatch, loads
):
    """A check of what was delivered; not one of rows, nor after another load."""
    home = kept_home(tmp_path / "home", VERSIONS[-1])
    (path,) = home.releases.glob("0*.json")
    manifest = json.loads(path.read_text("utf-8"))
    manifest["parameters"] |= {"low_base_n": 20, "gone": 1}
    accepted = [
        {"check": check, "because": "known", "by": "me", "at": "then"}
        for check in ("raw.bills.no_gap", "marts.fct_nrr.rows_do_not_fall")
    ]
    manifest |= {"as_of": "2025-02-28", "accepted": accepted}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    (path,) = home.landing.glob("*/*/manifest.json")
    delivery = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(delivery | {"number": loads}), encoding="utf-8")
    called = []

    def built(home, as_of, parameters, full):
        called.append((str(as_of), parameters["low_base_n"], "gone" in parameters))
        return SimpleNamespace(run="000002", steps=1)

    def audited(home, run, *_, carried):
        called.append([one.check for one in carried])
        raise AuditError("held")

    monkeypatch.setattr("jike.build.build.build", built)
    monkeypatch.setattr("jike.checks.audit.audit", audited)
    assert call(home, "republish") == 3
    assert called == [
        ("2025-02-28", 20, False),
        ["raw.bills.no_gap"] if loads == 1 else [],
    ]
    assert "without parameter gone: parameter gone does not" in capsys.readouterr().err


def test_the_list_of_tables_is_that_of_the_marts():
    columns = mart_columns()
    assert {name: set(columns[name]) for name in columns}.items() <= {
        name: set(found) for name, found in tables_read().items()
    }.items()
