"""Deliveries replace and complete each other, whatever the order of loading."""

import itertools
import json
import os
import subprocess
import sys
from datetime import date

import pytest

from jike.deliveries.load import RefusedDeliveryError, as_json
from jike.deliveries.manifests import standing
from jike.deliveries.raw import default_as_of
from jike.ground import durable
from jike.ground.errors import BusyError, JikeError, WrongInputError
from jike.ground.home import Home
from tests.fixtures.deliveries import (
    GOOD,
    built,
    csv_of,
    deliver,
    good,
    load,
    loaded,
    rows,
)


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def landed(home):
    """Every file below landing/, with its time and content."""
    return {
        path: (path.stat().st_mtime_ns, durable.sha256_of(path))
        for path in sorted(home.landing.rglob("*"))
        if path.is_file()
    }


# --- the report


def test_the_json_has_the_names_of_the_contract(tmp_path, home):
    folder = deliver(tmp_path / "2025-09-30", customers=[GOOD["customers"]] * 2)
    assert json.loads(as_json(load(home, folder, source="crm"))) == [
        {
            "file": "customers.csv",
            "entity": "customers",
            "source": "crm",
            "delivered_on": "2025-09-30",
            "read": 2,
            "accepted": 1,
            "quarantined": 1,
            "by_rule": {"duplicate": 1},
            "refused": None,
        }
    ]


def test_what_is_none_of_the_contract_is_told(tmp_path, home, caplog):
    folder = deliver(tmp_path / "2025-09-30", customers=[GOOD["customers"]], users=b"x")
    (folder / "orders").mkdir()
    (folder / "orders" / "_SUCCESS").write_bytes(b"")
    (folder / "reference").mkdir()
    (folder / "reference" / "planets.csv").write_bytes(b"x")
    assert list(loaded(home, folder)) == ["customers.csv"]
    for name in ("users.csv", "orders/_SUCCESS", "reference/planets.csv"):
        assert f"{name}: not part of the raw contract" in caplog.text


def test_a_refused_file_leaves_the_rest_of_its_delivery_unloaded(tmp_path, home):
    loaded(home, deliver(tmp_path / "2025-08-31", customers=[GOOD["customers"]]))
    before = landed(home)
    folder = deliver(
        tmp_path / "2025-09-30", customers=[good("customers")], bills=b"a,b\n1,2\n"
    )
    with pytest.raises(RefusedDeliveryError) as caught:
        load(home, folder)
    found = json.loads(as_json(caught.value.reports))
    assert [(r["file"], bool(r["refused"]), r["read"]) for r in found] == [
        ("bills.csv", True, 0),
        ("customers.csv", False, 0),
    ]
    assert "bills.csv lacks the required column" in str(caught.value)
    assert landed(home) == before


def test_every_refused_file_is_told_at_once(tmp_path, home):
    folder = deliver(tmp_path / "2025-09-30", customers=b"", bills=b"")
    with pytest.raises(RefusedDeliveryError) as caught:
        load(home, folder)
    assert [bool(r.refused) for r in caught.value.reports] == [True, True]


@pytest.mark.parametrize(
    "what", ["nothing", "a file", "an empty folder", "other files"]
)
def test_a_folder_without_a_delivery_is_wrong_input(tmp_path, home, what):
    folder = tmp_path / "2025-09-30"
    if what == "a file":
        folder.write_text("x")
    elif what != "nothing":
        folder.mkdir()
        if what == "other files":
            (folder / "readme.txt").write_text("x")
    with pytest.raises(WrongInputError):
        load(home, folder)


@pytest.mark.parametrize("source", ["../up", "a/b", ".hidden", "x" * 65, " "])
def test_a_source_that_is_no_name_is_refused(tmp_path, home, source):
    folder = deliver(tmp_path / "2025-09-30", customers=[GOOD["customers"]])
    with pytest.raises(WrongInputError, match="not a name"):
        load(home, folder, source=source)


# --- the logical date


@pytest.mark.parametrize(
    ("name", "options", "expected"),
    [
        ("2025-09-30", {}, date(2025, 9, 30)),
        ("20250930", {}, date(2025, 9, 30)),
        ("crm_20250930_full", {}, date(2025, 9, 30)),
        ("20250930123000", {}, date(2025, 9, 30)),
        ("2025-09-30", {"delivered_on": "2025-10-01"}, date(2025, 10, 1)),
        ("drop", {"delivered_on": "20251001"}, date(2025, 10, 1)),
    ],
)
def test_the_logical_date_is_in_the_name_or_given(
    tmp_path, home, name, options, expected
):
    folder = deliver(tmp_path / name, customers=[GOOD["customers"]])
    assert loaded(home, folder, **options)["customers.csv"].delivered_on == expected


