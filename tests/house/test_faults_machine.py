"""What the machine does to us: full disks, little memory, crowds, other time zones."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from jike.build.build import build
from jike.checks.audit import audit
from jike.deliveries.manifests import standing
from jike.ground import durable
from jike.ground.errors import JikeError
from jike.ground.home import PROJECT, Home
from jike.releases import kept, opening, publish
from jike.releases.manifest import manifest_of
from jike.releases.opening import ALL, current_release
from jike.releases.pointer import POINTER
from tests.fixtures import small_province
from tests.fixtures.deliveries import deliver, good, load, loaded, rows
from tests.fixtures.shared import files_of_at_most
from tests.fixtures.small_build import write_build
from tests.fixtures.small_project import DAY, write_model, write_project
from tests.fixtures.small_release import (
    ASKED,
    few_questions,
    make_audit,
    make_build,
    make_release,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def total(found: opening.Release) -> int:
    return int(opening.rows(ASKED, ALL, found)[0]["total"])


# ---- locks ----


def test_fault_02_a_second_process_is_told_at_once_who_holds_the_lock(home):
    code = (
        "import sys, time; from pathlib import Path; "
        "from jike.ground.durable import only_one"
        "\nwith only_one(Path(sys.argv[1]), 'build 000007'):\n"
        "    print('held', flush=True); time.sleep(60)"
    )
    lock = home.state / "build.lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(lock)], stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout and holder.stdout.readline() == b"held\n"
        command = [sys.executable, "-m", "jike.cli", "--home", str(home.root), "build"]
        second = subprocess.run(command, capture_output=True, text=True, check=False)
        assert second.returncode == 4
        assert f"build 000007 running, pid {holder.pid}, since" in second.stderr
    finally:
        holder.kill()
        holder.communicate()
    with durable.only_one(lock, "build 000008"):
        pass


# ---- power and disk ----


def test_fault_09_landed_files_are_on_the_disk_before_the_manifest_names_them(
    tmp_path, home, monkeypatch
):
    done: list[tuple[str, str]] = []

    def watched(owner: object, name: str, of: Callable[..., str]) -> None:
        real = getattr(owner, name)

        def watch(*arguments):
            done.append((name, of(*arguments)))
            return real(*arguments)

        monkeypatch.setattr(owner, name, watch)

    watched(durable, "sync_file", lambda path: path.suffix)
    watched(durable, "sync_folder", lambda path: path.name)
    watched(Path, "replace", lambda _, into: into.name)
    loaded(home, deliver(tmp_path / "2025-09-30", customers=[good("customers")]))
    manifest = done.index(("replace", "manifest.json"))
    landed = [i for i, (_, name) in enumerate(done) if name.endswith(".parquet")]
    assert landed and max(landed) < manifest
    assert done.index(("sync_file", ".parquet")) < landed[-1]
    assert ("sync_folder", "customers") in done[:manifest]
    after = [name for what, name in done[manifest:] if what == "sync_folder"]
    assert {"2025-09-30", "default", "landing", home.root.name} <= set(after)


@pytest.mark.parametrize("size", [0, 200, 3_000, 20_000, 100_000])
def test_fault_11_a_load_on_a_full_disk_changes_nothing(tmp_path, home, size):
    loaded(home, deliver(tmp_path / "2025-08-31", customers=[good("customers")]))
    many = [
        good("customers", customer_id=f"{i}", customer_name=f"{hash(str(i)):x}" * 9)
        for i in range(20_000)
    ]
    folder = deliver(tmp_path / "2025-09-30", customers=many)
    before = sorted(home.landing.rglob("*"))
    with files_of_at_most(size), pytest.raises((JikeError, OSError)) as told:
        load(home, folder)
    said = str(told.value)
    assert "\n" not in said
    assert any(word in said for word in ("full", "large", "too big")), said
    assert sorted(home.landing.rglob("*")) == before
    assert not list(home.state.glob("load-*"))
    assert rows(home, "select count(*) from raw.customers") == [(1,)]
    assert loaded(home, folder)["customers.csv"].accepted == 20_000


@pytest.mark.slow
def test_fault_11_an_audit_on_a_full_disk_lets_nothing_out(home):
    write_build(home)
    audit(home)
    with files_of_at_most(2_000), pytest.raises((JikeError, OSError, duckdb.Error)):
        audit(home)
    with pytest.raises(JikeError, match="audit"):
        publish.publish(home, questions=few_questions)
    assert audit(home).verdict == "passed"


def test_fault_11_a_journal_that_cannot_grow_is_told_and_made_good(home):
    """The release is out then; only its line in the journal is missing."""
    make_release(home, 1)
    journal = home.logs / "journal.jsonl"
    with journal.open("a", encoding="utf-8") as file:
        file.write('{"note": "' + "x" * 9_000_000 + '"}\n')
    make_build(home, "000002", 20)
    make_audit(home, "000002")
    with (
        files_of_at_most(9_000_000),
        pytest.raises(JikeError, match=r"release 2 is served.*journal"),
    ):
        publish.publish(home, questions=few_questions)
    assert (current_release(home).number, total(current_release(home))) == (2, 100)
    make_release(home, 3)
    lines = journal.read_text(encoding="utf-8").splitlines()
    numbers = [json.loads(line).get("number") for line in lines if line[0] == "{"]
    assert [number for number in numbers if number] == [1, 2, 3]


# ---- memory ----


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one model whose build may take 200 MB."""
    folder = write_project(tmp_path / "project")
    profile = (PROJECT / "profiles.yml").read_text(encoding="utf-8")
    limited = profile.replace("memory_limit: 1500MB", "memory_limit: 200MB")
    assert limited != profile
    (folder / "profiles.yml").write_text(limited, encoding="utf-8")
    return folder


