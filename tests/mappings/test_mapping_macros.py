"""Each macro of mappings: what it understands, and that it leaves the rest as it is."""

from pathlib import Path

import duckdb
import pytest

MACROS = Path(__file__).resolve().parents[2] / "src/jike/mappings/macros.sql"

IN_SEPTEMBER = "2025-09-01 07:30:00"  # in Shanghai; in the text it is still August


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as opened:
        opened.execute("set timezone = 'America/Chicago'")  # it must not matter
        opened.execute(MACROS.read_text(encoding="utf-8"))
        yield opened


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("as_date(' 31.12.2024 ', '%d.%m.%Y')", "2024-12-31"),
        ("as_date('1/2/2025', '%m/%d/%Y')", "2025-01-02"),
        ("as_date('1/2/2025', '%d/%m/%Y')", "2025-02-01"),
        ("as_date('20250131', '%Y%m%d')", "2025-01-31"),
        ("as_date('01/02/25', '%d/%m/%y')", "2025-02-01"),
        ("as_date(date '2025-01-31', '%d.%m.%Y')", "2025-01-31"),
        # What is not in the declared format stays, for rule `type`.
        ("as_date('12/31/2024', '%d/%m/%Y')", "12/31/2024"),
        ("as_date('31.04.2025', '%d.%m.%Y')", "31.04.2025"),
        ("as_date('01/02/25', '%d/%m/%Y')", "01/02/25"),
        ("as_date('45000', '%d.%m.%Y')", "45000"),
        ("as_date('', '%d.%m.%Y')", ""),
        ("as_date(null, '%d.%m.%Y')", None),
        ("as_month('202502', '%Y%m')", "2025-02-01"),
        ("as_month('2025-2', '%Y-%m')", "2025-02-01"),
        ("as_month('2025-02-17', '%m/%Y')", "2025-02-01"),
        ("as_month('13/2025', '%m/%Y')", "13/2025"),
        ("as_timestamp('1.2.2025 7:05', '%d.%m.%Y %H:%M')", "2025-02-01 07:05:00"),
        ("as_timestamp('1.2.2025', '%d.%m.%Y %H:%M')", "1.2.2025"),
        # An offset is converted to local time, or the text stays; it is never dropped.
        ("as_timestamp('2025-08-31T23:30:00Z', '%Y-%m-%dT%H:%M:%SZ')", IN_SEPTEMBER),
        ("as_timestamp('2025-08-31T23:30:00Z', '%Y-%m-%dT%H:%M:%S%z')", IN_SEPTEMBER),
        ("as_timestamp('20250831T233000Z', '%Y%m%dT%H%M%SZ')", IN_SEPTEMBER),
        ("as_timestamp('31.8.2025 23:30 +0000', '%d.%m.%Y %H:%M %z')", IN_SEPTEMBER),
        ("as_timestamp('8/31/2025 18:30-05:00', '%m/%d/%Y %H:%M%z')", IN_SEPTEMBER),
        ("as_timestamp('31.8.2025 23:30 UTC', '%d.%m.%Y %H:%M UTC')", IN_SEPTEMBER),
        ("as_timestamp('31.8.2025 23:30 UTC', '%d.%m.%Y %H:%M %Z')", IN_SEPTEMBER),
        ("as_date('2025-08-31T23:30Z', '%Y-%m-%dT%H:%MZ')", "2025-09-01"),
        ("as_month('2025-08-31T23:30Z', '%Y-%m-%dT%H:%MZ')", "2025-09-01"),
        ("as_timestamp('1.9.2025 8:00 CST', '%d.%m.%Y %H:%M %Z')", "1.9.2025 8:00 CST"),
        (
            "as_timestamp('1.9.25 8:00+00:00', '%d.%m.%y %H:%M+00:00')",
            "1.9.25 8:00+00:00",
        ),
        (
            "as_timestamp('1.9.25 8:00 GMT+8', '%d.%m.%y %H:%M GMT+8')",
            "1.9.25 8:00 GMT+8",
        ),
        ("as_timestamp('31.8.2025 11:30 PM Z', '%d.%m.%Y %I:%M %p Z')", IN_SEPTEMBER),
        ("as_timestamp('31.8.2025 23:30utc', '%d.%m.%Y %H:%Mutc')", IN_SEPTEMBER),
        ("as_timestamp('2509010800+0000', '%y%m%d%H%M+0000')", "2509010800+0000"),
        ("as_timestamp('250901 8h00-05', '%y%m%d %Hh%M-05')", "250901 8h00-05"),
        (
            "as_timestamp('1.9.25 8:00 AM +00:00', '%d.%m.%y %I:%M %p +00:00')",
            "1.9.25 8:00 AM +00:00",
        ),
        (
            "as_timestamp('Sep 1 08:00:00 CST 2025', '%b %d %H:%M:%S CST %Y')",
            "Sep 1 08:00:00 CST 2025",
        ),
        (
            "as_timestamp('1.9.25 8:00 Asia/Tokyo', '%d.%m.%y %H:%M Asia/Tokyo')",
            "1.9.25 8:00 Asia/Tokyo",
        ),
        ("as_date('2025-09-01', ['%H:%M+08:00', '%Y-%m-%d'])", "2025-09-01"),
        ("as_timestamp('8:00 31-08-2025', '%H:%M %d-%m-%Y')", "2025-08-31 08:00:00"),
        ("plus_seconds('2025-08-31T23:30:00Z', '15')", "2025-09-01 07:30:15"),
        ("plus_seconds('2025-08-31T23:30:00+00:00', '15')", "2025-09-01 07:30:15"),
        ("plus_seconds('2025-08-31 18:30:00 -0500', '15')", "2025-09-01 07:30:15"),
        ("plus_seconds(timestamptz '2025-08-31 23:30+00', 15)", "2025-09-01 07:30:15"),
        (
            "plus_seconds('2025-08-31 23:30 Asia/Tokyo', '1')",
            "2025-08-31 23:30 Asia/Tokyo + 1",
        ),
        ("months_of('2018-10-31T23:00Z', '2018-12-01')", ["2018-11-01"]),
        # Fractions of a second are kept.
        (
            "as_timestamp('1.2.2025 7:05:06.5', '%d.%m.%Y %H:%M:%S.%g')",
            "2025-02-01 07:05:06.5",
        ),
        (
            "as_timestamp('1.2.2025 7:05:06.000001', '%d.%m.%Y %H:%M:%S.%f')",
            "2025-02-01 07:05:06.000001",
        ),
        ("plus_seconds('2025-09-01 10:00:00.900', '15.4')", "2025-09-01 10:00:16.3"),
        ("plus_seconds('2025-09-01 10:00:00', 0.25)", "2025-09-01 10:00:00.25"),
        ("as_seconds('0:00:15.4', 'h:m:s')", "15.4"),
        ("as_seconds('1:05.25', 'm:s')", "65.25"),
        # A year outside 1990 to 2100 is none.
        ("as_month('45901', '%Y%m')", "45901"),
        ("as_month('4590-01-01', '%Y%m')", "4590-01-01"),
        ("as_date('31.12.1989', '%d.%m.%Y')", "31.12.1989"),
        ("as_date('1.1.1990', '%d.%m.%Y')", "1990-01-01"),
        ("as_date('31.12.2100', '%d.%m.%Y')", "2100-12-31"),
        ("as_timestamp('1.1.2101 0:00', '%d.%m.%Y %H:%M')", "1.1.2101 0:00"),
        ("months_of('2018-11-01', '9999-12-31')", ["2018-11-01/9999-12-31"]),
        # Nor does a number beyond all bounds stop a select.
        ("plus_seconds('2025-09-01', '1e30')", "2025-09-01 + 1e30"),
        ("as_seconds('99999999999999999999:00', 'm:s')", "99999999999999999999:00"),
        ("as_share('99999999999999999999%')", "99999999999999999999%"),
        ("as_seconds('27:03:04', 'h:m:s')", "97384"),
        ("as_seconds('75:30', 'm:s')", "4530"),
        ("as_seconds('1:30', 'h:m')", "5400"),
        ("as_seconds('1:75', 'm:s')", "1:75"),
        ("as_seconds('1:30', 'h:m:s')", "1:30"),
        ("plus_seconds('2025-01-01 23:59:30', '45')", "2025-01-02 00:00:15"),
        ("plus_seconds('2025-01-01 10:00:00', ' ')", None),
        ("plus_seconds(null, '45')", None),
        ("plus_seconds('x', '45')", "x + 45"),
        ("plus_seconds('2025-01-01 10:00:00', '1:75')", "2025-01-01 10:00:00 + 1:75"),
        ("as_number('1.234.567,89', '.', ',')", "1234567.89"),
        ("as_number('-1 234,5', ' ', ',')", "-1234.5"),
        ("as_number('￥1,234.50 元', ',', '.')", "1234.50"),
        ("as_number('12,5', ',', '.')", "12,5"),
        ("as_number('1,23,456', ',', '.')", "1,23,456"),
        ("as_number('1e5', ',', '.')", "1e5"),
        ("as_number('', ',', '.')", ""),
        ("as_share('12.5 %')", "0.12500000"),
        ("as_share('-3％')", "-0.03000000"),
        ("as_share('12.5')", "12.5"),
        ("as_flag(' Yes ')", "true"),
        ("as_flag('否')", "false"),
        ("as_flag('perhaps')", "perhaps"),
        ("as_flag('')", ""),
        ("as_flag('Ja', ['Ja'], ['Nein'])", "true"),
        ("as_flag('Nein', ['Ja'], ['Nein'])", "false"),
        ("as_flag('Y', ['Ja'], ['Nein'])", "Y"),
        ("unless(' N/A ', ['N/A', '-'])", None),
        ("unless('n/a', ['N/A', '-'])", "n/a"),
        (
            "months_of('2018-11-01', '2019-02-01')",
            ["2018-11-01", "2018-12-01", "2019-01-01"],
        ),
        ("months_of('2018-11-15', '2018-12-02')", ["2018-11-01", "2018-12-01"]),
        ("months_of('2018-11-15', '2018-11-15')", ["2018-11-15/2018-11-15"]),
        ("months_of('2018-11-15', 'soon')", ["2018-11-15/soon"]),
        ("months_of('2018-11-15', null)", ["2018-11-15/"]),
    ],
)
def test_a_macro_gives_what_it_says(con, call, expected):
    assert con.execute(f"select {call}").fetchall() == [(expected,)]


def test_rows_are_numbered_among_those_about_the_same(con):
    found = con.execute(
        "select about, line, numbered(about, 'f', line) "
        "from (values ('a', 9), ('b', 1), ('a', 2)) as t (about, line) order by 1, 2"
    ).fetchall()
    assert found == [("a", 2, "a-1"), ("a", 9, "a-2"), ("b", 1, "b-1")]