def test_two_dates_in_a_name_are_refused(tmp_path, home):
    folder = deliver(tmp_path / "2025-09-01_2025-09-30", customers=[GOOD["customers"]])
    with pytest.raises(WrongInputError, match="more than one date"):
        load(home, folder)


def test_a_given_date_that_is_none_is_refused(tmp_path, home):
    folder = deliver(tmp_path / "drop", customers=[GOOD["customers"]])
    with pytest.raises(WrongInputError, match="is no date"):
        load(home, folder, delivered_on="30.9.2025")


def test_a_first_load_takes_the_newest_photograph_and_says_so(tmp_path, home, caplog):
    bill = good("bills", bill_month="2025-11-01")
    folder = deliver(tmp_path / "drop", customers=[GOOD["customers"]], bills=[bill])
    found = loaded(home, folder)
    assert found["bills.csv"].delivered_on == date(2025, 9, 30)
    assert "2025-09-30" in caplog.text


def test_without_photographs_it_takes_the_newest_fact_that_has_happened(tmp_path, home):
    order = good(
        "orders",
        completed_at="2025-09-05 10:00:00",
        promised_at="2026-01-01",
        contract_ends_on="2028-01-01",
    )
    bill = good("bills", due_on="2025-12-31")
    folder = deliver(tmp_path / "drop", orders=[order], bills=[bill])
    assert loaded(home, folder)["bills.csv"].delivered_on == date(2025, 9, 5)


def test_a_later_load_without_a_date_is_refused_but_the_same_again_is_not(
    tmp_path, home
):
    first = deliver(tmp_path / "drop", customers=[GOOD["customers"]])
    told = load(home, first)
    assert load(home, first) == told
    with pytest.raises(WrongInputError, match="no logical date"):
        load(home, deliver(tmp_path / "drop2", bills=[GOOD["bills"]]))


def test_a_first_load_without_any_date_asks_for_one(tmp_path, home):
    header = csv_of([GOOD["customers"]]).split(b"\n")[0]
    with pytest.raises(WrongInputError, match="--delivered-on"):
        load(home, deliver(tmp_path / "drop", customers=header))


# --- again, corrected, late


def test_the_same_files_again_change_nothing(tmp_path, home):
    folder = deliver(
        tmp_path / "2025-09-30",
        customers=[GOOD["customers"]] * 2,
        orders=[GOOD["orders"]],
    )
    first = load(home, folder)
    before = landed(home)
    assert load(home, folder) == first
    assert landed(home) == before


def test_a_delivery_again_replaces_its_entities_and_keeps_the_others(tmp_path, home):
    folder = tmp_path / "2025-09-30"
    deliver(folder, customers=[GOOD["customers"]], bills=[GOOD["bills"]])
    deliver(folder / "orders", a=[GOOD["orders"]], b=[good("orders", order_id="O2")])
    loaded(home, folder)
    again = tmp_path / "again" / "2025-09-30"
    deliver(again, bills=[good("bills", amount="5.00")], orders=[good("orders")])
    found = loaded(home, again)
    assert found["bills.csv"].accepted == 1
    assert rows(home, "select amount::varchar from raw.bills") == [("5.00",)]
    assert rows(home, "select order_id from raw.orders") == [("O1",)]
    assert rows(home, "select count(*) from raw.customers") == [(1,)]
    folder = home.landing / "default" / "2025-09-30"
    former = json.loads((folder / "manifest.1.json").read_text())
    assert all((home.landing / file["landed"]).exists() for file in former["files"])
    assert rows(
        home, "select entity, loaded_number from raw.deliveries order by 1"
    ) == [("bills", 2), ("customers", 1), ("orders", 2)]


def test_a_part_file_left_out_of_a_second_delivery_is_gone(tmp_path, home):
    folder = tmp_path / "2025-09-30"
    deliver(folder / "orders", a=[GOOD["orders"]], b=[good("orders", order_id="O2")])
    loaded(home, folder)
    (folder / "orders" / "b.csv").unlink()
    loaded(home, folder)
    assert rows(home, "select order_id from raw.orders") == [("O1",)]


