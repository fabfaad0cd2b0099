"""Somebody's files through a mapping: declared reading, selects, what becomes of it."""

import json
import os
import shutil
import struct
import subprocess
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

import duckdb
import openpyxl
import pytest

from jike.cli import parser
from jike.deliveries.load import RefusedDeliveryError, as_json
from jike.deliveries.manifests import asked_parameters, standing
from jike.ground.errors import WrongInputError
from jike.ground.home import Home
from jike.pages import quality as questions
from tests.fixtures.deliveries import built, load, loaded, plan, rows

VISITS = """
select id as visit_id, customer as customer_id, as_date(day, '%d.%m.%Y') as visited_on,
    _file, _line
from visits
"""
DAY = "2025-09-30"


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / DAY
    made.mkdir()
    return made


def mapping(home, declared="visits: {file: 'v*.csv'}", head="", **selects):
    """Write the mapping `crm`; selects are by entity."""
    into = home.mappings / "crm"
    into.mkdir(parents=True, exist_ok=True)
    (into / "source.yml").write_text(f"{head}\nfiles:\n  {declared}\n", "utf-8")
    for name, sql in (selects or {"visits": VISITS}).items():
        (into / f"{name}.sql").write_text(sql, encoding="utf-8")
    return into


def visits(folder, text, name="v.csv", encoding="utf-8"):
    (folder / name).write_bytes(text.encode(encoding))


# --- how files are read


@pytest.mark.parametrize(
    ("declared", "text", "encoding"),
    [
        ("visits: {file: 'v*.csv'}", "id,customer,day\r\nV1,王,03.09.2025", "utf-8"),
        ("visits: {file: v.csv}", "id,customer,day\nV1,王,03.09.2025\n", "utf-8-sig"),
        (
            "visits: {file: v.csv, encoding: GB18030, delimiter: ';'}",
            "id;customer;day\nV1;王;03.09.2025\n",
            "gb18030",
        ),
        (
            "visits: {file: v.csv, encoding: utf-16, header_row: 3}",
            'Report\n"a ""b""\nid,customer,day,,\nV1,王,03.09.2025,,\n',
            "utf-16",
        ),
        (
            'visits: {file: v.csv, format: csv, delimiter: "\\t"}',
            "id\tcustomer\tday\nV1\t王\t03.09.2025\n",
            "utf-8",
        ),
        (
            "visits: {file: v.csv, format: json_lines}",
            '{"id": "V1"}\n\n{"id": "V1", "customer": "王", "day": "03.09.2025"}\n',
            "utf-8",
        ),
    ],
)
def test_a_text_is_read_as_declared(home, folder, declared, text, encoding):
    mapping(home, declared)
    visits(folder, text, encoding=encoding)
    loaded(home, folder, mapping="crm")
    assert rows(home, "select visit_id, customer_id, visited_on from raw.visits") == [
        ("V1", "王", date(2025, 9, 3))
    ]


def test_nothing_is_guessed_about_an_encoding(home, folder):
    mapping(home)
    visits(
        folder, "id,customer,day\nV1,王,03.09.2025\nV2,a,03.09.2025\n", "v.csv", "gbk"
    )
    reports = loaded(home, folder, mapping="crm")
    assert reports["v.csv"].by_rule == {"encoding": 1}
    assert reports["crm/visits.sql"].accepted == 1


def test_what_is_no_record_goes_to_quarantine_for_the_file(home, folder):
    mapping(home)
    text = "id,customer,day\nV1,a,03.09.2025\nV2,a\nV3,a,b,c\nV4,a\0,03.09.2025\n"
    visits(folder, text)
    reports = loaded(home, folder, mapping="crm")
    assert reports["v.csv"].by_rule == {"structure": 2, "nul": 1}
    assert (reports["v.csv"].read, reports["v.csv"].entity) == (4, None)
    assert rows(home, "select entity, file, line, rule from raw.quarantine") == [
        ("crm/visits", "v.csv", 3, "structure"),
        ("crm/visits", "v.csv", 4, "structure"),
        ("crm/visits", "v.csv", 5, "nul"),
    ]
    assert rows(
        home, "select entity, rows_read, rows_accepted from raw.deliveries order by 1"
    ) == [("crm/visits", 4, 1), ("visits", 1, 1)]
    with built(home) as con:  # what the page says was received: nothing twice
        con.execute("use raw")
        found = con.execute(questions.received().sql).fetchall()
    assert found == [(4, 1, 3, 0.75)]


