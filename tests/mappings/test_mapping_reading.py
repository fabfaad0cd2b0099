"""How delivered files are read for a mapping: as declared, or refused as a whole."""

import struct
from datetime import date, datetime, time, timedelta

import duckdb
import pytest

from jike.deliveries.load import RefusedDeliveryError
from jike.deliveries.manifests import standing
from jike.pages import quality as questions
from tests.fixtures.deliveries import built, load, loaded, plan, rows
from tests.mappings.fixtures.small_mapping import mapping, visits, workbook

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
            "visits: {file: v.csv, header: none, columns: [id, customer, day]}",
            "V1,王,03.09.2025\n",
            "utf-8",
        ),
        (
            "visits: {file: v.csv, header: none, skip_after_header: 2, "
            "columns: [id, customer, day]}",
            'Report,\n"of\nSeptember"\nV1,王,03.09.2025\n',
            "utf-8",
        ),
        (
            "visits: {file: v.csv, skip_after_header: 2}",
            'id,customer,day\nNumber,"Who\nit was",When\n{"q":1},{},{}\n'
            "V1,王,03.09.2025\n",
            "utf-8",
        ),
        (
            'visits: {file: v.csv, format: csv, delimiter: "\\t"}',
            "id\tcustomer\tday\nV1\t王\t03.09.2025\n",
            "utf-8",
        ),
        (
            "visits: {file: v.csv, delimiter: whitespace}",
            '  id customer  day \n\n V1\t"王"\t  03.09.2025\t\r\n',
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


SURVEY = [
    ["", "", "答案", "", ""],
    ["编号", "客户", "总体", "", "日期"],
    ["", "", "分", "原因", ""],
    ["V1", "王", "9", "好", "03.09.2025"],
]
JOINED = """
select 编号 as visit_id, 客户 as customer_id,
    as_date(答案_日期, '%d.%m.%Y') as visited_on,
    concat_ws('/', 答案_总体_分, 答案_总体_原因) as purpose, _file, _line
from visits
"""


@pytest.mark.parametrize("name", ["v.csv", "v.xlsx"])
def test_the_rows_of_a_header_are_put_together(home, folder, name):
    mapping(home, f"visits: {{file: {name}, header_row: [2, 4]}}", visits=JOINED)
    lines = [["Report"], *SURVEY]
    workbook(folder / "v.xlsx", 一=lines)
    visits(folder, "".join(",".join(line) + "\n" for line in lines))
    (folder / ({"v.csv", "v.xlsx"} - {name}).pop()).unlink()
    loaded(home, folder, mapping="crm")
    assert rows(
        home, "select visit_id, customer_id, visited_on, purpose from raw.visits"
    ) == [("V1", "王", date(2025, 9, 3), "9/好")]


def test_a_sheet_without_a_header_has_the_columns_declared(home, folder):
    declared = "header: none, skip_after_header: 1, columns: [id, customer, day]"
    mapping(home, f"visits: {{file: v.xlsx, {declared}}}")
    lines = [["九月"], ["V1", "K1", date(2025, 9, 3)], ["V2", "K2", None, "more"]]
    workbook(folder / "v.xlsx", 一=lines)
    reports = loaded(home, folder, mapping="crm")
    assert reports["v.xlsx"].by_rule == {"structure": 1}
    assert rows(home, "select visit_id, visited_on from raw.visits") == [
        ("V1", date(2025, 9, 3))
    ]


def test_merged_cells_are_filled_down(home, folder):
    mapping(
        home,
        visits="""
        -- filled_down(x) is no call
        with filled as (select *, filled_down(v.customer) as who, v._line as line,
            concat(filled_down(id), '-', _line) as key
            from visits as v)
        select key as visit_id, who as customer_id, day as visited_on,
            filled_down(who, _file, line) as purpose, _file, _line from filled
        """,
    )
    visits(
        folder, "id,customer,day\nV1,王,2025-09-01\n,,2025-09-02\nV3,李,2025-09-03\n"
    )
    visits(folder, "id,customer,day\n,,2025-09-04\n", name="v2.csv")
    reports = loaded(home, folder, mapping="crm")
    assert reports["crm/visits.sql"].by_rule == {"required": 1}
    assert rows(
        home,
        "select visit_id, customer_id, purpose from raw.visits order by visited_on",
    ) == [("V1-2", "王", "王"), ("V1-3", "王", "王"), ("V3-4", "李", "李")]


EMPTY = {
    "v.csv": 'id,a,b\nV1,, x \nV2,"\u3000 ",-\n',
    "v.jsonl": '{"id": "V1", "a": "", "b": " x "}\n{"id": "V2", "a": " ", "b": "-"}',
}


@pytest.mark.parametrize("name", ["v.csv", "v.jsonl", "v.xlsx", "v.parquet"])
@pytest.mark.parametrize("keeps", [False, True])
def test_an_empty_cell_is_null_unless_it_is_kept(home, folder, name, keeps):
    lines = [["id", "a", "b"], ["V1", "", " x "], ["V2", " ", "-"]]
    if name in EMPTY:
        visits(folder, EMPTY[name], name)
    elif name == "v.xlsx":
        workbook(folder / name, 一=lines)
    else:
        values = "('V1', '', ' x '), ('V2', ' ', '-')"
        duckdb.sql(f"from (values {values}) as t (id, a, b)").write_parquet(
            str(folder / name)
        )
    told = "concat_ws('/', a is null, coalesce(a, 'none') <> 'none', '[' || b || ']')"
    mapping(
        home,
        f"v: {{file: 'v.*'{', keep_empty: true' * keeps}}}",
        visits=f"select id as visit_id, 'K' as customer_id, '2025-09-01' as visited_on,"
        f" {told} as purpose, _file, _line from v",
    )
    loaded(home, folder, mapping="crm")
    found = rows(home, "select purpose from raw.visits order by visit_id")
    empty = "false/true" if keeps else "true/false"
    # A sheet leaves out what is empty, so its first cell is one without anything.
    assert found == [(f"{empty}/[ x ]",), (f"{empty}/[-]",)]


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
        *(timedelta(hours=27, seconds=4.4), datetime(2025, 9, 3, 8, 0), "#N/A"),
    ]
    lines = [["Report"], heads, cells, [None], [8, None, *cells[2:], None, "beyond"]]
    workbook(folder / "b.xlsx", 一=lines, 二=[["id"], ["K1"]])
    reports = loaded(home, folder, mapping="crm")
    assert reports["b.xlsx#一"].by_rule == {"structure": 1}
    assert reports["b.xlsx#2"].read == 1
    (found,) = rows(home, "select * exclude (executive) from raw.visits")
    assert found[:2] == ("7", "K1")
    assert found[3] == date(2025, 9, 3)
    assert found[4] == "0.3|07:05:00|27:00:04.4|2025-09-03 08:00:00|#N/A"


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


def test_totals_are_set_aside_before_a_select_multiplies_them(home, folder):
    mapping(
        home,
        "sheet: {file: sheet.xlsx}",
        bills="""
        select concat(客户, month) as bill_line_id, 客户 as customer_id,
            'D01' as product_id, as_month(month, '%Y-%m') as bill_month, amount,
            'recurring' as kind, _file, _line
        from (unpivot sheet on columns('^[0-9]') into name month value amount)
        """,
    )
    workbook(
        folder / "sheet.xlsx",
        明细=[
            ["客户", "单价", "2025-08", "2025-09"],
            *([["K1", 5, 10, 20.5], ["K2", 7, 30, 40]]),
            ["合计", 6, 40, 60.5],
        ],
    )
    reports = loaded(home, folder, mapping="crm")
    assert reports["sheet.xlsx"].by_rule == {"totals_row": 1}
    assert rows(home, "select count(*), sum(amount) from raw.bills") == [(4, 100.5)]
