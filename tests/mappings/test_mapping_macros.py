"""Each macro of mappings: what it understands, and that it leaves the rest as it is."""

from pathlib import Path

import duckdb
import pytest

MACROS = Path(__file__).resolve().parents[2] / "src/jike/mappings/macros.sql"


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as opened:
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
