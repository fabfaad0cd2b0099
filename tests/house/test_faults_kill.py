"""kill -9 at every step of load, build, audit and publish: nothing lost, nothing torn.

Each step has a failpoint that ends the process as a power cut would; a process killed
at any moment between two steps is like one killed at the step before.
"""

import ast
import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from jike.build.build import build
from jike.checks import audit
from jike.deliveries.manifests import standing
from jike.ground.durable import sha256_of
from jike.ground.errors import AuditError
from jike.ground.home import PROJECT, Home
from jike.releases import kept, opening, publish
from tests.fixtures import small_release
from tests.fixtures.deliveries import GOOD, deliver, good, loaded, rows
from tests.fixtures.small_build import write_build
from tests.fixtures.small_project import (
    DAY,
    MODEL,
    build_in_child,
    write_model,
    write_project,
)
from tests.fixtures.small_release import (
    ASKED,
    few_questions,
    make_audit,
    make_build,
    make_release,
)

pytestmark = pytest.mark.slow

LOAD = [
    "load: files read",
    "load: rows judged",
    "load: files landed",
    "load: former manifest kept",
    "load: delivery stands",
    "load: lists settled",
]
STANDS = {"load: delivery stands", "load: lists settled"}
BUILD = ["build:started", "build:prepared", "build:modelled", "build:synced"]
AUDIT = ["audit:started", "audit:examined", "audit:written"]
PUBLISH = [
    "publish:copied",
    "publish:asked",
    "publish:named",
    "publish:described",
    "publish:pointed",
]
ITERATIONS, ITERATIONS_OF_DBT = 10, 2


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def run_killed(code: str, *arguments: object, point: str = "") -> int:
    """Run a program in a process of its own; -9 or 137 when it was killed."""
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(
        command, env=os.environ | {"JIKE_FAILPOINT": point}, check=False
    ).returncode


def test_every_failpoint_of_the_program_is_killed_here():
    named = {
        node.args[0].value
        for path in (PROJECT / "src" / "jike").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "reach"
    }
    assert named == {*LOAD, *BUILD, *AUDIT, *PUBLISH}


# ---- load ----

LOADER = (
    "import sys, pathlib; from jike.deliveries.load import load; "
    "from jike.deliveries.options import DeliveryOptions; "
    "from jike.ground.home import Home; "
    "load(Home(pathlib.Path(sys.argv[1])), "
    "DeliveryOptions(pathlib.Path(sys.argv[2])))"
)


def delivery(tmp_path: Path, number: int) -> Path:
    """A delivery of one date whose customer and list say which one it is."""
    folder = tmp_path / f"{number}" / "2025-09-30"
    deliver(folder, customers=[good("customers", employees=str(number))])
    names = {"centre_id": "R", "name_zh": str(number), "name_en": str(number)}
    return deliver(folder / "reference", centres=[names]).parent


def stands(home: Home) -> int:
    ((number,),) = rows(home, "select employees from raw.customers")
    return int(number)


def all_landed_is_whole(home: Home) -> bool:
    return all(
        sha256_of(home.landing / file.landed) == file.landed_sha256
        for one in standing(home)
        for file in one.files
    )


@pytest.mark.parametrize("point", LOAD)
def test_fault_04_a_killed_load_is_all_or_nothing(tmp_path, home, point):
    loaded(home, delivery(tmp_path, 0))
    for number in range(1, ITERATIONS + 1):
        folder = delivery(tmp_path, number)
        assert run_killed(LOADER, home.root, folder, point=point) == 137
        assert stands(home) == (number if point in STANDS else number - 1)
        assert all_landed_is_whole(home)
        found = loaded(home, folder)
        assert {name: report.accepted for name, report in found.items()} == {
            "customers.csv": 1,
            "reference/centres.csv": 1,
        }
        assert stands(home) == number
        assert f"R,{number},{number}" in (home.reference / "centres.csv").read_text()
    assert not list(home.state.glob("load-*"))
    assert not list(home.root.rglob("*.tmp"))


def test_fault_04_a_load_killed_at_any_moment_is_all_or_nothing(tmp_path, home):
    loaded(home, delivery(tmp_path, 0))
    before = 0
    for number in range(1, ITERATIONS + 1):
        folder = delivery(tmp_path, number)
        ready = tmp_path / "ready"
        code = LOADER.replace(
            "load(Home", f"pathlib.Path({str(ready)!r}).touch(); load(Home"
        )
        loader = subprocess.Popen([sys.executable, "-c", code, home.root, folder])
        wait_for(ready)
        time.sleep(0.03 * number)
        loader.send_signal(signal.SIGKILL)
        loader.wait()
        ready.unlink()
        assert stands(home) in (before, number)
        loaded(home, folder)
        before = number
        assert stands(home) == number


def wait_for(path: Path) -> None:
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, f"{path.name} did not come"
        time.sleep(0.002)


