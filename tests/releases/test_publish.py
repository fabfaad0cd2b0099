"""Only an audited build gets out, in one step, and one command takes it back."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from jike.ground import durable
from jike.ground.disk import build_megabytes, release_megabytes
from jike.ground.durable import only_one, sha256_of
from jike.ground.errors import AuditError, BusyError, JikeError, WrongInputError
from jike.ground.home import Home
from jike.releases import kept, publish
from jike.releases.opening import ALL, current_release, rows
from jike.releases.question import Question
from tests.fixtures import small_release
from tests.fixtures.shared import files_of_at_most
from tests.fixtures.small_release import (
    ASKED,
    few_questions,
    make_audit,
    make_build,
    make_release,
    pointer,
)

POINTS = [
    "publish:copied",
    "publish:asked",
    "publish:named",
    "publish:described",
    "publish:pointed",
]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "a home")


def value(home: Home) -> int:
    return int(rows(ASKED, ALL, current_release(home))[0]["total"]) // 5


def journal(home: Home) -> list[dict[str, object]]:
    text = (home.logs / "journal.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def publish_one(home: Home, run: str | None = None) -> None:
    publish.publish(home, run, questions=few_questions)


# ---- the gate ----


def test_a_build_without_audit_is_not_published(home):
    make_build(home, "000001")
    with pytest.raises(AuditError, match="built, not audited"):
        publish_one(home)
    assert not (home.releases / "current.json").exists()


def test_a_held_build_is_not_published(home):
    make_build(home, "000001")
    make_audit(home, "000001", "held")
    with pytest.raises(AuditError, match="held by its audit"):
        publish_one(home)


def test_a_record_of_another_file_is_refused_as_forged(home):
    make_build(home, "000001")
    make_audit(home, "000001", build_sha256="0" * 64)
    with pytest.raises(AuditError, match="not the file that was audited"):
        publish_one(home)


def test_a_build_changed_after_its_audit_is_not_published(home):
    path = make_build(home, "000001")
    make_audit(home, "000001")
    with duckdb.connect(str(path)) as con:
        con.execute("update marts.kpi_revenue set revenue_yuan = 1000000")
    with pytest.raises(AuditError, match="not the file that was audited"):
        publish_one(home)


@pytest.mark.parametrize("text", ["", "[]", '{"verdict": "passed"}', "\x00"])
def test_an_unreadable_record_is_no_pass(home, text):
    make_build(home, "000001")
    make_audit(home, "000001")
    (home.state / "audits" / "000001.json").write_text(text, encoding="utf-8")
    with pytest.raises(AuditError):
        publish_one(home)


def test_a_build_that_was_not_finished_is_not_there(home):
    make_build(home, "000001").with_suffix(".json").unlink()
    with pytest.raises(WrongInputError, match="no finished build"):
        publish_one(home)
    make_build(home, "000002")
    with pytest.raises(WrongInputError, match="there are: 000002"):
        publish_one(home, "000001")


def test_a_page_that_could_not_be_shown_stops_publishing(home):
    make_release(home, 1)
    make_build(home, "000002", 2, "alter table marts.kpi_revenue drop revenue_yuan")
    make_audit(home, "000002")
    with pytest.raises(JikeError, match=r"a page could not be shown.*revenue_yuan"):
        publish_one(home)
    question = Question(("kpi_hotline",), "select * from kpi_hotline")
    make_build(home, "000003", 3)
    make_audit(home, "000003")
    with pytest.raises(JikeError, match="no table kpi_hotline"):
        publish.publish(home, questions=lambda _: [question])
    assert [one.number for one in kept.releases(home)] == [1]
    assert value(home) == 10


def test_another_publish_at_the_same_time_is_told_who_runs(home):
    make_build(home, "000001")
    with only_one(home.state / "publish.lock", "publish"):
        with pytest.raises(BusyError, match=rf"publish running, pid {os.getpid()}, "):
            publish_one(home)
        with pytest.raises(BusyError):
            kept.rollback(home)


# ---- what a release holds ----


def test_a_release_holds_marts_checks_of_all_runs_and_facts_on_deliveries(home):
    make_release(home, 1)
    make_build(home, "000002")
    make_audit(home, "000002", "held")
    make_release(home, 3)
    release = current_release(home)
    question = Question(("checks",), "select run, status from checks order by run")
    assert [tuple(row.values()) for row in rows(question, ALL, release)] == [
        ("000001", "passed"),
        ("000002", "failed"),
        ("000003", "passed"),
    ]
    manifest = json.loads(release.path.with_suffix(".json").read_text("utf-8"))
    assert manifest["rows"]["kpi_revenue"] == 5
    assert manifest["rows"]["quarantine"] == 1
    assert manifest["parameters"] == {"low_base_n": 30}
    assert manifest["sha256"] == sha256_of(release.path)


def test_a_warned_check_and_a_dbt_warning_are_counted(home):
    path = make_build(home, "000001")
    record = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    record["dbt_warnings"] = ["test few_rows: 3 failing rows"]
    durable.write_json(path.with_suffix(".json"), record)
    make_audit(home, "000001")
    with duckdb.connect() as con:
        checks = path.with_suffix(".checks.parquet")
        con.execute(f"create table c as select * from '{checks}'")
        con.execute("update c set status = 'warning'")
        con.execute(f"copy c to '{checks}' (format parquet)")
    publish_one(home)
    release = current_release(home)
    assert (release.checks_passed, release.checks_warned) == (0, 2)


def test_the_last_ten_releases_stay_and_what_was_in_use_within_the_hour(
    home, monkeypatch
):
    for number in range(1, 13):
        make_release(home, number)
    assert len(kept.releases(home)) == 12
    monkeypatch.setattr(kept, "GRACE_SECONDS", 0)
    make_release(home, 13)
    assert [one.number for one in kept.releases(home)] == list(range(13, 3, -1))
    kept.rollback(home, 4)
    make_release(home, 14)
    kept.rollback(home, 5)
    make_release(home, 15)
    assert 4 not in [one.number for one in kept.releases(home)]


def test_numbers_go_on_when_files_are_removed_or_the_clock_is_wrong(home, monkeypatch):
    make_release(home, 1)
    make_release(home, 2)
    for path in home.releases.glob("000002*"):
        path.unlink()
    monkeypatch.setattr(publish, "now", lambda: "1999-01-01T00:00:00+00:00")
    assert make_release(home, 3).startswith("000003_")
    (home.state / "counter").unlink()
    assert make_release(home, 4).startswith("000004_")


# ---- one atomic move ----


def test_success_is_told_after_file_pointer_and_folder_are_on_the_disk(
    home, monkeypatch
):
    done: list[str] = []
    sync_file, sync_folder = durable.sync_file, durable.sync_folder
    replace, rename = Path.replace, Path.rename
    watched = {
        (publish, "sync_file"): lambda p: (done.append("file"), sync_file(p)),
        (publish, "sync_folder"): lambda p: (done.append("folder"), sync_folder(p)),
        (durable, "sync_folder"): lambda p: (done.append("folder"), sync_folder(p)),
        (durable.os, "fsync"): lambda fd, real=os.fsync: (
            done.append("sync"),
            real(fd),
        ),
        (Path, "replace"): lambda a, b: (
            done.append(f"name {b.name[:7]}"),
            replace(a, b),
        ),
        (Path, "rename"): lambda a, b: (
            done.append(f"name {b.name[:6]}"),
            rename(a, b),
        ),
    }
    make_build(home, "000001")
    make_audit(home, "000001")
    for (owner, name), replacement in watched.items():
        monkeypatch.setattr(owner, name, replacement)
    publish_one(home)
    moves = " ".join(word for word in done if word not in ("sync",))
    assert moves.index("file") < moves.index("name 000001")
    after = done[done.index("name current") :]
    assert done[done.index("name current") - 1] == "sync"
    assert "folder" in after
    assert done.index("name 000001") < done.index("name current")


def test_neither_a_file_of_somebodys_own_is_published_nor_removed(home):
    make_build(home, "000001")
    make_audit(home, "000001")
    own = [home.build / "dev.duckdb", home.build / "dev.json"]
    own.append(home.releases / "mine.duckdb")
    home.releases.mkdir()
    for path in own:
        path.write_text("own")
    publish_one(home)
    assert current_release(home).run == "000001"
    assert [path.read_text() for path in own] == ["own"] * 3


def test_a_build_that_another_program_has_open_is_said_to_be(home):
    path = make_build(home, "000001")
    make_audit(home, "000001")
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout.readline() == b"\n"
        with pytest.raises(JikeError) as told:
            publish_one(home)
        other.communicate(b"\n")
    assert "another program has 000001.duckdb open" in str(told.value)
    assert f"process {other.pid}); end that program" in str(told.value)


@pytest.mark.parametrize("point", POINTS)
def test_a_kill_at_any_step_leaves_the_served_release_whole(home, point):
    make_release(home, 1)
    make_build(home, "000002", 20)
    make_audit(home, "000002")
    killed = run_publisher(home, "once", JIKE_FAILPOINT=point)
    assert killed.wait() == 137
    assert value(home) == (20 if point == "publish:pointed" else 10)
    assert current_release(home).alarm is None
    make_release(home, 3)
    assert value(home) == 30
    assert {path.suffix for path in home.releases.iterdir()} == {".duckdb", ".json"}
    moves = [move["file"] for move in journal(home)]
    assert len(moves) == len(set(moves)) == (3 if point == "publish:pointed" else 2)


def test_a_first_publish_that_was_killed_serves_nothing(home):
    make_build(home, "000001")
    make_audit(home, "000001")
    assert run_publisher(home, "once", JIKE_FAILPOINT="publish:described").wait() == 137
    with pytest.raises(JikeError, match="nothing is published yet"):
        current_release(home)


def run_publisher(home: Home, how: str, **settings: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, str(small_release.__file__), how, str(home.root)],
        env=os.environ | settings,
        stderr=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    "times", [pytest.param(50, id="50"), pytest.param(500, marks=pytest.mark.slow)]
)
def test_publish_and_kill_never_tears_the_pointer(home, times):
    for number in (1, 2):
        make_build(home, f"{number:06d}", number * 10)
        make_audit(home, f"{number:06d}")
    publish_one(home, "000001")
    kills = 0
    while kills < times:
        publisher = run_publisher(home, "for ever")
        wait_for(home.root / "ready")
        # Killed a little later each time: every step is hit.
        time.sleep(0.005 + 0.09 * (kills % 10) / 10 + kills / 10_000)
        publisher.send_signal(signal.SIGKILL)
        publisher.wait()
        (home.root / "ready").unlink()
        kills += 1
        release = current_release(home)
        assert release.alarm is None
        assert value(home) in (10, 20)
        assert pointer(home)["file"] == release.path.name


def wait_for(path: Path) -> None:
    until = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < until, f"{path.name} did not come"
        time.sleep(0.002)


# ---- back ----


def test_rollback_serves_the_former_release_and_is_written_down(home):
    for number in (1, 2, 3):
        make_release(home, number)
    hashes = {one.number: sha256_of(home.releases / one.file) for one in listed(home)}
    assert kept.rollback(home).number == 2
    assert value(home) == 20
    assert kept.rollback(home).number == 1
    assert kept.rollback(home, 3).number == 3
    assert value(home) == 30
    assert [(m["action"], m["number"]) for m in journal(home)] == [
        ("publish", 1),
        ("publish", 2),
        ("publish", 3),
        ("rollback", 2),
        ("rollback", 1),
        ("rollback", 3),
    ]
    assert all(m["by"] and m["at"] and m["sha256"] for m in journal(home))
    assert hashes == {
        one.number: sha256_of(home.releases / one.file) for one in listed(home)
    }


def listed(home: Home) -> list[kept.Listed]:
    return kept.releases(home)


def test_rollback_to_what_is_not_there_says_what_is(home):
    make_release(home, 1)
    make_release(home, 2)
    with pytest.raises(WrongInputError, match=r"release 7 is not there; .*: 1, 2"):
        kept.rollback(home, 7)
    kept.rollback(home)
    with pytest.raises(WrongInputError, match="no release before 1"):
        kept.rollback(home)


def test_rollback_to_an_incompatible_or_damaged_release_is_refused(home):
    path = (home.releases / make_release(home, 1)).with_suffix(".json")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | {"schema_version": 0}), encoding="utf-8")
    make_release(home, 2)
    damaged = home.releases / make_release(home, 3)
    damaged.chmod(0o644)
    os.truncate(damaged, 9000)
    make_release(home, 4)
    with pytest.raises(WrongInputError, match=r"version 0.*there are: 2, 4"):
        kept.rollback(home, 1)
    with pytest.raises(WrongInputError, match="changed after publishing"):
        kept.rollback(home, 3)
    assert kept.rollback(home).number == 2


def test_a_torn_line_of_the_journal_is_ended_and_the_log_goes_on(home):
    make_release(home, 1)
    with (home.logs / "journal.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"action": "publ')
    make_release(home, 2)
    lines = (home.logs / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[-1])["number"] == 2
    assert current_release(home).number == 2


# ---- when the machine fails ----


def test_a_limit_of_the_size_of_files_is_told_as_one(home):
    make_release(home, 1)
    make_build(home, "000002", 20)
    make_audit(home, "000002")
    told = r"releases: a file may not grow beyond 97 kB here, raise the limit \(ulimit"
    with files_of_at_most(100_000), pytest.raises(JikeError, match=told):
        publish_one(home)
    assert value(home) == 10
    assert not list(home.releases.glob(".unfinished*"))


def test_a_full_disk_never_asks_for_less_than_is_free(home, monkeypatch):
    make_release(home, 1)
    make_build(home, "000002", 20)
    make_audit(home, "000002")
    usage = shutil.disk_usage(home.root)

    def full(*_):
        raise duckdb.IOException("IO Error: No space left on device")

    monkeypatch.setattr(publish, "_copy", full)
    for free, needed in ((0, 1), (7000, 7001)):
        monkeypatch.setattr(
            shutil, "disk_usage", lambda _, free=free: usage._replace(free=free << 20)
        )
        told = rf"releases is full: {free} MB free, about {needed} MB needed; make room"
        with pytest.raises(JikeError, match=told):
            publish_one(home)
    assert value(home) == 10


def test_need_is_that_of_the_last_build_else_by_what_was_landed(home):
    assert build_megabytes(home) == 35
    landed = home.landing / "a.parquet"
    landed.parent.mkdir(parents=True)
    landed.touch()
    os.truncate(landed, 71 << 20)
    # The sample: 433 MB were built of 71 MB.
    assert 433 <= build_megabytes(home) <= 1.1 * 433 + 35
    built = make_build(home, "000001")
    # Somebody's own file is no build.
    (home.build / "dev.duckdb").write_bytes(bytes(9 << 20))
    assert build_megabytes(home) == built.stat().st_size >> 20
    assert release_megabytes(built) <= build_megabytes(home)


@pytest.mark.parametrize("size", [0, 100])
def test_a_rollback_that_cannot_be_written_names_path_and_remedy(home, size):
    make_release(home, 1)
    make_release(home, 2)
    told = r"publish.lock|current.json: File too large; .*raise the limit \(ulimit -f\)"
    with files_of_at_most(size), pytest.raises(JikeError, match=told) as why:
        kept.rollback(home)
    assert str(home.root) in str(why.value)
    assert value(home) == 20
    assert kept.rollback(home).number == 1


@pytest.mark.skipif(os.getuid() != 0, reason="needs to become another user")
def test_a_folder_that_cannot_be_written_is_named(home):
    make_release(home, 1)
    code = (
        "import os, sys; from jike.cli.parser import main; import getpass, pwd;"
        f"place = ['--home', {str(home.root)!r}];"
        "import jike.cli.verbs, jike.pages.tried, jike.releases.publish;"
        "main([*place, 'releases']);"  # imports what it needs while it may read it
        "os.setgid(65534); os.setuid(65534); sys.exit(main([*place, 'publish']))"
    )
    for folder in [home.root, *home.root.parents]:
        if folder.stat().st_uid == 0 and folder.is_relative_to("/tmp"):
            folder.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert str(home.root) in done.stderr
    assert "Permission denied" in done.stderr
    assert "Traceback" not in done.stderr