def test_headers_that_come_twice_are_numbered(home, folder):
    sql = 'select id as visit_id, "day" as customer_id, day_2 as visited_on, column_4 '
    mapping(home, visits=sql + "as purpose from visits")
    visits(folder, "id,day,Day,,_file,,\nV1,K1,2025-09-03,why,x,,\n")
    loaded(home, folder, mapping="crm")
    assert rows(home, "select customer_id, visited_on, purpose from raw.visits") == [
        ("K1", date(2025, 9, 3), "why")
    ]


def workbook(path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    book.save(path)


def test_a_star_uses_the_columns_of_the_contract(home, folder):
    mapping(home, visits="select *, '2025-09-03' as visited_on from visits")
    visits(folder, "visit_id,customer_id,extra\nV1,K1,x\n")
    _, (found,) = plan(home, folder, mapping="crm")
    assert found.unused["v.csv"] == ["extra"]
    assert found.accepted == 1


def test_every_sheet_is_a_table_and_its_cells_keep_what_they_are(home, folder):
    declared = (
        "first: {file: b.xlsx, sheet: 一, header_row: 2}\n"
        "  second: {file: b.xlsx, sheet: 2}"
    )
    sql = """
        select first.id as visit_id, second.id as customer_id, first.day as visited_on,
            concat_ws('|', amount, clock, lasted, moment, error) as purpose,
            first._file, first._line
        from first, second
    """
    mapping(home, declared, visits=sql)
    heads = ["id", "day", "amount", "clock", "lasted", "moment", "error", None]
    cells = [
        *(7, date(2025, 9, 3), 0.1 + 0.2, time(7, 5)),
        *(timedelta(hours=27, seconds=4), datetime(2025, 9, 3, 8, 0), "#N/A"),
    ]
    lines = [["Report"], heads, cells, [None], [8, None, *cells[2:], None, "beyond"]]
    workbook(folder / "b.xlsx", 一=lines, 二=[["id"], ["K1"]])
    reports = loaded(home, folder, mapping="crm")
    assert reports["b.xlsx#一"].by_rule == {"structure": 1}
    assert reports["b.xlsx#2"].read == 1
    (found,) = rows(home, "select * exclude (executive) from raw.visits")
    assert found[:2] == ("7", "K1")
    assert found[3] == date(2025, 9, 3)
    assert found[4] == "0.3|07:05:00|27:00:04|2025-09-03 08:00:00|#N/A"


def old_workbook(path, sheet, cells):
    """Write a workbook of Excel 97: a compound file with one stream of records."""

    def record(number, data=b""):
        return struct.pack("<HH", number, len(data)) + data

    def begin(kind):
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0xDBB, 0x7CC, 0, 6))

    formats = b"".join(
        record(0xE0, struct.pack("<HH", 0, number) + bytes(16)) for number in (0, 14)
    )
    name = struct.pack("<BBB", 0, len(sheet), 1) + sheet.encode("utf-16-le")
    start = len(begin(5) + formats) + 4 + 5 + len(name) + 4
    book = begin(5) + formats + record(0x85, struct.pack("<IB", start, 0) + name)
    book += record(0x0A) + begin(0x10)
    for (row, column), value in cells.items():
        at = struct.pack("<HHH", row, column, isinstance(value, int))
        if isinstance(value, str):
            text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
            book += record(0x204, at + text)
        else:
            book += record(0x203, at + struct.pack("<d", value))
    stream = (book + record(0x0A)).ljust(4096, b"\0")
    ends, free = 0xFFFFFFFE, 0xFFFFFFFF
    chain = [0xFFFFFFFD, ends, *range(3, 10), ends]
    table = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))

    def entry(name, kind, child, first, size):
        raw = (name + "\0").encode("utf-16-le")
        head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw), kind, 1)
        links = struct.pack("<III", free, free, child) + bytes(36)
        return head + links + struct.pack("<IQ", first, size)

    folder = entry("Root Entry", 5, 1, ends, 0) + entry("Workbook", 2, free, 2, 4096)
    folder += bytes(256)
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, ends, 0, ends, 0)
    head += struct.pack("<109I", 0, *[free] * 108)
    path.write_bytes(head + table + folder + stream)