@pytest.mark.slow
def test_of_all_deliveries_the_latest_stands_in_any_order_of_loading(tmp_path):
    folders = []
    for day, status in (
        ("2025-09-28", "open"),
        ("2025-09-29", "failed"),
        ("2025-09-30", "completed"),
    ):
        for source in ("b", "a"):
            row = good("orders", status=status, competitor=source)
            folders.append((deliver(tmp_path / source / day, orders=[row]), source))
    results = set()
    for number, order in enumerate(
        itertools.islice(itertools.permutations(folders), 0, 720, 101)
    ):
        home = Home(tmp_path / f"home{number}")
        for folder, source in order:
            found = loaded(home, folder, source=source)
            assert found["orders.csv"].accepted == 1
        results.add(tuple(rows(home, "select status, competitor from raw.orders")))
    assert results == {(("completed", "a"),)}


def test_a_row_that_a_later_delivery_leaves_out_stays(tmp_path, home):
    loaded(home, deliver(tmp_path / "2025-09-29", orders=[GOOD["orders"]]))
    loaded(
        home, deliver(tmp_path / "2025-09-30", orders=[good("orders", order_id="O2")])
    )
    assert rows(home, "select order_id from raw.orders order by 1") == [
        ("O1",),
        ("O2",),
    ]


def test_a_quarantined_later_row_does_not_hide_the_earlier_one(tmp_path, home):
    loaded(home, deliver(tmp_path / "2025-09-29", orders=[GOOD["orders"]]))
    bad = good("orders", status="completed", product_id="NONE")
    assert loaded(home, deliver(tmp_path / "2025-09-30", orders=[bad]))[
        "orders.csv"
    ].by_rule
    assert rows(home, "select status from raw.orders") == [("open",)]


def test_rows_return_by_themselves_when_their_parent_arrives(tmp_path, home):
    first = deliver(
        tmp_path / "2025-09-29",
        customers=[good("customers", customer_id="K0")],
        orders=[GOOD["orders"]],
        order_steps=[GOOD["order_steps"]],
    )
    found = loaded(home, first)
    assert found["orders.csv"].by_rule == {"reference": 1}
    assert found["order_steps.csv"].by_rule == {"reference": 1}
    assert rows(home, "select count(*) from raw.order_steps") == [(0,)]
    loaded(home, deliver(tmp_path / "2025-09-28", customers=[GOOD["customers"]]))
    assert rows(home, "select count(*) from raw.order_steps") == [(1,)]
    assert rows(home, "select * from raw.quarantine") == []
    assert loaded(home, first)["orders.csv"].accepted == 1


def test_rows_go_when_their_parent_vanishes(tmp_path, home):
    folder = deliver(tmp_path / "2025-09-29", customers=[GOOD["customers"]])
    loaded(home, folder)
    loaded(home, deliver(tmp_path / "2025-09-30", orders=[GOOD["orders"]]))
    assert rows(home, "select count(*) from raw.orders") == [(1,)]
    loaded(home, deliver(folder, customers=[good("customers", customer_id="K2")]))
    assert rows(home, "select count(*) from raw.orders") == [(0,)]
    assert rows(
        home,
        "select rule, rows_quarantined from raw.quarantine "
        "join raw.deliveries using (entity)",
    ) == [("reference", 1)]


def test_accepted_and_quarantined_rows_of_a_build_make_the_rows_read(tmp_path, home):
    many = [
        good("customers"),
        good("customers"),
        good("customers", tier="Z"),
        good("customers", joined_on="x"),
    ]
    loaded(home, deliver(tmp_path / "2025-09-30", customers=many))
    found = rows(
        home,
        "select rows_read, rows_accepted, rows_quarantined, "
        "(select count(*) from raw.quarantine) from raw.deliveries",
    )
    assert found == [(4, 1, 3, 3)]


def test_nothing_temporary_is_left_in_a_build(tmp_path, home):
    loaded(home, deliver(tmp_path / "2025-09-30", customers=[GOOD["customers"]]))
    with built(home) as con:
        assert not con.execute(
            "select table_name from information_schema.tables "
            "where table_schema <> 'raw'"
        ).fetchall()


