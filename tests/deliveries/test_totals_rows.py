"""A row that says the sum of others is set aside; one that only reads so is told."""

import pytest

from jike.ground.home import Home
from tests.fixtures.deliveries import GOOD, csv_of, deliver, good, loaded, rows


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def bill(case, number, amount, **changes):
    return good("bills", bill_line_id=f"{case}-{number}", amount=amount, **changes)


def total(amount, word="合计", **changes):
    """A row as a sheet ends: the word in its first cells, all else copied."""
    return good("bills", bill_line_id=word, amount=amount) | changes


def sheet(case, *after, **changes):
    """Two bills of 100 and 200.50, and what comes after them."""
    return [bill(case, 1, "100.00", **changes), bill(case, 2, "200.50"), *after]


TOTALS = {
    "the_word_in_the_key": sheet("a", total("300.50")),
    "the_word_in_a_reference": sheet("b", bill("b", 3, "300.50", customer_id="总计")),
    "nothing_else_given": sheet("c", total("300.50", product_id="", kind="")),
    "english": sheet("d", total("300.50", "Grand Total:")),
    "small_letters": sheet("e", total("300.50", "sum")),
    "spaced": sheet("f", total("300.50", "合　计：")),
    "of_a_name": sheet("g", total("300.50", "C01 Total")),
    "before_a_name": sheet("t", total("300.50", "Total of C01")),
    "in_traditional_characters": sheet("u", total("300.50", "總計")),
    "with_a_note": sheet("v", total("300.50", "合计（2户）")),
    "of_the_year": sheet("w", total("300.50", "累计")),
    "no_key_at_the_end": sheet("h", total("300.50", "")),
    "above_its_rows": [total("300.50", "小计"), *sheet("i")],
    "over_one_row": [bill("j", 1, "7.00"), total("7.00")],
    "of_credits": [bill("k", 1, "-7.00"), bill("k", 2, "2.00"), total("-5.00")],
}
TOLD = {
    "another_amount": sheet("l", total("300.51", "合计")),
    "no_amount": sheet("m", total("", "合计")),
    "of_nothing": [bill("n", 1, "0.00"), bill("n", 2, "0.00"), total("0.00", "Sum")],
}
NONE = {
    "a_name_with_the_word": sheet("o", bill("o", 3, "1.00", customer_id="Total Ltd")),
    "a_word_that_holds_it": sheet("p", bill("p", 3, "300.50", customer_id="K统计局")),
    "another_column": sheet("q", bill("q", 3, "300.50", subscription_id="S9")),
    "all_rows_read_so": [bill("r", n, "1.00", customer_id="Total") for n in (1, 2, 3)],
    "no_key_in_the_middle": [total("100.00", ""), *sheet("s")],
}


def test_totals_rows_of_every_kind_are_told_from_rows(tmp_path, home):
    folder = tmp_path / "2025-09-30" / "bills"
    folder.mkdir(parents=True)
    for case, lines in {**TOTALS, **TOLD, **NONE}.items():
        (folder / f"{case}.csv").write_bytes(csv_of(lines))
    found = {
        file.removeprefix("bills/").removesuffix(".csv"): report
        for file, report in loaded(home, folder.parent).items()
    }
    by_rule = {case: found[case].by_rule.get("totals_row", 0) for case in found}
    assert by_rule == dict.fromkeys(TOTALS, 1) | dict.fromkeys({**TOLD, **NONE}, 0)
    told = {case: [str(w) for w in found[case].warnings] for case in found}
    assert {case for case in told if told[case]} == set(TOLD)
    assert told["another_amount"] == [
        "line 4: a name reads as a total, but its amounts are not the sum of other "
        "rows; take the row out if it is one (rows: 1)"
    ]
    assert all(r.read == r.accepted + r.quarantined for r in found.values())


def test_subtotals_and_the_total_over_them_are_set_aside(tmp_path, home):
    bills = [
        *(bill("a", 1, "1.00"), bill("a", 2, "2.00"), total("3.00", "小计")),
        *(bill("b", 1, "4.00"), total("4.00", "小计"), bill("c", 1, "5.00")),
        *(bill("c", 2, "6.00"), total("11.00", "小计"), total("15.00", "本区合计")),
        total("18.00", "总计"),
    ]
    found = loaded(home, deliver(tmp_path / "2025-09-30", bills=bills))
    assert found["bills.csv"].by_rule == {"totals_row": 5}
    assert rows(home, "select sum(amount) from raw.bills") == [(18,)]


def test_a_total_is_one_before_it_breaks_another_rule(tmp_path, home):
    bills = sheet("a", total("300.50", customer_id="合计", bill_month=""))
    found = loaded(
        home,
        deliver(tmp_path / "2025-09-30", customers=[GOOD["customers"]], bills=bills),
    )
    assert found["bills.csv"].by_rule == {"totals_row": 1}


def test_counts_and_minutes_are_amounts_where_there_is_no_money(tmp_path, home):
    usage = [
        good("member_usage", member_id=name, charge="", voice_minutes=minutes)
        for name, minutes in (("M1", "1.5"), ("M2", "2"), ("合计", "3.5"))
    ]
    found = loaded(home, deliver(tmp_path / "2025-09-30", member_usage=usage))
    assert found["member_usage.csv"].by_rule == {"totals_row": 1}