def test_a_workbook_of_the_old_format_is_read(home, folder):
    sql = "select id as visit_id, 客户 as customer_id, day as visited_on, n as purpose"
    mapping(home, "v: {file: v.xls, sheet: 访问}", visits=sql + ", _file, _line from v")
    heads = {(0, 0): "id", (0, 1): "客户", (0, 2): "day", (0, 3): "n"}
    values = {(2, 0): "V1", (2, 1): "K1", (2, 2): 45903, (2, 3): 0.1 + 0.2}
    old_workbook(folder / "v.xls", "访问", heads | values)
    loaded(home, folder, mapping="crm")
    assert rows(
        home, "select visit_id, customer_id, visited_on, purpose from raw.visits"
    ) == [("V1", "K1", date(2025, 9, 3), "0.3")]


@pytest.mark.parametrize("sheet", ["三", "3"])
def test_a_sheet_that_is_not_there_is_told(home, folder, sheet):
    mapping(home, f"visits: {{file: b.xlsx, sheet: {sheet}}}")
    workbook(folder / "b.xlsx", 一=[["id"]], 二=[["id"]])
    with pytest.raises(
        RefusedDeliveryError, match=f"has no sheet {sheet}; there are 一"
    ):
        load(home, folder, mapping="crm")


def test_parquet_keeps_its_types_and_files_of_one_pattern_make_one_table(home, folder):
    sql = "select id as visit_id, k as customer_id, day as visited_on, why as purpose, "
    mapping(home, "v: {file: 'in/v*.parquet'}", visits=sql + "_file, _line from v")
    (folder / "in").mkdir()
    for number, more in ((1, ""), (2, ", 'x' as why")):
        duckdb.sql(
            f"select {number} as id, 'K' as k, date '2025-09-0{number}' as day{more}"
        ).write_parquet(str(folder / "in" / f"v{number}.parquet"))
    loaded(home, folder, mapping="crm")
    assert rows(home, "select visit_id, visited_on, purpose from raw.visits") == [
        ("1", date(2025, 9, 1), None),
        ("2", date(2025, 9, 2), "x"),
    ]


def test_json_lines_keep_their_digits(home, folder):
    sql = "select id as visit_id, customer_id, '2025-09-03' as visited_on, n as purpose"
    mapping(home, "v: {file: v.jsonl}", visits=sql + " from v")
    text = '{"id": 1.50, "customer_id": 12345678901234567890, "n": {"a": [1]}}\nnot\n[]'
    visits(folder, text, "v.jsonl")
    reports = loaded(home, folder, mapping="crm")
    assert reports["v.jsonl"].by_rule == {"structure": 2}
    assert rows(home, "select visit_id, customer_id, purpose from raw.visits") == [
        ("1.50", "12345678901234567890", '{"a": ["1"]}')
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "has no header in line 1"),
        ('id,customer,day\nV1,"a', "ends inside a quoted field"),
        ("id,day\n", "lacks the required column customer"),
    ],
)
def test_a_file_that_cannot_be_read_refuses_the_delivery(home, folder, text, why):
    mapping(home, "visits: {file: v.csv, columns: [id, customer]}")
    visits(folder, text)
    with pytest.raises(RefusedDeliveryError, match=f"v.csv {why}"):
        load(home, folder, mapping="crm")
    assert not home.landing.exists() or list(standing(home)) == []