# --- as of


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"bills": [good("bills", bill_month="2024-02-01")]}, date(2024, 2, 29)),
        ({"customers": [GOOD["customers"]]}, date(2025, 9, 30)),
        ({"visits": [GOOD["visits"]]}, date(2025, 9, 30)),
        (
            {
                "customers": [GOOD["customers"]],
                "bills": [good("bills", bill_month="2025-10-01")],
            },
            date(2025, 9, 30),
        ),
        (
            {
                "bills": [
                    good("bills", bill_month="2025-08-01", paid_on="2052-09-15"),
                    good("bills", bill_line_id="B2", bill_month="2052-09-01"),
                ],
            },
            date(2025, 8, 31),
        ),
        (
            {
                "tickets": [
                    good("tickets", closed_at="2025-09-14 08:00:00"),
                    good(
                        "tickets",
                        ticket_id="T2",
                        opened_at="2025-12-01 08:00:00",
                        closed_at="2052-09-14 08:00:00",
                    ),
                ],
                "visits": [good("visits", visited_on="2052-09-14")],
            },
            date(2025, 9, 30),
        ),
    ],
)
def test_the_default_day_is_the_end_of_the_last_billed_month(
    tmp_path, home, files, expected
):
    loaded(home, deliver(tmp_path / "2025-09-30", **files))
    with built(home) as con:
        assert default_as_of(con) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"tickets": [good("tickets")]}, date(2025, 9, 12)),
        (
            {
                "tickets": [good("tickets")],
                "bills": [good("bills", bill_month="2025-09-01")],
            },
            date(2025, 9, 30),
        ),
        (
            {"tickets": [good("tickets", opened_at="2025-08-30 08:00:00")]},
            date(2025, 8, 31),
        ),
    ],
)
def test_without_bills_the_default_day_is_not_after_the_delivery(
    tmp_path, home, files, expected
):
    loaded(home, deliver(tmp_path / "2025-09-12", **files))
    with built(home) as con:
        assert default_as_of(con) == expected


def test_a_row_is_later_than_its_own_delivery_only(tmp_path, home):
    bill = good("bills", bill_month="2025-09-01")
    early = [good("bills", bill_line_id="B0", bill_month="2025-11-01"), bill]
    loaded(home, deliver(tmp_path / "2025-08-31", bills=early))
    with (
        built(home) as con,
        pytest.raises(
            WrongInputError, match=r"bills\.csv line 2 is of 2025-11-01.*2025-08-31"
        ),
    ):
        default_as_of(con)
    loaded(home, deliver(tmp_path / "2025-09-30", bills=[bill]))
    loaded(home, deliver(tmp_path / "2025-12-31", visits=[GOOD["visits"]]))
    with built(home) as con:
        assert default_as_of(con) == date(2025, 9, 30)


def test_later_rows_are_told_and_listed_with_file_and_line(tmp_path, home):
    calls = [
        good("calls"),
        good("calls", call_id="L2", ended_at="2025-10-01 00:00:00"),
        good(
            "calls",
            call_id="L3",
            queued_at="2052-09-01 10:00:00",
            ended_at="2052-09-01 10:05:00",
        ),
        good("calls", call_id="L4", ended_at="2025-09-30 23:59:59.999999"),
    ]
    planned = good("orders", promised_at="2025-12-01", contract_ends_on="2030-01-01")
    folder = deliver(tmp_path / "2025-09-03", calls=calls, orders=[planned])
    reports = loaded(home, folder)
    (told,) = reports["calls.csv"].warnings
    assert str(told) == (
        "2 rows are dated after the month of the delivery (2025-09-03), the first at "
        "calls.csv line 3, column ended_at: 2025-10-01"
    )
    assert reports["calls.csv"].accepted == 4
    assert reports["orders.csv"].warnings == ()
    assert loaded(home, folder)["calls.csv"].warnings == (told,)
    listed = "select line, column_name, year(dated_on) from raw.later_rows order by all"
    assert rows(home, listed) == [
        (3, "ended_at", 2025),
        (4, "ended_at", 2052),
        (4, "queued_at", 2052),
    ]


def test_a_default_long_after_the_newest_photograph_is_refused(tmp_path, home):
    bill = good("bills", bill_month="2025-11-01")
    folder = deliver(
        tmp_path / "2025-11-30", customers=[GOOD["customers"]], bills=[bill]
    )
    loaded(home, folder)
    with built(home) as con, pytest.raises(WrongInputError, match="--as-of"):
        default_as_of(con)


def test_without_anything_there_is_no_default_day(home):
    with built(home) as con, pytest.raises(WrongInputError, match="run load first"):
        default_as_of(con)


# --- kills, locks, damage

