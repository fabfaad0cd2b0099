"""Malformed files: read as a whole and balanced, or refused whole."""

import datetime
import os
from decimal import Decimal

import duckdb
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jike.deliveries.load import RefusedDeliveryError
from jike.deliveries.reading import encoding, taking
from jike.deliveries.reading.cells import RefusedError
from jike.deliveries.reading.encoding import find_encoding
from jike.ground.home import Home
from tests.fixtures.deliveries import GOOD, csv_of, deliver, good, load, loaded, rows

NAMES = "snapshot_on,customer_id,tier,branch_id,status,is_target_market,joined_on"
HEADER = f"{NAMES},customer_name"
SOUND = "2025-09-30,{0},A1,C01,active,1,2020-01-01,{1}"


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def lines(*records: str, header: str = HEADER) -> str:
    return "\n".join([header, *records]) + "\n"


def customers(tmp_path, content: bytes):
    return deliver(tmp_path / "2025-09-30", customers=content)


def report(home, tmp_path, content: bytes):
    return loaded(home, customers(tmp_path, content))["customers.csv"]


def refusal(home, folder) -> str:
    with pytest.raises(RefusedDeliveryError) as caught:
        load(home, folder)
    assert caught.value.exit_code == 2
    assert not list(home.landing.rglob("manifest.json"))
    told = [r.refused for r in caught.value.reports if r.refused]
    assert len(told) == 1
    return told[0]


CLEAN = lines(SOUND.format("K1", "集团一"), SOUND.format("K2", "集团二"))


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + CLEAN.encode(),
        CLEAN.replace("\n", "\r\n").encode(),
        CLEAN.rstrip("\n").encode(),
        CLEAN.replace("\n", "\r").encode(),
        CLEAN.replace("\n", "\r\n", 1).encode(),
        CLEAN.replace("\n", "\n\n").encode(),
        CLEAN.encode("gb18030"),
    ],
    ids=["bom", "crlf", "no final newline", "cr", "mixed", "blank lines", "gb18030"],
)
def test_a_file_written_otherwise_is_the_same_delivery(tmp_path, home, content):
    assert report(home, tmp_path, content).accepted == 2
    names = rows(home, "select customer_name from raw.customers order by 1")
    assert names == [("集团一",), ("集团二",)]


def test_columns_are_mapped_by_name_and_unknown_ones_reported(tmp_path, home):
    shuffled = good("customers") | {"remark": "x"}
    backwards = dict(reversed(shuffled.items()))
    found = report(home, tmp_path, csv_of([backwards]))
    assert found.accepted == 1
    assert "remark" in found.warnings[0]
    assert rows(home, "select customer_id, tier from raw.customers") == [("K1", "A1")]


def test_records_of_another_width_are_quarantined(tmp_path, home):
    text = lines(SOUND.format("K1", "a"), "K2,A1", SOUND.format("K3", "a,b"))
    found = report(home, tmp_path, text.encode())
    assert (found.accepted, found.by_rule) == (1, {"structure": 2})