# --- what comes of a row


def test_a_row_is_known_by_its_delivered_file_and_line(home, folder):
    mapping(home)
    visits(
        folder, "id,customer,day\nV1,a,03.09.2025\nV2,a,09/03/2025\nV1,b,04.09.2025\n"
    )
    reports = loaded(home, folder, mapping="crm")
    assert [fault.sentence for fault in reports["crm/visits.sql"].faults] == [
        "v.csv line 3, column visited_on: rule type (rows: 1)",
        "v.csv line 4, column visit_id: rule key (rows: 1)",
    ]
    assert rows(home, "select file, line, column_name, rule from raw.quarantine") == [
        ("v.csv", 3, "visited_on", "type"),
        ("v.csv", 4, "visit_id", "key"),
    ]


def test_one_line_can_become_many_rows_and_lose_only_the_faulty_one(home, folder):
    sql = """
        select id || n as visit_id, customer as customer_id, day as visited_on,
            _file, _line
        from visits, (values (1, '2025-09-01'), (2, '2025-09-02'), (1, '2025-09-03'))
            as t (n, day)
    """
    mapping(home, visits=sql.replace("day as visited", "t.day as visited"))
    visits(folder, "id,customer,day\nV,a,x\n")
    reports = loaded(home, folder, mapping="crm")
    assert reports["crm/visits.sql"].by_rule == {"key": 1}
    assert len(rows(home, "select * from raw.visits")) == 2


def test_without_file_and_line_the_mapped_row_is_named(home, folder):
    mapping(home, visits=VISITS.replace("_file, _line", "1 as one"))
    visits(folder, "id,customer,day\nV1,a,03.09.2025\nV2,a,x\n")
    fault = loaded(home, folder, mapping="crm")["crm/visits.sql"].faults[0]
    assert (fault.file, fault.line) == ("crm/visits.sql", 2)


def test_the_json_names_delivered_files_and_selects(home, folder):
    mapping(home)
    visits(folder, "id,customer,day\nV1,a,03.09.2025\n")
    found = json.loads(as_json(load(home, folder, mapping="crm")))
    assert [(r["file"], r["entity"], r["source"], r["read"]) for r in found] == [
        ("crm/visits.sql", "visits", "crm", 1),
        ("v.csv", None, "crm", 1),
    ]


def test_a_list_can_be_mapped(home, folder):
    mapping(
        home,
        visits=VISITS,
        centres="select column0 as centre_id, column1 as name_zh, column1 as name_en "
        "from (values ('c1', '中'), ('c2', '西')) as t (column0, column1)",
    )
    visits(folder, "id,customer,day\nV1,a,03.09.2025\n")
    assert loaded(home, folder, mapping="crm")["crm/centres.sql"].accepted == 2
    assert (home.reference / "centres.csv").read_text("utf-8").count("\n") == 3


def test_reference_lists_of_the_delivery_are_read_too(home, folder):
    mapping(home)
    visits(folder, "id,customer,day\nV1,a,03.09.2025\n")
    (folder / "reference").mkdir()
    visits(folder / "reference", "centre_id,name_zh,name_en\nc1,a,b\n", "centres.csv")
    assert "reference/centres.csv" in loaded(home, folder, mapping="crm")


# --- again, and with a change


def test_the_same_files_again_change_nothing(home, folder):
    mapping(home)
    visits(folder, "id,customer,day\nV1,a,03.09.2025\nV2,a,x\nV3\n")
    first = loaded(home, folder, mapping="crm")
    stood = [(d.number, d.files) for d in standing(home)]
    assert loaded(home, folder, mapping="crm") == first
    assert [(d.number, d.files) for d in standing(home)] == stood


def test_a_changed_mapping_replaces_what_it_yielded(home, folder):
    mapping(home)
    visits(folder, "id,customer,day\nV1,a,03/09/2025\n")
    assert loaded(home, folder, mapping="crm")["crm/visits.sql"].accepted == 0
    mapping(home, visits=VISITS.replace(".%m.", "/%m/"))
    assert loaded(home, folder, mapping="crm")["crm/visits.sql"].accepted == 1
    assert rows(home, "select visited_on from raw.visits") == [(date(2025, 9, 3),)]


