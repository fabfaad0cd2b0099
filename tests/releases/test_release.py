"""Which release is served, what happens when it is damaged, and how it is read."""

import json
import os
import threading
import time
from datetime import date
from pathlib import Path

import pytest

from jike.ground.errors import JikeError, WrongInputError
from jike.ground.home import Home
from jike.releases import kept, opening
from jike.releases.opening import ALL, current_release, held, read, release_as_of, rows
from jike.releases.question import Question
from tests.fixtures.small_release import (
    ASKED,
    make_audit,
    make_build,
    make_release,
    pointer,
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def value(found: opening.Release) -> int:
    return int(rows(ASKED, ALL, found)[0]["total"]) // 5


def damage(path: Path, at: int | None = None) -> None:
    """Flip one bit in the middle of a file that nobody should have touched."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2 if at is None else at] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)


def test_before_anything_is_published_the_message_says_what_to_run(home):
    with pytest.raises(JikeError, match="nothing is published yet; run `jike demo`"):
        current_release(home)


def test_the_release_says_what_it_was_made_of(home):
    make_release(home, 1)
    found = current_release(home)
    assert (found.number, found.as_of, found.run) == (1, date(2025, 9, 30), "000001")
    assert (found.checks_passed, found.checks_warned) == (1, 0)
    assert (found.is_sample, found.alarm) == (False, None)
    assert value(found) == 10


def test_a_release_file_cannot_be_written_by_its_owner(home):
    make_release(home, 1)
    assert current_release(home).path.stat().st_mode & 0o777 == 0o400


@pytest.mark.parametrize("at", [100, None, -100])
def test_after_a_flipped_bit_the_former_release_is_served_with_an_alarm(home, at):
    make_release(home, 1)
    make_release(home, 2)
    assert value(current_release(home)) == 20
    damage(current_release(home).path, at)
    found = current_release(home)
    assert (found.number, value(found)) == (1, 10)
    assert found.alarm is not None
    assert "was changed after publishing" in found.alarm


def test_a_truncated_release_is_not_served(home):
    make_release(home, 1)
    path = home.releases / make_release(home, 2)
    path.chmod(0o644)
    os.truncate(path, 5000)
    assert current_release(home).number == 1


def test_a_lost_file_lets_the_former_release_stand_in(home):
    make_release(home, 1)
    (home.releases / make_release(home, 2)).unlink()
    found = current_release(home)
    assert found.number == 1
    assert "missing" in str(found.alarm)


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"000002"',
        b"\xff\xfe\x00",
        b'{"file": null}',
        b'{"file": 7}',
        b'{"file": "../../etc/passwd"}',
        b'{"file": "/etc/passwd"}',
        b'{"file": "000001_aaaaaaaaaaaa.duckdb/../x"}',
        b'{"file": "000009_aaaaaaaaaaaa.duckdb"}',
        b'{"file": "000002_aaaaaaaaaaaa.duckdb\\n"}',
        b'{"file": "current.json"}',
    ],
)
def test_a_garbled_pointer_serves_the_last_good_release_with_an_alarm(home, garbage):
    make_release(home, 1)
    make_release(home, 2)
    (home.releases / "current.json").write_bytes(garbage)
    found = current_release(home)
    assert found.number == 2
    assert found.alarm


def test_a_release_that_is_a_link_elsewhere_is_not_followed(home, tmp_path):
    make_release(home, 1)
    path = home.releases / make_release(home, 2)
    elsewhere = tmp_path / "elsewhere.duckdb"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert current_release(home).number == 1


def test_a_release_rolled_back_from_does_not_return_when_the_pointer_is_lost(home):
    for number in (1, 2, 3):
        make_release(home, number)
    kept.rollback(home, 2)
    (home.releases / "current.json").unlink()
    assert current_release(home).number == 2
    damage(home.releases / str(json.loads(last_line(home))["file"]))
    assert current_release(home).number == 1


def last_line(home: Home) -> str:
    return (home.logs / "journal.jsonl").read_text(encoding="utf-8").splitlines()[-1]


def test_tables_of_another_version_are_not_shown(home):
    make_release(home, 1)
    path = (home.releases / make_release(home, 2)).with_suffix(".json")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | {"schema_version": 99}), encoding="utf-8")
    found = current_release(home)
    assert found.number == 1
    assert "by a later version of Jike: it holds tables of version 99" in found.alarm


def test_when_no_release_is_whole_the_message_says_so(home):
    damage(home.releases / make_release(home, 1))
    with pytest.raises(JikeError, match="no release is whole"):
        current_release(home)


def test_a_held_build_is_told_until_a_newer_one_is_served(home):
    assert held(home) is None
    make_release(home, 1)
    assert held(home) is None
    make_build(home, "000002")
    make_audit(home, "000002", "held")
    found = held(home)
    assert found is not None
    assert (found.run, found.failed) == ("000002", ("row_count",))
    assert found.delivered_on == date(2025, 9, 30)
    make_release(home, 3)
    assert held(home) is None


def test_the_release_of_a_day_is_found_and_another_day_refused(home):
    make_release(home, 1)
    make_release(home, 2)
    assert release_as_of(home, date(2025, 9, 30)).number == 2
    with pytest.raises(WrongInputError, match="2025-09-30"):
        release_as_of(home, date(2024, 1, 1))


def test_a_frame_and_rows_give_the_same_answer(home):
    make_release(home, 1)
    found = current_release(home)
    assert int(read(ASKED, ALL, found)["total"][0]) == value(found) * 5


def test_threads_that_share_a_release_get_their_own_rows(home):
    make_release(home, 1)
    found = current_release(home)
    wrong: list[object] = []

    def ask(number: int) -> None:
        for i in range(100):
            key = number * 1000 + i
            question = Question(
                ("kpi_revenue",),
                "select ? + 0 * sum(revenue_yuan) as n from kpi_revenue",
                (key,),
            )
            answer = rows(question, ALL, found)
            if int(answer[0]["n"]) != key:
                wrong.append(answer)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_readers_see_one_release_each_while_others_are_published(home):
    make_release(home, 1)
    stop = threading.Event()
    wrong: list[object] = []
    reads: list[int] = []

    def look() -> None:
        while not stop.is_set():
            try:
                found = current_release(home)
                answers = {value(found) for _ in range(3)}
            except JikeError as error:
                wrong.append(error)
                return
            reads.append(found.number)
            if answers != {found.number * 10} or found.alarm:
                wrong.append((found, answers))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(2, 9):
        make_release(home, number)
        time.sleep(0.05)
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(set(reads)) > 1


def test_a_question_that_runs_away_is_stopped_and_others_go_on(home, monkeypatch):
    make_release(home, 1)
    found = current_release(home)
    monkeypatch.setattr(opening, "QUERY_SECONDS", 0.2)
    slow = Question(
        ("kpi_revenue",),
        "select count(*) as n from kpi_revenue, range(1000000) a, range(1000000) b "
        "where hash(a.range + b.range) % 7 = 1",
    )
    started = time.monotonic()
    with pytest.raises(JikeError, match="stopped after"):
        rows(slow, ALL, found)
    assert time.monotonic() - started < 10
    assert value(found) == 10


def test_an_error_names_the_table_and_no_value_of_the_data(home):
    make_release(home, 1)
    question = Question(
        ("dim_customers",), "select cast(customer_name as int) from dim_customers"
    )
    with pytest.raises(JikeError) as told:
        rows(question, ALL, current_release(home))
    assert "dim_customers" in str(told.value)
    assert "名称" not in str(told.value)


def test_the_pointer_names_what_is_served(home):
    name = make_release(home, 1)
    assert pointer(home)["file"] == name