def test_the_line_told_is_the_line_of_the_file(tmp_path, home):
    text = lines(SOUND.format("K1", '"two\nlines"'), "", SOUND.format("K2", "a") + ",x")
    report(home, tmp_path, text.encode())
    assert rows(home, "select line, rule from raw.quarantine") == [(5, "structure")]
    assert rows(home, "select customer_name from raw.customers") == [("two\nlines",)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (CLEAN.replace("tier,", "rank,").encode(), "lacks the required column tier"),
        (CLEAN.split("\n", 1)[1].encode(), "lacks the required column"),
        (CLEAN.replace("customer_name", "tier").encode(), "tier twice"),
        (CLEAN.replace("集团二", '"集团二').encode(), "ends inside a quoted field"),
        (CLEAN.replace("集团一", '"集团"一').encode(), "line 2: broken quoting"),
        (
            CLEAN.replace("集团一", "x" * 131_073).encode(),
            "more than 131,072 characters",
        ),
        (CLEAN.encode("utf-16"), "neither UTF-8 nor GB18030"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(tmp_path, home, content, reason):
    folder = deliver(customers(tmp_path, content), orders=[GOOD["orders"]])
    assert reason in refusal(home, folder)


def test_a_header_without_rows_is_an_entity_delivered_empty(tmp_path, home):
    found = report(home, tmp_path, HEADER.encode())
    assert (found.read, found.refused) == (0, None)
    assert found.warnings


def test_a_file_above_the_limit_is_refused_before_it_is_read(
    tmp_path, home, monkeypatch
):
    monkeypatch.setitem(taking.LARGEST_FILE, ".csv", 100)
    assert "larger than 100 bytes" in refusal(home, customers(tmp_path, CLEAN.encode()))


def test_an_endless_line_is_refused_before_it_is_read(tmp_path, home, monkeypatch):
    monkeypatch.setattr(encoding, "LONGEST_LINE", 1000)
    content = (CLEAN + "y" * 2000).encode()
    assert "line of more than 1,000" in refusal(home, customers(tmp_path, content))


# --- encoding


def encoded(*kinds: str) -> bytes:
    """A header, then one line per kind: utf8, gb, bad (neither), ascii."""
    texts = {
        "utf8": "集团".encode(),
        "gb": "集团".encode("gb18030"),
        "bad": b"\xff\xff",
        "ascii": b"abc",
    }
    body = [SOUND.format(f"K{i}", "@").encode() for i in range(len(kinds))]
    parts = [line.replace(b"@", texts[k]) for line, k in zip(body, kinds, strict=True)]
    return b"\n".join([HEADER.encode(), *parts, b""])


@pytest.mark.parametrize(
    ("kinds", "by_rule"),
    [
        (["utf8"] * 2, {}),
        (["ascii"] * 2, {}),
        (["gb"] * 2, {}),
        (["utf8", "gb"], {"encoding": 1}),
        (["utf8", "bad"], {"encoding": 1}),
        (["utf8", "utf8", "bad", "ascii"], {"encoding": 1}),
    ],
)
def test_the_encoding_is_decided_by_the_lines(tmp_path, home, kinds, by_rule):
    assert report(home, tmp_path, encoded(*kinds)).by_rule == by_rule


def test_a_file_of_two_encodings_is_refused(tmp_path, home):
    content = encoded("utf8", "gb", "gb")
    assert "neither UTF-8 nor GB18030" in refusal(home, customers(tmp_path, content))


def test_one_tenth_of_lines_that_are_utf8_too_leaves_gb18030(tmp_path):
    both = "娴嬭瘯"  # its GB18030 bytes are valid UTF-8
    assert both.encode("gb18030").decode() == "测试"
    path = tmp_path / "x.csv"
    path.write_bytes(
        b"\n".join([both.encode("gb18030")] + ["集团".encode("gb18030")] * 9)
    )
    assert find_encoding(path).name == "gb18030"
    path.write_bytes(
        b"\n".join([both.encode("gb18030")] + ["集团".encode("gb18030")] * 8)
    )
    with pytest.raises(RefusedError):
        find_encoding(path)


def test_a_bom_decides_for_utf8_whatever_follows(tmp_path, home):
    content = b"\xef\xbb\xbf" + encoded("gb", "gb", "gb")
    assert report(home, tmp_path, content).by_rule == {"encoding": 3}


def test_undecodable_bytes_are_shown_as_such_in_quarantine(tmp_path, home):
    report(home, tmp_path, encoded("utf8", "bad"))
    path = next(home.quarantine.rglob("*.parquet"))
    found = duckdb.sql(f"select line, row->>'customer_name' from '{path}'").fetchall()
    assert found == [(3, r"\xff\xff")]


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_balanced_or_refused(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("any")
    home = Home(folder / "home")
    body = HEADER.encode() + b"\n" + SOUND.format("K1", "a").encode() + b"\n" + content
    deliver(folder / "2025-09-30", customers=body)
    try:
        found = loaded(home, folder / "2025-09-30")["customers.csv"]
    except RefusedDeliveryError as refused:
        assert [r.read for r in refused.reports] == [0]
    else:
        assert found.read >= found.accepted >= 1


# --- links and devices


def test_a_symbolic_link_is_refused(tmp_path, home):
    folder = deliver(tmp_path / "2025-09-30", orders=[GOOD["orders"]])
    (tmp_path / "secret.csv").write_bytes(CLEAN.encode())
    (folder / "customers.csv").symlink_to(tmp_path / "secret.csv")
    assert "symbolic link" in refusal(home, folder)


def test_a_pipe_is_refused(tmp_path, home):
    folder = deliver(tmp_path / "2025-09-30", orders=[GOOD["orders"]])
    os.mkfifo(folder / "customers.csv")
    assert "not a regular file" in refusal(home, folder)


# --- Parquet


def parquet(folder, sql: str, name: str = "bills"):
    folder.mkdir(exist_ok=True)
    with duckdb.connect() as con:
        con.execute(f"copy ({sql}) to '{folder / name}.parquet' (format parquet)")
    return folder


BILL = """select 'B' || i as bill_line_id, 7 as customer_id, 'D01' as product_id,
    date '2025-09-01' as bill_month, {amount} as amount, 'usage' as kind
    from range({n}) as r(i)"""


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        ("0.1::double + 0.2::double", "0.30"),
        ("12345.67::float", "12345.67"),
        ("5::tinyint", "5.00"),
        ("1.500::decimal(9,3)", "1.50"),
        ("'7.25'", "7.25"),
        ("1.005::double", None),
        ("1.005::decimal(9,3)", None),
        ("'nan'::double", None),
        ("'-inf'::float", None),
        ("1e17::double", None),
        ("true", None),
        ("date '2025-09-01'", None),
        ("[1]", None),
    ],
)
def test_native_numbers_are_taken_as_such(tmp_path, home, amount, value):
    folder = parquet(tmp_path / "2025-09-30", BILL.format(amount=amount, n=1))
    found = loaded(home, folder)["bills.parquet"]
    assert found.by_rule == ({} if value else {"type": 1})
    expected = [(Decimal(value), "7")] if value else []
    assert rows(home, "select amount, customer_id from raw.bills") == expected


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("timestamp '2025-09-01 08:00:00'", "2025-09-01 08:00:00"),
        ("date '2025-09-01'", "2025-09-01 00:00:00"),
        ("timestamp_ns '2025-09-01 08:00:00'", "2025-09-01 08:00:00"),
        ("timestamptz '2025-09-01 00:00:00+00'", "2025-09-01 08:00:00"),
        ("'2025-09-01T08:00:00'", "2025-09-01 08:00:00"),
        ("1756684800", None),
        ("time '08:00:00'", None),
    ],
)
def test_native_times_are_taken_as_such(tmp_path, home, at, value):
    sql = f"select 'L1' as call_id, {at} as ended_at, 'test' as outcome"
    found = loaded(home, parquet(tmp_path / "2025-09-30", sql, "calls"))
    assert found["calls.parquet"].by_rule == ({} if value else {"type": 1})
    if value:
        at = datetime.datetime.fromisoformat(value)
        assert rows(home, "select ended_at from raw.calls") == [(at,)]