@pytest.mark.parametrize("point", ["load: files landed", "load: delivery stands"])
def test_a_killed_load_has_loaded_all_or_nothing(home, folder, point):
    mapping(home)
    visits(folder, "id,customer,day\nV1,a,03.09.2025\nV2,a,x\nV3\n")
    arguments = ["--home", str(home.root), "load", str(folder), "--mapping", "crm"]
    killed = subprocess.run(
        [sys.executable, "-m", "jike.cli", *arguments],
        env={**os.environ, "JIKE_FAILPOINT": point},
    )
    assert killed.returncode == 137
    stood = [len(d.files) for d in standing(home)]
    assert stood == ([2] if point.endswith("stands") else [])
    loaded(home, folder, mapping="crm")
    assert rows(home, "select visit_id from raw.visits") == [("V1",)]
    assert len(rows(home, "select * from raw.quarantine")) == 2


def test_what_a_mapping_yields_no_more_goes(home, folder):
    into = mapping(home)
    visits(folder, "id,customer,day\nV1,a,03.09.2025\n")
    loaded(home, folder, mapping="crm")
    other = "select id as event_id, '2025-09-03' as observed_on, 'x' as competitor, "
    mapping(home, competitor_events=other + "'bundle' as move from visits")
    (into / "visits.sql").unlink()
    loaded(home, folder, mapping="crm")
    assert rows(home, "select * from raw.visits") == []
    assert len(rows(home, "select * from raw.competitor_events")) == 1


def test_a_changed_file_replaces_what_it_yielded(home, folder):
    mapping(home)
    visits(folder, "id,customer,day\nV1,a,03.09.2025\nV2,a,03.09.2025\n")
    loaded(home, folder, mapping="crm")
    visits(folder, "id,customer,day\nV1,a,03.09.2025\n")
    loaded(home, folder, mapping="crm")
    assert rows(home, "select visit_id from raw.visits") == [("V1",)]


def test_the_parameters_of_a_source_are_those_of_the_build(home, folder):
    mapping(home, head="parameters: {nrr_window_months: 1, cohort_on: 2024-12-31}")
    visits(folder, "id,customer,day\nV1,a,03.09.2025\n")
    loaded(home, folder, mapping="crm")
    asked = {"nrr_window_months": 1, "cohort_on": "2024-12-31"}
    assert asked_parameters(standing(home)) == asked
    assert asked_parameters(standing(home), ["cohort_on"]) == {"nrr_window_months": 1}
    mapping(home, head="parameters: {nrr_window_months: 2}")
    loaded(home, folder, mapping="crm", source="other")
    with pytest.raises(WrongInputError, match=r"crm and other .* nrr_window_months"):
        asked_parameters(standing(home))
    assert asked_parameters(standing(home), ["nrr_window_months"]) == {
        "cohort_on": "2024-12-31"
    }


# --- the plan


def written(root):
    return {p: p.stat().st_mtime_ns for p in sorted(root.rglob("*"))}


