"""Personal data stay where they belong: canaries are sown everywhere and looked for.

Each protected column and each free text of a delivery holds a name and a full phone
number that occur nowhere else. They may lie where rows themselves lie, and nowhere in
what is logged, told, recorded or drawn.
"""

import logging
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from jike.build.build import build
from jike.deliveries.contract import contract
from jike.ground.errors import JikeError
from jike.ground.home import PROJECT, Home
from tests.fixtures import small_province
from tests.fixtures.deliveries import GOOD, csv_of, deliver, good
from tests.fixtures.page_views import one_page
from tests.fixtures.small_project import DAY, write_model, write_project

pytestmark = pytest.mark.slow

CANARY = re.compile("紫雀|1397531[0-9]{4}")
ROWS = 6

# Rows lie here as they were delivered; readable by whoever may read the home only.
HOLDS_ROWS = (
    re.compile(r"landing/.*\.(parquet|csv)"),
    re.compile(r"quarantine/.*\.parquet"),
    re.compile(r"reference/managers\.csv"),
    re.compile(r"state/lists/managers.*\.csv"),
    re.compile(r"build/dbt/seeds/managers\.csv"),
    re.compile(r"build/[0-9]+\.duckdb"),
)
RELEASE = re.compile(r"releases/[0-9]+_[0-9a-f]+\.duckdb")
SHOWN = {
    # A customer is found by its name, and by whom to ask about it; both are masked for
    # viewers whose role may not see them (jike.scope).
    ("dim_customers", "customer_name"),
    ("dim_customers", "account_manager_id"),
}


def canary(*about: object) -> str:
    """A name with a phone number, one for each row and column."""
    number = abs(hash_of("-".join(map(str, about)))) % 10_000
    return f"紫雀{''.join(map(str, about))} 1397531{number:04d}"


def hash_of(text: str) -> int:
    return sum(ord(letter) * 31**i for i, letter in enumerate(text))


def sown(entity: str, number: int) -> dict[str, str]:
    """A sound row with canaries in its protected columns and in free texts."""
    table = contract().entities[entity]
    values = {
        column.name: canary(column.name, number if column.name == "member_id" else "x")
        for column in table.columns
        if column.protected
    }
    key = next(c for c in table.key if c not in ("snapshot_on", "month"))
    if (
        key not in values
        and table.column(key).type == "text"
        and not refers(table, key)
    ):
        values[key] = f"{entity}{number}"
    if entity == "customers":
        values |= {"customer_id": f"E{number}", "branch_id": "K1"}
    return good(entity, **values) | {"remark": canary("remark", number)}


def refers(table, name: str) -> bool:
    return bool(table.column(name).reference or table.column(name).values)


def sown_delivery(folder: Path) -> Path:
    """The small province with every other entity, and rows that break each rule."""
    small_province.deliver(folder, "orders", "bills")
    names = {"account_manager_id": canary("manager"), "name": canary("managername")}
    (folder / "reference" / "managers.csv").write_bytes(csv_of([names]))
    for entity in GOOD:
        if entity in ("orders", "bills", "control_totals"):
            continue
        rows = [sown(entity, number) for number in range(1, ROWS)]
        rows.append(rows[-1])
        rows.append({name: canary("wrong", name) for name in rows[0]})
        rows.append(rows[0] | {"remark": canary("remark", "nul") + "\0"})
        text = csv_of(rows) + canary("structure").encode() + b"\n"
        (folder / f"{entity}.csv").write_bytes(text)
    return folder