@pytest.mark.parametrize(
    ("day", "is_date"),
    [
        ("timestamp '2025-09-01 00:00:00'", True),
        ("timestamp '2025-09-01 00:00:01'", False),
        ("20250901", False),
        ("date '12025-09-01'", False),
    ],
)
def test_a_timestamp_is_a_date_at_midnight_only(tmp_path, home, day, is_date):
    sql = BILL.format(amount=1, n=1).replace("date '2025-09-01'", day)
    found = loaded(home, parquet(tmp_path / "2025-09-30", sql))["bills.parquet"]
    assert found.accepted == is_date


def test_whole_numbers_and_ids_written_as_doubles_are_whole(tmp_path, home):
    sql = """select 'R1' as response_id, 'overall' as item_code, 9.0::double as score,
        2.0::double as answer_code"""
    loaded(home, parquet(tmp_path / "2025-09-30", sql, "survey_answers"))
    assert rows(home, "select score, answer_code from raw.survey_answers") == [(9, "2")]


def test_nul_and_second_rows_in_parquet_are_quarantined_with_their_row(tmp_path, home):
    sql = """select * from (values ('B1', 'x'), ('B1', 'x'), ('B2', 'a' || chr(0)))
        as v(bill_line_id, subscription_id), (select 'K' as customer_id,
        'D01' as product_id, date '2025-09-01' as bill_month, 1 as amount,
        'usage' as kind)"""
    folder = parquet(tmp_path / "2025-09-30", sql)
    assert loaded(home, folder)["bills.parquet"].by_rule == {"nul": 1, "duplicate": 1}
    found = rows(home, "select line, rule from raw.quarantine order by line")
    assert found == [(2, "duplicate"), (3, "nul")]