def test_a_plan_writes_nothing_and_tells_what_would_come(home, folder, capsys):
    sql = """
        select id as competitor, day as observed_on, move, id as event_id, outcome,
            _file, _line from visits
    """
    mapping(home, competitor_events=sql)
    (home.mappings / "crm" / "visits.sql").unlink(missing_ok=True)
    visits(
        folder,
        "id,day,move,outcome,extra\nE1,2025-09-01,bundle,open,1\n"
        "E2,2025-09-09,Bündel,lost,1\nE3,2025-08-01,bundle,,1\nE4,2025-08-01,BUND,,1\n"
        "E5,x,bundle,,1\n",
    )
    before = written(home.root)
    _, (found,) = plan(home, folder, mapping="crm")
    assert written(home.root) == before
    assert found.as_dict() == {
        "entity": "competitor_events",
        "read": 5,
        "accepted": 2,
        "quarantined": 3,
        "by_rule": {"type": 1, "code": 2},
        "first_on": "2025-08-01",
        "last_on": "2025-09-01",
        "distinct_keys": {"event_id": 2},
        "unmapped_values": {"move": {"BUND": 1, "Bündel": 1}},
        "unused_columns": {"v.csv": ["extra"]},
        "faults": [
            {
                "rule": rule,
                "column": column,
                "rows": rows,
                "file": "v.csv",
                "line": line,
            }
            for rule, column, rows, line in (
                ("code", "move", 2, 3),
                ("type", "observed_on", 1, 6),
            )
        ],
    }
    arguments = ["--home", str(home.root), "load", str(folder), "--mapping", "crm"]
    assert parser.main([*arguments, "--plan"]) == 0
    told = capsys.readouterr().out
    assert (
        "competitor_events.move: values that are not in the contract: BUND (1)" in told
    )
    assert "v.csv: columns not used: extra" in told
    assert parser.main([*arguments, "--plan", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["accepted"] == 2
    arguments[2] = "run"
    assert parser.main([*arguments, "--plan"]) == 0
    assert written(home.root) == before


def test_a_plan_without_a_mapping_judges_lists_and_leaves_the_home_unmade(home, folder):
    visits(
        folder,
        "snapshot_on,customer_id,tier,branch_id,status,is_target_market,"
        "joined_on,shoes\n2025-09-30,K1,Z,b,active,1,2020-01-01,44\n",
        "customers.csv",
    )
    _, (found,) = plan(home, folder)
    assert found.unmapped == {"tier": {"Z": 1}}
    assert found.unused == {"customers.csv": ["shoes"]}
    assert found.by_rule == {"code": 1}
    assert not home.root.exists()


def test_protected_values_are_in_no_plan(home, folder):
    sql = "select 'S' as survey, * from visits"
    mapping(home, survey_answers=sql, visits=VISITS)
    (home.mappings / "crm" / "survey_answers.sql").unlink()
    mapping(
        home,
        calls="select id as call_id, customer as caller, day as ended_at, "
        "'x' as outcome from visits",
    )
    (home.mappings / "crm" / "visits.sql").unlink(missing_ok=True)
    visits(folder, "id,customer,day\nC1,13800138000,2025-09-01 08:00\n")
    _, (found,) = plan(home, folder, mapping="crm")
    assert "13800138000" not in json.dumps(found.as_dict())
    assert found.unmapped == {"outcome": {"x": 1}}


# --- what is refused


@pytest.mark.parametrize(
    ("head", "declared", "why"),
    [
        ("", "visits: {file: 'v*.csv', colour: red}", "colour is not known; there are"),
        (
            "colour: red",
            "visits: {file: v.csv}",
            "colour is not known; there are about",
        ),
        ("", "visits: {format: csv}", "file of visits is missing or of a wrong type"),
        ("", "visits: {file: v.csv, header_row: x}", "header_row of visits is missing"),
        ("", "visits: {file: v.csv, header_row: true}", "header_row of visits is miss"),
        ("", "visits: {file: v.csv, encoding: x}", "encoding of visits is not one"),
        ("", "visits: {file: v.csv, encoding: hex}", "encoding of visits is not one"),
        ("", "visits: {file: v.csv, delimiter: ab}", "delimiter of visits is not one"),
        ("", "visits: {file: v.csv, format: pdf}", "format of visits is not one"),
        ("", "visits: {file: v.csv, sheet: 0}", "sheet of visits is not one"),
        ("", "a b: {file: v.csv}", "a b is no name of a table"),
        ("delivered_on: soon", "visits: {file: v.csv}", "delivered_on must be a date"),
        ("parameters: {x: 1}", "visits: {file: v.csv}", "parameter x does not exist"),
        ("parameters: 1", "visits: {file: v.csv}", "parameter  does not exist"),
        ("a: [", "visits: {file: v.csv}", r"line \d+ is no YAML"),
        (
            "",
            "visits: {file: w.csv}",
            r"holds no file w.csv, which mapping crm .*v.csv",
        ),
        (
            "",
            "a: {file: v.csv}\n  b: {file: '*.csv'}",
            "v.csv is claimed by a and by b",
        ),
    ],
)
def test_a_wrong_declaration_is_told_with_its_file(home, folder, head, declared, why):
    mapping(home, declared, head)
    visits(folder, "id,customer,day\n")
    with pytest.raises(WrongInputError, match=why):
        load(home, folder, mapping="crm")


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("", "crm/visits.sql is not one select"),
        ("select 1; select 2", "crm/visits.sql is not one select"),
        ("pivot visits on id", "crm/visits.sql is not one select"),
        ("delete from visits", "crm/visits.sql is not one select"),
        ("with x as (delete from visits returning *) from x", "is not one select"),
        ("copy visits to 'x.csv'", "crm/visits.sql is not one select"),
        ("install httpfs", "crm/visits.sql is not one select"),
        ("-- why\nselekt", r"crm/visits.sql is refused by DuckDB: .*\(line 2\)"),
        ("select\n nothing from visits", r"visits.sql .*\"nothing\" not .*\(line 2\)"),
        ("-- a\n\nselect x from absent; -- b", r"Table with name absent .*\(line 3\)"),
        ("select * from read_text('/etc/passwd')", "reads nothing but its tables"),
        ("select * from 'v.csv'", "crm/visits.sql is refused"),
        ("select getenv('HOME') as visit_id from visits", "crm/visits.sql is refused"),
        ("from glob('*')", "crm/visits.sql is refused"),
        ("select id as visit_id from visits", "lacks the required column customer_id"),
        (
            "select cast(id as int) as visit_id from visits",
            r"stopped at a value it cannot work with \(Conversion Error\)",
        ),
    ],
)
def test_a_wrong_select_is_told_without_values(home, folder, sql, why):
    mapping(home, visits=sql)
    visits(folder, "id,customer,day\nSECRET,a,03.09.2025\n")
    with pytest.raises(WrongInputError, match=why) as caught:
        load(home, folder, mapping="crm")
    assert "SECRET" not in str(caught.value)
    assert "root:" not in str(caught.value)