WIDE = (
    "select i, md5(cast(i as varchar)) || md5(cast(i + 1 as varchar)) as a, "
    "md5(cast(i + 2 as varchar)) || md5(cast(i + 3 as varchar)) as b "
    "from range(1000000) as r (i)"
)


@pytest.mark.slow
def test_fault_13_a_build_that_needs_more_memory_spills(home, project):
    write_model(project, f"select * from ({WIDE}) as t order by hash(i)")
    record = build(home, DAY, project=project)
    with duckdb.connect(str(record.path), read_only=True) as con:
        counted = con.execute("select count(*) from marts.dim_build").fetchall()
    assert counted == [(1_000_000,)]


@pytest.mark.slow
def test_fault_13_a_build_that_cannot_spill_fails_and_says_so(home, project):
    """One list of everything cannot be put aside in pieces."""
    write_model(project, f"select list(a || b order by i) as x from ({WIDE}) as t")
    with pytest.raises(JikeError, match=r"Out of Memory|needs more memory"):
        build(home, DAY, project=project)
    assert not list(home.build.glob("*.duckdb*"))


# ---- crowds ----


@pytest.mark.slow
def test_fault_27_fifty_readers_over_twenty_publishes_see_no_mixture(home, monkeypatch):
    """Each look asks three times; releases are collected while they are read."""
    monkeypatch.setattr(kept, "GRACE_SECONDS", 0)
    make_release(home, 1)
    stop = threading.Event()
    wrong: list[object] = []
    seen: list[int] = []

    def look() -> None:
        while not stop.wait(0.2):
            try:
                found = current_release(home)
                answers = {total(found) for _ in range(3)}
            except Exception as error:
                wrong.append(error)
                return
            seen.append(found.number)
            if answers != {found.number * 50} or found.alarm:
                wrong.append((found, answers))

    readers = [threading.Thread(target=look) for _ in range(50)]
    for reader in readers:
        reader.start()
    for number in range(2, 22):
        make_release(home, number)
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert len(set(seen)) > 3
    assert len(kept.releases(home)) == kept.RELEASES_KEPT


RERUN = """
import sys
sys.path.insert(0, {project!r})
import streamlit as st
from tests.fixtures.small_release import ASKED, make_release
from dashboards.shell import data
from jike.ground.home import find_home
from jike.releases.kept import releases
from jike.releases.question import Question
before = data.begin().number
first = data.ask_rows(ASKED)
make_release(find_home(), before + 1)
second = data.ask_rows(
    Question(("kpi_revenue",), "select sum(revenue_yuan) + 0 as total from kpi_revenue")
)
third = data.ask(ASKED)["total"][0]
st.text(f"{{before}} {{first[0]['total']}} {{second[0]['total']}} {{third:.2f}}")
"""


