"""A file whose last record has no line end is told, and refused when books say more."""

import pytest

from jike.deliveries.load import RefusedDeliveryError
from jike.ground.home import Home
from tests.fixtures.deliveries import (
    csv_of,
    deliver,
    deliver_list,
    good,
    load,
    loaded,
    plan,
    rows,
)

SAYS = "the last record has no line end, the others have one"
BILLS = [
    good("bills", bill_line_id="B1", amount="1250.00"),
    good("bills", bill_line_id="B2", amount="1250.00"),
]
# The amount comes last, so that a cut is in it.
COLUMNS = ("bill_line_id", "customer_id", "product_id", "bill_month", "kind", "amount")
WHOLE = csv_of([{c: row[c] for c in COLUMNS} for row in BILLS])
CUT = WHOLE.rstrip()[: -len("50.00")]


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def book(measure, value, branch="C01", month="2025-09-01"):
    return {"month": month, "branch_id": branch, "measure": measure, "value": value}


def test_a_last_record_without_a_line_end_is_told(tmp_path, home):
    found = loaded(home, deliver(tmp_path / "2025-09-30", bills=CUT))
    assert [str(w).startswith(SAYS) for w in found["bills.csv"].warnings] == [True]
    assert rows(home, "select sum(amount) from raw.bills") == [(1262,)]


@pytest.mark.parametrize(
    ("content", "is_told"),
    [
        (CUT, True),
        (CUT.replace(b"B1", '"客户"'.encode()), True),
        (CUT.replace(b"B1", "客".encode("gb18030")), True),
        (WHOLE.rstrip().replace(b"\n", b"\r\n"), True),
        (WHOLE, False),
        (WHOLE.replace(b"\n", b"\r\n"), False),
        (WHOLE.replace(b"\n", b"\r"), False),
        (WHOLE + b"\n\n", False),
        (WHOLE.split(b"\n")[0], False),
    ],
)
def test_files_of_any_spelling_are_told_apart(tmp_path, home, content, is_told):
    (report,) = load(home, deliver(tmp_path / "2025-09-30", bills=content))
    assert any(str(w).startswith(SAYS) for w in report.warnings) == is_told


@pytest.mark.parametrize(
    ("books", "is_refused"),
    [
        ([book("enterprise_revenue", "2500.00")], True),
        ([book("enterprise_revenue", "1262.00")], False),
        # What the company earns beside bills, another month, a county in its city.
        ([book("operating_revenue", "2500.00")], False),
        ([book("enterprise_revenue", "2500.00", month="2025-08-01")], False),
        (
            [
                book("enterprise_revenue", "1262.00"),
                book("enterprise_revenue", "900.00", branch="C011"),
            ],
            False,
        ),
    ],
)
def test_what_falls_short_of_the_books_is_refused(tmp_path, home, books, is_refused):
    branches = [
        {
            "branch_id": code,
            "parent_id": parent,
            "level": level,
            "name_zh": code,
            "name_en": code,
        }
        for code, parent, level in (("C01", "", "city"), ("C011", "C01", "county"))
    ]
    folder = deliver(tmp_path / "2025-09-30", control_totals=books)
    deliver_list(folder, "branches", branches)
    loaded(home, folder)  # the books came before
    again = deliver(tmp_path / "again" / "2025-09-30", bills=CUT)
    if not is_refused:
        assert loaded(home, again)["bills.csv"].accepted == 2
        return
    for step in (plan, load):
        with pytest.raises(RefusedDeliveryError) as caught:
            step(home, again)
        assert "enterprise_revenue of 2025-09 comes to 1,262.00" in str(caught.value)
        assert "control_totals say 2,500.00" in str(caught.value)
    assert rows(home, "select count(*) from raw.bills") == [(0,)]
    # The remedy the message names.
    deliver(tmp_path / "again" / "2025-09-30", bills=CUT + b"\n")
    assert loaded(home, again)["bills.csv"].accepted == 2


def test_calls_and_complaints_are_counted_over_all_deliveries(tmp_path, home):
    calls = [good("calls", call_id=f"L{n}") for n in range(3)]
    tickets = [good("tickets", ticket_id=f"T{n}") for n in range(3)]
    books = [book("calls_answered", "3"), book("complaints", "4")]
    earlier = deliver(tmp_path / "2025-09-20", calls=calls[:1], control_totals=books)
    loaded(home, earlier)
    # A cut file of calls that completes the month, one of tickets that does not.
    folder = deliver(
        tmp_path / "2025-09-30",
        calls=csv_of(calls[1:]).rstrip(),
        tickets=csv_of(tickets).rstrip(),
    )
    with pytest.raises(RefusedDeliveryError) as caught:
        load(home, folder)
    assert "tickets.csv is cut" in str(caught.value)
    assert "calls.csv" not in str(caught.value)


def test_what_came_counted_is_part_of_what_the_books_say(tmp_path, home):
    singles = {
        name: csv_of([good(name), good(name, **{key: "X2"})]).rstrip()
        for name, key in (("calls", "call_id"), ("tickets", "ticket_id"))
    }
    # Seven answered in an interval, three complaints of a customer, and two of each.
    books = [book("calls_answered", "9"), book("complaints", "5")]
    folder = deliver(tmp_path / "2025-09-30", **singles, control_totals=books)
    with pytest.raises(RefusedDeliveryError) as caught:
        load(home, folder)
    assert "calls_answered of 2025-09 comes to 2.00" in str(caught.value)
    names = ("call_intervals", "ticket_counts")
    deliver(folder, **{name: [good(name)] for name in names})
    assert loaded(home, folder)["calls.csv"].accepted == 2


def test_a_cut_file_of_a_mapping_is_told_and_refused(tmp_path, home):
    into = home.mappings / "own"
    into.mkdir(parents=True)
    (into / "source.yml").write_text("files: {b: {file: b.csv}}", encoding="utf-8")
    (into / "bills.sql").write_text("select * from b", encoding="utf-8")
    folder = tmp_path / "2025-09-30"
    folder.mkdir()
    (folder / "b.csv").write_bytes(CUT)
    found = loaded(home, folder, mapping="own")
    assert SAYS in str(found["b.csv"].warnings)
    books = [book("enterprise_revenue", "2500.00")]
    loaded(home, deliver(tmp_path / "books-2025-09-30", control_totals=books))
    (folder / "b.csv").write_bytes(CUT + b".5")
    with pytest.raises(RefusedDeliveryError, match=r"b\.csv is cut"):
        load(home, folder, mapping="own")