KILLS = ["load: files landed", "load: delivery stands"]


@pytest.mark.parametrize("point", KILLS)
def test_a_killed_load_is_all_or_nothing_and_running_it_again_completes_it(
    tmp_path, home, point
):
    loaded(home, deliver(tmp_path / "2025-08-31", customers=[GOOD["customers"]]))
    folder = deliver(
        tmp_path / "2025-09-30", customers=[good("customers", status="closed")]
    )
    deliver(
        folder / "reference",
        centres=[{"centre_id": "R", "name_zh": "一", "name_en": "one"}],
    )
    code = (
        "import sys, pathlib; from jike.deliveries.load import load; "
        "from jike.deliveries.options import DeliveryOptions; "
        "from jike.ground.home import Home; "
        "load(Home(pathlib.Path(sys.argv[1])), "
        "DeliveryOptions(pathlib.Path(sys.argv[2])))"
    )
    killed = subprocess.run(
        [sys.executable, "-c", code, str(home.root), str(folder)],
        env={**os.environ, "JIKE_FAILPOINT": point},
    )
    assert killed.returncode == 137
    came = KILLS.index(point)
    assert rows(home, "select status from raw.customers") == [
        ("closed" if came else "active",)
    ]
    loaded(home, folder)
    assert rows(home, "select status from raw.customers") == [("closed",)]
    assert (home.reference / "centres.csv").exists()
    assert not list(home.state.glob("load-*"))


def test_two_loads_do_not_interleave(tmp_path, home):
    folder = deliver(tmp_path / "2025-09-30", customers=[GOOD["customers"]])
    with durable.only_one(home.state / "load.lock", "load"), pytest.raises(BusyError):
        load(home, folder)
    assert loaded(home, folder)["customers.csv"].accepted == 1


def test_a_damaged_landed_file_stops_the_build_and_the_next_load_heals_it(
    tmp_path, home
):
    folder = deliver(tmp_path / "2025-09-30", customers=[GOOD["customers"]])
    loaded(home, folder)
    path = home.landing / next(iter(standing(home))).files[0].landed
    content = bytearray(path.read_bytes())
    content[40] ^= 1
    path.write_bytes(content)
    with pytest.raises(JikeError, match="missing or damaged"):
        built(home)
    loaded(home, folder)
    assert rows(home, "select count(*) from raw.customers") == [(1,)]


def test_a_home_with_signs_of_a_pattern_in_its_name_works(tmp_path):
    home = Home(tmp_path / "a[1]*?'b")
    bad = good("customers", tier="Z", employees="x")
    loaded(home, deliver(tmp_path / "2025-09-30", customers=[GOOD["customers"], bad]))
    assert rows(home, "select count(*) from raw.customers") == [(1,)]


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, home, monkeypatch):
    folder = deliver(tmp_path / "2025-09-30", customers=[GOOD["customers"]])
    monkeypatch.setattr("jike.deliveries.load.fingerprint", lambda path: "0" * 64)
    with pytest.raises(RefusedDeliveryError, match="changes while it is read"):
        load(home, folder)


@pytest.mark.slow
def test_a_million_rows_are_loaded_and_built_within_half_a_gigabyte(tmp_path):
    code = """
import duckdb, pathlib, re, sys
from jike.ground.home import Home
from jike.deliveries.load import load
from jike.deliveries.options import DeliveryOptions
from jike.deliveries.raw import prepare
root = pathlib.Path(sys.argv[1]); folder = root / "2025-09-30"; folder.mkdir()
with duckdb.connect() as con:
    con.execute("set memory_limit = '300MB'")
    con.execute(f\"\"\"copy (select 'B' || i as bill_line_id, 'K' as customer_id,
        'D01' as product_id, date '2025-09-01' as bill_month, i as amount,
        'usage' as kind from range(1000000) as r(i))
        to '{folder}/bills.parquet'\"\"\")
home = Home(root / "home")
(report,) = load(home, DeliveryOptions(folder))
assert report.accepted == 1_000_000
with duckdb.connect(str(root / "build.duckdb")) as con:
    con.execute("set memory_limit = '300MB'")
    prepare(con, home)
    assert con.execute("select count(*) from raw.bills").fetchall() == [(1_000_000,)]
# The peak of this process alone: what getrusage tells begins with its parent's.
status = pathlib.Path("/proc/self/status")
if status.exists():
    assert int(re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1]) < 700_000
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