def test_fault_30_31_a_rerun_shows_the_release_it_began_with(home, monkeypatch):
    make_release(home, 1)
    monkeypatch.setenv("JIKE_HOME", str(home.root))
    code = RERUN.format(project=str(PROJECT))
    app = AppTest.from_string(code, default_timeout=60)
    for number in (1, 2, 3):
        app.run()
        assert not app.exception
        one = f"{number * 50}.00"
        assert app.text[0].value == f"{number} {one} {one} {one}"


# ---- the same numbers everywhere ----

BUILT_THERE = """
import json, sys
from pathlib import Path
import duckdb
from jike.build.build import build
from jike.ground.home import Home
from jike.deliveries.load import load
from jike.deliveries.options import DeliveryOptions
home = Home(Path(sys.argv[1]))
load(home, DeliveryOptions(Path(sys.argv[2])))
record = build(home)
with duckdb.connect(str(record.path), read_only=True) as con:
    con.execute("set timezone = 'UTC'")
    hashes = {}
    for schema, table in con.execute(
        "select schema_name, table_name from duckdb_tables() where schema_name in "
        "('raw', 'marts') order by all"
    ).fetchall():
        (row,) = con.execute(
            f"select count(*), cast(bit_xor(hash(t)) as varchar), "
            f"cast(sum(hash(t)) as varchar) from {schema}.{table} as t"
        ).fetchall()
        hashes[f"{schema}.{table}"] = row
print(json.dumps({"as_of": str(record.as_of), "hashes": hashes}))
"""


@pytest.mark.slow
def test_fault_57_58_two_builds_are_equal_whatever_the_host_is_set_to(tmp_path):
    folder = small_province.deliver(
        tmp_path / "2025-03-31", "customers", "orders", "bills"
    )
    found = []
    for there in (
        {"TZ": "Asia/Shanghai", "LANG": "zh_CN.UTF-8", "PYTHONHASHSEED": "1"},
        {"TZ": "America/New_York", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "2"},
    ):
        home = tmp_path / there["PYTHONHASHSEED"]
        done = subprocess.run(
            [sys.executable, "-c", BUILT_THERE, str(home), str(folder)],
            env=os.environ | there,
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(json.loads(done.stdout.splitlines()[-1]))
    first, second = found
    assert first["as_of"] == second["as_of"] == "2025-03-31"
    assert len(first["hashes"]) > 40
    assert first["hashes"]["marts.kpi_values"][0] > 0
    differing = [
        name for name, one in first["hashes"].items() if second["hashes"][name] != one
    ]
    assert differing == []


# ---- upgrades ----


@pytest.mark.parametrize("version", ["v1.0.0", "v1.2.0"])
def test_fault_59_a_release_in_an_older_storage_format_is_read(
    home, version, monkeypatch
):
    make_release(home, 1)
    newer = current_release(home)
    older = home.root / "older.duckdb"
    with duckdb.connect() as con:
        con.execute(f"attach '{older}' (storage_version '{version}')")
        con.execute(f"attach '{newer.path}' as newer (read_only)")
        con.execute("copy from database newer to older")
    sha256 = durable.sha256_of(older)
    name = f"000002_{sha256[:12]}.duckdb"
    older.rename(home.releases / name)
    manifest = manifest_of(newer)
    assert manifest["duckdb_version"] == duckdb.__version__
    changed = {"number": 2, "file": name, "sha256": sha256, "duckdb_version": version}
    path = (home.releases / name).with_suffix(".json")
    durable.write_json(path, manifest | changed)
    durable.write_json(home.releases / POINTER, {"file": name})
    found = current_release(home)
    assert (found.number, found.alarm, total(found)) == (2, None, 50)


@pytest.mark.parametrize(
    "package", ["dbt-core", "dbt-duckdb", "duckdb", "great-expectations", "streamlit"]
)
def test_fault_60_what_we_lean_on_is_installed_as_it_is_pinned(package):
    """So that a failing test of the dialect means the dialect, not another version."""
    from importlib.metadata import version

    pinned = dict(
        line.split(" ;")[0].strip().split("==")
        for line in (PROJECT / "constraints.txt").read_text().splitlines()
        if "==" in line and not line.startswith("#")
    )
    assert version(package) == pinned[package]


def test_all_that_stands_is_read_back(tmp_path, home):
    """The kill tests read what stands by these manifests."""
    loaded(home, deliver(tmp_path / "2025-09-30", customers=[good("customers")]))
    assert [one.number for one in standing(home)] == [1]