def test_an_unknown_mapping_names_those_there_are(home, folder):
    mapping(home)
    with pytest.raises(
        WrongInputError, match=r"no mapping x; there are .*crm, .*telco"
    ):
        load(home, folder, mapping="x")
    with pytest.raises(WrongInputError, match=r"is no mapping: it has no source.yml"):
        load(home, folder, mapping=f"{folder}/x")


def test_a_file_that_no_entity_is_named_after_is_told(home, folder):
    mapping(home, persons="select 1")
    visits(folder, "id,customer,day\n")
    with pytest.raises(WrongInputError, match=r"persons is neither .* customers, memb"):
        load(home, folder, mapping="crm")
    (home.mappings / "crm" / "persons.sql").unlink()
    with pytest.raises(WrongInputError, match="has no SQL file"):
        load(home, folder, mapping="crm")


def test_a_mapping_of_the_deployment_stands_before_a_shipped_one(home, folder):
    mapping(home).rename(home.mappings / "call_export")
    visits(folder, "id,customer,day\nV1,a,03.09.2025\n")
    reports = loaded(home, folder, mapping="call_export", source="here")
    assert reports["call_export/visits.sql"].source == "here"
    found = loaded(home, folder, mapping=f"{home.mappings}/call_export")
    assert found["v.csv"].source == "call_export"