# ---- build ----


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path / "project")


def served_is_whole(home: Home, total: int) -> bool:
    found = opening.current_release(home)
    answer = opening.rows(ASKED, opening.ALL, found)[0]["total"]
    return (int(answer), found.alarm) == (total, None)


@pytest.mark.parametrize("point", BUILD)
def test_fault_05_a_killed_build_leaves_what_is_served_and_the_next_is_fresh(
    home, project, point
):
    make_release(home, 1)
    for _ in range(ITERATIONS_OF_DBT):
        assert build_in_child(home, project, point) == 137
        assert served_is_whole(home, 50)
        assert [path.stem for path in home.build.glob("0*.json")] == ["000001"]
    record = build(home, DAY, project=project)
    assert record.sha256 == sha256_of(record.path)
    names = sorted(path.name for path in home.build.glob("*.duckdb*"))
    assert names == ["000001.duckdb", record.path.name]


def test_fault_05_a_build_killed_in_a_model_is_never_taken_up_again(home, project):
    make_release(home, 1)
    slow = "select count(*) as n from range(100000000000) as r (i) where hash(i) = 1"
    for _ in range(ITERATIONS_OF_DBT):
        write_model(project, slow)
        (project / "models" / "marts" / "dim_first.sql").write_text("select 1 as one")
        # A process group of its own, so that what it started dies with it.
        child = subprocess.Popen(
            [sys.executable, "-c", BUILDER, str(home.root), str(project)],
            start_new_session=True,
        )
        wait_for(home.build / "dbt" / "target" / "run" / "small" / "models" / "marts")
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        assert served_is_whole(home, 50)
        assert [path.stem for path in home.build.glob("0*.json")] == ["000001"]
    write_model(project, MODEL)
    record = build(home, DAY, project=project)
    assert sorted(path.name for path in home.build.glob("*.duckdb*")) == [
        "000001.duckdb",
        record.path.name,
    ]


BUILDER = (
    "import sys; from datetime import date; from pathlib import Path; "
    "from jike.ground.home import Home; from jike.build.build import build; "
    "build(Home(Path(sys.argv[1])), date(2025, 9, 30), project=Path(sys.argv[2]))"
)


# ---- audit ----

AUDITOR = (
    "import sys; from jike.checks.audit import audit; "
    "from jike.ground.home import find_home; "
    "audit(find_home(sys.argv[1]))"
)


@pytest.mark.parametrize("point", AUDIT)
def test_fault_06_a_build_whose_audit_was_killed_is_not_published(home, point):
    path = write_build(home)
    for _ in range(ITERATIONS_OF_DBT):
        assert run_killed(AUDITOR, home.root, point=point) == 137
        with pytest.raises(AuditError):
            publish.publish(home, questions=few_questions)
        assert not (home.releases / "current.json").exists()
    record = audit.audit(home)
    assert (record.verdict, record.as_of) == ("passed", date(2025, 9, 30))
    assert record.build_sha256 == sha256_of(path)
    assert not list(home.build.glob(".*.tmp"))


# ---- publish and rollback ----

PUBLISHER = str(small_release.__file__)


@pytest.mark.parametrize("point", PUBLISH)
def test_fault_07_08_a_killed_publish_leaves_one_whole_release_served(home, point):
    make_release(home, 1)
    served = 1
    for number in range(2, 2 + ITERATIONS):
        make_build(home, f"{number:06d}", number * 10)
        make_audit(home, f"{number:06d}")
        killed = subprocess.run(
            [sys.executable, PUBLISHER, "once", str(home.root)],
            env=os.environ | {"JIKE_FAILPOINT": point},
            check=False,
        )
        assert killed.returncode == 137
        if point == "publish:pointed":
            served = number
        assert served_is_whole(home, served * 50)
    found = publish.publish(home, questions=few_questions)
    assert served_is_whole(home, 50 * (1 + ITERATIONS))
    suffixes = {path.suffix for path in home.releases.iterdir()}
    assert suffixes == {".duckdb", ".json"}
    assert found.number == max(one.number for one in kept.releases(home))


def test_fault_28_a_rollback_killed_behind_the_pointer_is_in_the_journal(home):
    for number in (1, 2):
        make_release(home, number)
    code = (
        "import sys; from jike.releases.kept import rollback; "
        "from jike.ground.home import find_home; rollback(find_home(sys.argv[1]))"
    )
    assert run_killed(code, home.root, point="publish:pointed") == 137
    assert served_is_whole(home, 50)
    make_release(home, 3)
    journal = (home.logs / "journal.jsonl").read_text(encoding="utf-8")
    assert [line.split('"')[3] for line in journal.splitlines()] == [
        "publish",
        "publish",
        "rollback",
        "publish",
    ]


def test_a_customer_of_the_fixture_is_sound():
    """The kills above compare `employees`, which no sound row of the fixture has."""
    assert "employees" not in GOOD["customers"]
