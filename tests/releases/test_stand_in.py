"""A release that stands in for another says so wherever figures are read."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jike.cli import parser
from jike.ground.errors import JikeError
from jike.ground.home import Home
from jike.releases import kept
from jike.releases.closing import close
from jike.releases.opening import current_release, forget
from jike.releases.pointer import POINTER
from tests.fixtures import page_release
from tests.fixtures.shared import files_of_at_most
from tests.fixtures.small_release import make_release

KPI = ["kpi", "active_customers", "--period", "2025-08"]
TRACE = ["trace", "EC01-1A1250800", "--kpi", "customers_lost", "--period", "2025-08"]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return page_release.write_release(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def standing_in(tmp_path_factory):
    """Release 1 of a home whose release 2 is lost."""
    home = page_release.write_release(tmp_path_factory.mktemp("home"))
    lost = {"file": f"000002_{'a' * 12}.duckdb"}
    (home.releases / POINTER).write_text(json.dumps(lost), encoding="utf-8")
    return home


def call(home, *words):
    return parser.main(["--home", str(home.root), *words])


ALARM = "release 1, data as of 2025-09-30, stands in: release file 000002_"
READERS = {
    "kpi": KPI,
    "kpi as csv": [*KPI, "--format", "csv"],
    "kpi as json": [*KPI, "--json"],
    "the list of KPIs": ["kpi", "--list"],
    "releases": ["releases"],
    "releases as json": ["releases", "--json"],
}


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_says_the_alarm_and_ends_with_1_if_strict(
    standing_in, whole, capsys, reader
):
    assert call(standing_in, *READERS[reader]) == 0
    assert ALARM in capsys.readouterr().err
    assert call(standing_in, *READERS[reader], "--strict") == 1
    assert ALARM in capsys.readouterr().err
    assert call(whole, *READERS[reader], "--strict") == 0
    assert "stands in" not in capsys.readouterr().err


def test_rows_for_machines_name_the_release_and_the_alarm(standing_in, whole, capsys):
    call(whole, *KPI, "--json")
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["release"], row["as_of"]) == (1, "2025-09-30")
    assert "alarm" not in row
    call(standing_in, *KPI, "--json")
    (row,) = json.loads(capsys.readouterr().out)
    assert row["alarm"] == f"release file 000002_{'a' * 12}.duckdb is missing"
    call(whole, *KPI, "--format", "csv")
    head, values = capsys.readouterr().out.splitlines()
    assert head.endswith(",is_partial,reason,release,as_of")
    assert values.endswith(",,1,2025-09-30")


def test_people_read_the_release_beside_the_table(whole, capsys):
    call(whole, *KPI)
    assert "release 1, data as of 2025-09-30\n" in capsys.readouterr().err


def test_a_trace_says_the_alarm(home_with_two, capsys, monkeypatch):
    from jike.kpis.trace import told

    monkeypatch.setattr(told, "trace", lambda release, *_: traced(release))
    assert call(home_with_two, *TRACE, "--json") == 0
    said = capsys.readouterr()
    content = json.loads(said.out)
    assert (content["release"], content["as_of"]) == (1, "2025-09-30")
    assert "was changed after publishing" in content["alarm"]
    assert "release 1, data as of 2025-09-30, stands in" in said.err
    assert call(home_with_two, *TRACE, "--strict") == 1


def traced(release):
    from jike.kpis.trace.trace import Trace

    class Kpi:
        kpi = "customers_lost"

        def name(self, language):
            return "lost"

        definition = name

    return Trace("K1", Kpi(), "2025-08", release, 1, None, ())


@pytest.fixture
def home_with_two(tmp_path):
    """Release 2 is served and damaged, release 1 is whole."""
    home = Home(tmp_path)
    make_release(home, 1)
    damage(home.releases / make_release(home, 2))
    return home


def damage(path):
    path.chmod(0o644)
    path.write_bytes(path.read_bytes()[:5000])


def test_releases_marks_what_is_really_served(home_with_two):
    listed = {one.number: one for one in kept.releases(home_with_two)}
    assert listed[1].is_current
    assert "was changed after publishing" in listed[1].alarm
    assert not listed[2].is_current
    assert "was changed after publishing" in listed[2].trouble


def test_releases_without_one_to_serve_says_why(tmp_path, capsys):
    home = Home(tmp_path)
    damage(home.releases / make_release(home, 1))
    assert call(home, "releases") == 0
    said = capsys.readouterr()
    assert "* " not in said.out
    assert "no release is whole" in said.err
    assert call(home, "releases", "--strict") == 1


def test_a_month_is_not_closed_with_the_figures_of_a_stand_in(standing_in):
    with pytest.raises(JikeError, match="release 1 only stands in"):
        close(standing_in, "2025-08")
    assert not (standing_in.state / "closed").exists()


def test_a_month_whose_record_cannot_be_written_stays_open(whole):
    told = r"2025-08.json: File too large; .*\(ulimit -f\); what is served has not"
    with files_of_at_most(100), pytest.raises(JikeError, match=told):
        close(whole, "2025-08")
    assert close(whole, "2025-08").month == "2025-08"


# ---- what stands beside a release ----


def edit(path):
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | {"checks_passed": 99}), encoding="utf-8")


def add_a_byte(path):
    path.write_bytes(path.read_bytes() + b" ")


BESIDE = {
    "manifest": (lambda home: next(home.releases.glob("000002*.json")), edit),
    "audit record": (lambda home: home.state / "audits" / "000002.json", edit),
    "checks": (lambda home: home.build / "000002.checks.parquet", add_a_byte),
}


@pytest.mark.parametrize("what", BESIDE)
def test_what_stands_beside_a_release_is_bound_to_it(tmp_path, what, capsys):
    home = Home(tmp_path)
    for number in (1, 2):
        make_release(home, number)
    place, change = BESIDE[what]
    path = place(home)
    change(path)
    told = f"{path.relative_to(home.root)} was changed after publishing"
    release = current_release(home)
    assert (release.number, release.checks_passed) == (1, 1)
    assert release.alarm == told
    assert call(home, "doctor") == 1
    assert f"{told}; remove 000002_" in capsys.readouterr().out
    with pytest.raises(JikeError, match=path.name):
        kept.rollback(home, 2)
    # Bound in the journal too, when the pointer names another release.
    kept.rollback(home, 1)
    with pytest.raises(JikeError, match=path.name):
        kept.rollback(home, 2)


def test_changed_checks_of_a_former_build_get_into_no_release(tmp_path):
    home = Home(tmp_path)
    make_release(home, 1)
    path = home.build / "000001.checks.parquet"
    add_a_byte(path)
    with pytest.raises(JikeError, match=r"000001.checks.parquet was changed.*remove"):
        make_release(home, 2)
    path.unlink()
    make_release(home, 2)


# ---- pointer and journal lost, a file held open ----


def test_without_pointer_and_journal_the_way_back_is_a_rollback(tmp_path, capsys):
    home = Home(tmp_path)
    for number in (1, 2):
        make_release(home, number)
    (home.releases / POINTER).unlink()
    (home.logs / "journal.jsonl").unlink()
    for words in (["kpi", "--list"], ["close", "2025-08"]):
        assert call(home, *words) == 1
        said = capsys.readouterr().err
        assert "demo" not in said
        assert "releases 2, 1: serve the newest with `jike rollback 2`" in said
    assert call(home, "rollback", "2") == 0
    assert current_release(home).number == 2


@pytest.fixture
def held_open(tmp_path):
    """A release that another process has open for writing, and that process."""
    home = Home(tmp_path)
    path = home.releases / make_release(home, 1)
    forget(current_release(home))
    path.chmod(0o644)
    code = (
        "import duckdb, sys; con = duckdb.connect(sys.argv[1]); "
        "print('open', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout.readline() == b"open\n"
    yield home, other
    other.kill()
    other.communicate()


def test_a_release_held_open_is_said_to_be_and_nothing_is_to_be_removed(
    held_open, capsys
):
    home, other = held_open
    assert call(home, "kpi", "--list") == 1
    said = capsys.readouterr().err
    assert "no release can be read: another program has 000001_" in said
    assert Path(sys.executable).resolve().name in said
    assert f"process {other.pid})" in said
    assert "nothing has to be removed" in said
    assert call(home, "doctor") == 1
    found = [line for line in capsys.readouterr().out.splitlines() if "FAILED" in line]
    assert all("another program has 000001_" in line for line in found)
    assert all("remove 0" not in line for line in found)
    other.communicate()
    assert current_release(home).number == 1