def test_an_optional_file_leaves_out_what_reads_it_unless_its_columns_are_known(
    home, folder, caplog
):
    declared = "visits: {file: v.csv}\n  more: {file: m.csv, required: false%s}"
    sql = "select id as visit_id, customer_id, '2025-09-03' as visited_on from more"
    calls = "select id as call_id, day as ended_at, 'test' as outcome from visits"
    mapping(home, declared % "", visits=sql, calls=calls)
    visits(folder, "id,day\nV1,2025-09-03 08:00\n")
    (home.mappings / "crm" / "tickets.sql").unlink(missing_ok=True)
    assert "crm/visits.sql" not in loaded(home, folder, mapping="crm")
    assert "crm/visits.sql is left out: no file m.csv was delivered" in caplog.text
    mapping(home, declared % ", columns: [id, customer_id]", visits=sql, calls=calls)
    assert loaded(home, folder, mapping="crm")["crm/visits.sql"].read == 0


def test_a_select_that_needs_the_date_says_so(home, tmp_path):
    folder = tmp_path / "undated"
    folder.mkdir()
    mapping(home, visits=VISITS.replace("as_date(day, '%d.%m.%Y')", "delivered_on()"))
    visits(folder, "id,customer,day\nV1,a,x\n")
    with pytest.raises(WrongInputError, match=r"crm/visits.sql needs the logical date"):
        load(home, folder, mapping="crm")
    mapping(
        home,
        head="delivered_on: 2025-08-31",
        visits=VISITS.replace("as_date(day, '%d.%m.%Y')", "delivered_on()"),
    )
    assert loaded(home, folder, mapping="crm")["v.csv"].delivered_on == date(
        2025, 8, 31
    )
    found = loaded(home, folder, mapping="crm", delivered_on="2025-09-30")
    assert found["v.csv"].delivered_on == date(2025, 9, 30)


def test_a_linked_file_is_refused(home, folder, tmp_path):
    mapping(home)
    visits(tmp_path, "id,customer,day\n", "elsewhere.csv")
    (folder / "v.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(RefusedDeliveryError, match="symbolic link"):
        load(home, folder, mapping="crm")


# --- a mapping to begin with


def test_a_skeleton_reads_the_files_it_was_written_for(home, folder, capsys):
    visits(folder, "编号;日期\nV1;2025\n", "访问_202509.csv", "gb18030")
    visits(folder, "T,,\nvisit_id,customer_id,visited_on\nV1,K1,2025-09-03\n", "v.csv")
    workbook(folder / "book.xlsx", 一=[[None], ["a", "b"]], 二=[["c"]])
    arguments = ["--home", str(home.root), "load", str(folder)]
    assert parser.main([*arguments, "--new", "own"]) == 0
    into = home.mappings / "own"
    assert sorted(path.name for path in into.iterdir()) == [
        "book_一.sql",
        "book_二.sql",
        "source.yml",
        "visits.sql",
        "访问.sql",
    ]
    assert "own/visits.sql" in capsys.readouterr().out
    text = (into / "source.yml").read_text(encoding="utf-8")
    for line in ("file: 访问_*.csv", "encoding: gb18030", "delimiter: ;", "sheet: 一"):
        assert line in text
    assert '"visit_id" as visit_id,  -- text, required' in (
        into / "visits.sql"
    ).read_text("utf-8")
    for path in into.glob("[!v]*.sql"):
        path.unlink()
    _, (found,) = plan(home, folder, mapping="own")
    assert (found.entity, found.accepted) == ("visits", 1)
    assert parser.main([*arguments, "--new", "own"]) == 2
    assert "is there already" in capsys.readouterr().err


def test_a_skeleton_needs_a_file(home, folder):
    arguments = ["--home", str(home.root), "load", str(folder), "--new"]
    assert parser.main([*arguments, "own"]) == 2
    assert parser.main([*arguments, "../own"]) == 2
    assert not home.mappings.exists()
    shutil.rmtree(folder)
    assert parser.main([*arguments, "own"]) == 2


def test_shipped_mappings_can_be_read():
    from jike.mappings.declared import find_mapping
    from jike.mappings.run import read_select

    for path in sorted((Path(parser.__file__).parents[3] / "mappings").iterdir()):
        found = find_mapping(Home(Path("/nowhere")), path.name)
        for name in found.selects:
            assert read_select(found, name).sql