@pytest.mark.parametrize(
    ("subscription", "value"),
    [
        ("'nan'::double", None),
        ("encode('aé')", "aé"),
        ("''::blob", ""),
        (r"'\xFF'::blob", None),
        (
            "uuid '00000000-0000-0000-0000-000000000001'",
            "0" * 8 + "-0000" * 3 + "-" + "0" * 11 + "1",
        ),
        ("true", "true"),
        ("date '2025-01-02'", "2025-01-02"),
        ("1234567890123456789", "1234567890123456789"),
        ("{'a': 1}", None),
    ],
)
def test_native_values_in_a_text_column_are_text(tmp_path, home, subscription, value):
    sql = BILL.format(amount=1, n=1).replace(
        "7 as", f"{subscription} as subscription_id, 7 as"
    )
    found = loaded(home, parquet(tmp_path / "2025-09-30", sql))["bills.parquet"]
    assert found.by_rule == ({} if value is not None else {"type": 1})
    if value is not None:
        assert rows(home, "select subscription_id from raw.bills") == [(value or None,)]


@pytest.mark.parametrize(
    ("subscription", "by_rule"),
    [
        ("999999999999999::double", {}),
        ("1e15::double", {"rounded_id": 1}),
        ("460123456789012340::double", {"rounded_id": 1}),
        ("16777215::float", {}),
        ("16777216::float", {"rounded_id": 1}),
        ("13800000000::float", {"rounded_id": 1}),
    ],
)
def test_an_id_of_more_digits_than_its_type_keeps_is_rounded(
    tmp_path, home, subscription, by_rule
):
    sql = BILL.format(amount=1, n=1).replace(
        "7 as", f"{subscription} as subscription_id, 7 as"
    )
    found = loaded(home, parquet(tmp_path / "2025-09-30", sql))["bills.parquet"]
    assert found.by_rule == by_rule


def test_a_parquet_text_that_is_not_utf8_refuses_the_file(tmp_path, home):
    folder = parquet(tmp_path / "2025-09-30", BILL.format(amount=1, n=1))
    path = folder / "bills.parquet"
    assert b"usage" in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(b"usage", b"us\xff\xfee"))
    assert "damaged" in refusal(home, folder)


@pytest.mark.parametrize("size", [0, 3, 100, -20])
def test_a_truncated_parquet_file_is_refused(tmp_path, home, size):
    folder = parquet(tmp_path / "2025-09-30", BILL.format(amount=1, n=100))
    path = folder / "bills.parquet"
    path.write_bytes(path.read_bytes()[:size])
    assert "not a whole Parquet file" in refusal(home, folder)


def test_a_parquet_file_with_a_broken_footer_is_refused(tmp_path, home):
    folder = parquet(tmp_path / "2025-09-30", BILL.format(amount=1, n=100))
    path = folder / "bills.parquet"
    whole = path.read_bytes()
    path.write_bytes(whole[:-400] + bytes(300) + whole[-100:])
    assert "damaged" in refusal(home, folder)


def test_a_csv_named_parquet_is_refused(tmp_path, home):
    folder = deliver(tmp_path / "2025-09-30", orders=[GOOD["orders"]])
    (folder / "bills.parquet").write_bytes(csv_of([GOOD["bills"]]))
    assert "not a whole Parquet file" in refusal(home, folder)


# --- xlsx


def workbook(folder, *sheet: list, name: str = "customers"):
    folder.mkdir(exist_ok=True)
    book = openpyxl.Workbook()
    for row in sheet:
        book.active.append(row)
    book.create_sheet("second").append(["not read"])
    book.save(folder / f"{name}.xlsx")
    return folder


DAY = datetime.date(2025, 9, 30)
JOINED = datetime.datetime(2020, 1, 1)