def jike(home: Home, *words: object, code: int = 0) -> str:
    """Call the command line as with --debug, which tells more; give what it prints."""
    command = [sys.executable, "-m", "jike.cli", "--home", str(home.root), "--debug"]
    done = subprocess.run(
        [*command, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"PYTHONFAULTHANDLER": "1"},
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


def leaks(home: Home) -> list[str]:
    """Files that hold a canary and are none of those that hold rows."""
    found = []
    for path in sorted(home.root.rglob("*")):
        place = str(path.relative_to(home.root))
        if not path.is_file() or any(one.fullmatch(place) for one in HOLDS_ROWS):
            continue
        if RELEASE.fullmatch(place):
            continue
        if path.suffix == ".parquet":
            with duckdb.connect() as con:
                cells = con.execute("select * from read_parquet(?)", [str(path)])
                text = str(cells.fetchall())
        else:
            text = path.read_bytes().decode("utf-8", "replace")
        if CANARY.search(text) or CANARY.search(place):
            found.append(place)
    return found


def columns_with_canaries(path: Path) -> set[tuple[str, str]]:
    with duckdb.connect(str(path), read_only=True) as con:
        columns = con.execute(
            "select table_name, column_name from duckdb_columns() "
            "where data_type = 'VARCHAR' and not internal"
        ).fetchall()
        return {
            (table, column)
            for table, column in columns
            if con.execute(
                f'select 1 from "{table}" where regexp_matches("{column}", ?) limit 1',
                [CANARY.pattern],
            ).fetchall()
        }


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """A home in which a sown delivery was loaded, built, audited and published."""
    home = Home(tmp_path_factory.mktemp("home"))
    folder = sown_delivery(tmp_path_factory.mktemp("delivery") / "2025-09-30")
    said = jike(home, "run", folder, "--as-of", "2025-09-30")
    assert "type" in said and "structure" in said and "duplicate" in said
    assert not CANARY.search(said)
    (home.logs / "said.txt").write_text(said, encoding="utf-8")
    return home


def test_the_canaries_came_as_far_as_they_may(home):
    """Else their absence elsewhere would say nothing."""
    (release,) = home.releases.glob("*.duckdb")
    assert columns_with_canaries(release) == SHOWN
    rejected = list(home.quarantine.rglob("*.parquet"))
    with duckdb.connect() as con:
        rules = con.execute(
            "select distinct rule from read_parquet(?) where regexp_matches(row, ?)",
            [list(map(str, rejected)), CANARY.pattern],
        ).fetchall()
    assert {"structure", "nul", "type"} <= {rule for (rule,) in rules}
    assert home.quarantine.stat().st_mode & 0o777 == 0o700


def test_a_sound_run_leaves_none_in_logs_records_results_or_what_dbt_writes(home):
    assert leaks(home) == []
    assert (home.build / "dbt" / "target" / "manifest.json").exists()
    assert list((home.state / "audits").glob("*.json"))
    assert list(home.build.glob("*.checks.parquet"))


def test_a_leak_would_be_found(tmp_path):
    home = Home(tmp_path)
    home.logs.mkdir()
    (home.logs / "load.log").write_text(f"no customer {canary('x')}", encoding="utf-8")
    (home.build / "dbt").mkdir(parents=True)
    with duckdb.connect() as con:
        checks = home.build / "000001.checks.parquet"
        con.execute(f"copy (select '{canary('y')}' as observed) to '{checks}'")
    assert leaks(home) == ["build/000001.checks.parquet", "logs/load.log"]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("csv", csv_of([sown("customers", 1)]) + f'"{canary("open")}'.encode()),
        ("csv", f"{canary('head')},{canary('head', 2)}\n".encode()),
        ("csv", csv_of([sown("customers", 1)]).decode().encode("utf-16")),
        ("csv", csv_of([sown("customers", 1) | {"tier": canary("x") * 9_000}])),
        ("parquet", b"PAR1" + canary("inside").encode() + b"PAR1"),
        ("xlsx", canary("inside").encode()),
    ],
    ids=["open quote", "no header", "utf-16", "long field", "parquet", "xlsx"],
)
def test_a_refused_file_is_told_without_what_it_holds(home, tmp_path, kind, content):
    folder = tmp_path / "2025-10-31"
    folder.mkdir()
    (folder / f"customers.{kind}").write_bytes(content)
    for words in ("load",), ("--json", "load"):
        assert not CANARY.search(jike(home, *words, folder, code=2))
    assert leaks(home) == []


def test_a_list_that_breaks_the_contract_is_told_without_its_values(home, tmp_path):
    folder = deliver(tmp_path / "2025-10-31", customers=[sown("customers", 1)])
    row = {"account_manager_id": canary("a"), "valid_from": canary("b"), "name": "x"}
    deliver(folder / "reference", managers=[row])
    assert not CANARY.search(jike(home, "load", folder, code=2))
    assert leaks(home) == []


FAILING = {
    "model": "select cast(customer_name as int) as x from raw.customers",
    "assertion": "select error(customer_name) as x from raw.customers",
    "date": "select strptime(customer_name, '%Y') as x from raw.customers",
    "key": (
        "select (select customer_name from raw.customers where tier <> x) as y "
        "from (select max(customer_id) as x from raw.customers) as t"
    ),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_model_that_fails_on_a_row_is_told_without_it(tmp_path, name, capfd, caplog):
    home = Home(tmp_path / "home")
    jike(home, "load", deliver(tmp_path / "2025-09-30", customers=[
        sown("customers", n) | {"branch_id": "C01"} for n in (1, 2)
    ]))  # fmt: skip
    project = write_project(tmp_path / "project")
    write_model(project, FAILING[name])
    caplog.set_level(logging.DEBUG)
    with pytest.raises(JikeError) as told:
        build(home, DAY, project=project)
    printed = capfd.readouterr()
    said = str(told.value) + printed.out + printed.err + caplog.text
    assert "dim_build" in said
    assert not CANARY.search(said)
    assert leaks(home) == []


def test_pages_log_no_value_even_when_they_fail(home, monkeypatch, caplog, capfd):
    monkeypatch.setenv("JIKE_HOME", str(home.root))
    caplog.set_level(logging.INFO)
    drawn = 0
    for path in sorted((PROJECT / "dashboards" / "views").glob("[a-z]*")):
        app = one_page(path.name).run()
        assert not app.exception, path.name
        drawn += 1
    assert drawn >= 10
    from dashboards.kit import bullets
    from dashboards.views.scorecard import charts

    def broken(*_: object, **__: object) -> None:
        raise ValueError(f"could not convert {canary('page')}")

    for module in (bullets, charts):
        for name, chart in list(vars(module).items()):
            is_ours = getattr(chart, "__module__", "") == module.__name__
            if is_ours and isinstance(chart, type):
                monkeypatch.setattr(chart, "draw", broken)
            elif is_ours and not name.startswith("_"):
                monkeypatch.setattr(module, name, broken)
    app = one_page("scorecard").run()
    printed = capfd.readouterr()
    assert not CANARY.search(printed.out + printed.err + caplog.text)
    assert "jike.pages" in {record.name for record in caplog.records}
    errors = "\n".join(element.value for element in (*app.error, *app.warning))
    assert not CANARY.search(errors)
