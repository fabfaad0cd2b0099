"""The same input gives the same release, to the last bit of every figure."""

import random
import shutil

import duckdb
import pytest

from jike.build.build import build
from jike.ground.home import Home
from jike.pages.tried import questions_of_pages
from jike.releases.manifest import manifest_of, read_manifest
from jike.releases.publish import content_sha256, publish
from tests.fixtures import small_operations, small_service
from tests.fixtures.compiled_models import compiled_once
from tests.fixtures.deliveries import load
from tests.fixtures.small_province import let_pass

AS_OF = small_service.AS_OF
HALLS = 400


@pytest.fixture(scope="module")
def delivery(tmp_path_factory):
    """Calls, interviews, tickets, orders, halls: whatever is measured in fractions."""
    folder = small_operations.deliver(tmp_path_factory.mktemp("all") / "2025-06-20")
    other = small_service.deliver(tmp_path_factory.mktemp("service") / "2025-06-20")
    for name in ("calls", "survey_responses", "survey_answers"):
        shutil.move(other / f"{name}.csv", folder)
    shutil.move(other / "reference" / "survey_items.csv", folder / "reference")
    chance = random.Random(3)
    with (folder / "hall_queue.csv").open("a", encoding="utf-8") as file:
        for at in range(HALLS):
            taken = f"2025-05-{3 + at % 9:02} 12:00:0{at % 10}"
            called = f"2025-05-{3 + at % 9:02} 12:{chance.randint(1, 59):02}:11.7"
            file.write(f"\nZ{at},H1,other,{taken},{called},,")
    with (folder / "tickets.csv").open("a", encoding="utf-8") as file:
        for at in range(HALLS):
            closed = f"2025-05-06 {chance.randint(10, 23)}:{chance.randint(1, 59):02}"
            times = f"2025-05-05 09:00:00,,,{closed}:07,,"
            file.write(f"Z{at},E1,,,,hotline,fault,,,{times},closed,\n")
    return folder


@pytest.fixture(scope="module")
def home(served, delivery):
    return served(delivery, AS_OF)


def served_again(home, factory):
    with compiled_once(factory):
        record = build(home, AS_OF)
    let_pass(home, record.run)
    return publish(home, record.run, questions=questions_of_pages)


def marts(path):
    """Rows of every mart, however they are ordered."""
    with duckdb.connect(str(path), read_only=True) as con:
        tables = con.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts'"
        ).fetchall()
        return {
            name: sorted(map(repr, con.execute(f"from marts.{name}").fetchall()))
            for (name,) in tables
        }


def test_two_builds_of_the_same_input_are_released_with_one_content_hash(
    home, tmp_path_factory
):
    again = served_again(home, tmp_path_factory)
    (former,) = home.releases.glob("000001_*.json")
    first, second = read_manifest(former), manifest_of(again)
    assert first["run"] != second["run"]
    assert first["content_sha256"] == second["content_sha256"]


def test_no_figure_depends_on_the_order_of_the_rows(home, delivery, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shuffled") / delivery.name
    shutil.copytree(delivery, folder)
    for path in folder.glob("*.csv"):
        head, *rows = path.read_text(encoding="utf-8").strip().splitlines()
        random.Random(5).shuffle(rows)
        path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    other = Home(tmp_path_factory.mktemp("home"))
    load(other, folder)
    with compiled_once(tmp_path_factory):
        shuffled = marts(build(other, AS_OF).path)
    as_delivered = marts(home.build / "000001.duckdb")
    assert as_delivered.keys() == shuffled.keys()
    for name, found in as_delivered.items():
        assert found == shuffled[name], name


@pytest.mark.parametrize(
    "change",
    [
        "update t set d = d + 1e-16 where i = 1",
        "insert into t select * from t where i = 1",
        "delete from t where i = 2",
        "alter table t alter i type bigint",
        "alter table t rename d to e",
        "alter table t rename to u",
        "update t set s = null where i = 1",
    ],
)
def test_whatever_differs_changes_the_content_hash(change):
    made = "create table t as select * from (values (1, 0.1::double, ''), (2, 2, 'b'))"
    with duckdb.connect() as one, duckdb.connect() as two:
        one.execute(f"{made} as t (i, d, s) order by i")
        two.execute(f"{made} as t (i, d, s) order by i desc")
        assert content_sha256(one) == content_sha256(two)
        two.execute(change)
        assert content_sha256(one) != content_sha256(two)