def test_native_cells_are_taken_as_such(tmp_path, home):
    names = [*HEADER.split(","), "employees"]
    row = [DAY, 1001, "A1", "C01", "active", True, JOINED, "云澜", 12.0]
    folder = workbook(tmp_path / "2025-09-30", names, row, [None] * 9)
    found = loaded(home, folder)["customers.xlsx"]
    assert (found.read, found.accepted) == (1, 1)
    assert rows(
        home,
        "select snapshot_on, customer_id, is_target_market, joined_on, employees "
        "from raw.customers",
    ) == [(DAY, "1001", True, JOINED.date(), 12)]


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ([45930, "K1", "A1", "C01", "active", 1, JOINED], "type"),
        ([DAY, "K1", "A1", "C01", "active", 2, JOINED], "type"),
        (
            [DAY, "K1", "A1", "C01", "active", 1, datetime.datetime(2020, 1, 1, 1)],
            "type",
        ),
        ([DAY, None, "A1", "C01", "active", 1, JOINED], "required"),
        ([DAY, "K1", "#N/A", "C01", "active", 1, JOINED], "code"),
        ([DAY, "K1", "A1", "C01", "active", 1, JOINED, None, "beyond"], "structure"),
    ],
)
def test_a_faulty_row_of_a_sheet_is_quarantined(tmp_path, home, row, rule):
    folder = workbook(tmp_path / "2025-09-30", NAMES.split(","), row)
    assert loaded(home, folder)["customers.xlsx"].by_rule == {rule: 1}
    assert rows(home, "select line from raw.quarantine") == [(2,)]


def test_the_noise_of_binary_fractions_is_no_third_decimal(tmp_path, home):
    names = list(GOOD["bills"])
    first = ["B1", "K", "D01", datetime.date(2025, 9, 1), 0.1 + 0.2, "usage"]
    second = ["B2", "K", "D01", datetime.date(2025, 9, 1), 1.005, "usage"]
    folder = workbook(tmp_path / "2025-09-30", names, first, second, name="bills")
    assert loaded(home, folder)["bills.xlsx"].by_rule == {"type": 1}
    assert rows(home, "select amount from raw.bills") == [(Decimal("0.30"),)]


def test_ids_in_number_cells_beyond_fifteen_digits_are_rounded(tmp_path, home):
    names = [*GOOD["customers"], "employees"]
    ids = [460123456789012340, 460123456789012343, 10**15, 10**15 - 1, "4" * 18]
    sheet = [[*GOOD["customers"].values(), 3] for _ in ids]
    for row, number in zip(sheet, ids, strict=True):
        row[names.index("customer_id")] = number
    found = loaded(home, workbook(tmp_path / "2025-09-30", names, *sheet))
    assert found["customers.xlsx"].by_rule == {"rounded_id": 3}
    assert rows(home, "select customer_id from raw.customers order by 1") == [
        ("4" * 18,),
        ("9" * 15,),
    ]


@pytest.mark.parametrize(
    ("callers", "is_told"),
    [
        (["460123456789012000", "460123456789013000"], True),
        (["460123456789012000", "460123456789013001"], False),
        (["4601234567890120", "13800138000"], False),  # one zero is no proof
    ],
)
def test_long_ids_that_all_end_in_zeros_are_told(tmp_path, home, callers, is_told):
    calls = [good("calls", call_id=caller, caller=caller) for caller in callers]
    found = loaded(home, deliver(tmp_path / "2025-09-30", calls=calls))["calls.csv"]
    told = [str(w) for w in found.warnings if "sixteenth" in str(w)]
    assert [w.split(":")[0] for w in told] == (
        ["column call_id", "column caller"] if is_told else []
    )


def test_an_excel_error_is_not_an_empty_cell(tmp_path, home):
    names = [*NAMES.split(","), "competitor", "employees"]
    row = [DAY, "K1", "A1", "C01", "active", 1, JOINED, None, "#DIV/0!"]
    folder = workbook(tmp_path / "2025-09-30", names, row)
    assert loaded(home, folder)["customers.xlsx"].by_rule == {"type": 1}


def test_something_else_named_xlsx_is_refused(tmp_path, home):
    folder = deliver(tmp_path / "2025-09-30", orders=[GOOD["orders"]])
    (folder / "customers.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    assert "not a whole xlsx workbook" in refusal(home, folder)


def test_an_empty_sheet_is_refused(tmp_path, home):
    folder = workbook(tmp_path / "2025-09-30", [])
    assert "is empty" in refusal(home, folder)
