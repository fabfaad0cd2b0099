"""What was measured beside the operator's books, every figure worked out by hand."""

import json

import pytest

from jike.ground.errors import WrongInputError
from jike.kpis.kpi import run
from tests.fixtures import small_province

# Bills: January 280, of it informatisation 190; February 280 and 200; March 215 of it.
# The books have no March of enterprise revenue, and in February a cent more.
BOOKS = """month,branch_id,measure,value,origin
2025-01-01,P,enterprise_revenue,{january},ledger
2025-02-01,P,enterprise_revenue,{february_and_a_cent},ledger
2025-01-01,K1,enterprise_revenue,150.00,ledger
2025-01-01,P,info_revenue,{info_january},ledger
2025-03-01,P,operating_revenue,1000.00,ledger
2025-02-01,P,operating_revenue,3000.00,ledger
2025-01-01,P,calls_answered,12,switch
2026-01-01,P,enterprise_revenue,1.00,ledger
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory, served):
    folder = tmp_path_factory.mktemp("delivery") / "2025-03-31"
    small_province.deliver(folder, "customers", "orders", "bills")
    books = BOOKS.format(
        january=billed("2025-01"),
        february_and_a_cent=billed("2025-02") + 0.01,
        info_january=billed("2025-01", informatisation=True),
    )
    (folder / "control_totals.csv").write_text(books, encoding="utf-8")
    home = served(folder)

    def asked(code, period, by=None, *where):
        return json.loads(
            run(home, [code], period=period, by=by, where=where, fmt="json")
        )

    return asked


def billed(month, informatisation=False):
    """The bills of a month, added up anew; I02 stops being informatisation."""
    ours = {"I01"} | ({"I02"} if month <= "2025-01" else set())
    return sum(
        amount
        for _, _, product, _, amount, first, last in small_province.BILLED
        if first <= month <= last and (product in ours or not informatisation)
    )


def test_the_bills_are_what_the_books_are_written_from():
    # E1 100, E2 50, E3 30, E6 40, E7 60; then E5 40 for E6's 40.
    assert (billed("2025-01"), billed("2025-02")) == (280, 280)
    assert billed("2025-01", informatisation=True) == 190
    assert billed("2025-02", informatisation=True) == 200


def test_the_gap_is_to_the_cent_and_only_over_months_of_the_books(ask):
    (january,) = ask("reconciliation_gap", "2025-01")
    assert (january["value"], january["status"]) == (0, "ok")
    assert (january["numerator"], january["denominator"]) == (None, None)
    (quarter,) = ask("reconciliation_gap", "2025Q1")
    assert quarter["value"] == pytest.approx(-0.01, abs=1e-9)
    (march,) = ask("reconciliation_gap", "2025-03")
    assert (march["value"], march["status"]) == (None, "no_data")


def test_every_measure_is_compared_with_the_kpi_of_its_name(ask):
    found = {
        row["measure"]: row for row in ask("reconciliation_gap", "2025Q1", "measure")
    }
    assert found["enterprise_revenue"]["value"] == pytest.approx(-0.01, abs=1e-9)
    assert found["info_revenue"]["value"] == 0
    # Calls were not delivered: there is nothing to compare the books with.
    assert (found["calls_answered"]["value"], found["calls_answered"]["status"]) == (
        None,
        "no_data",
    )
    assert set(found) == {"enterprise_revenue", "info_revenue", "calls_answered"}
    (one,) = ask("reconciliation_gap", "2025-01", None, "measure=info_revenue")
    assert one["value"] == 0


def test_a_branch_is_compared_with_its_own_figure_descendants_included(ask):
    # K1 has E1 and E2: 100 and 50.
    rows = ask("reconciliation_gap", "2025-01", "branch")
    assert {row["branch"]: row["value"] for row in rows} == {"K1": 0, "P": 0}
    (county,) = ask("reconciliation_gap", "2025-01", None, "branch=K1")
    assert county["value"] == 0
    assert [r["county"] for r in ask("reconciliation_gap", "2025-01", "county")] == [
        "K1"
    ]
    assert [
        r["branch"] for r in ask("reconciliation_gap", "2025-01", "branch", "branch=K1")
    ] == ["K1"]
    (without,) = ask("reconciliation_gap", "2025-01", None, "branch=C2")
    assert without["status"] == "no_data"


def test_the_share_of_the_company_is_over_the_months_of_the_books(ask):
    (row,) = ask("info_revenue_share_company", "2025Q1")
    # February 200 and March 215 of 3000 and 1000; January has no figure.
    assert (row["numerator"], row["denominator"]) == (415, 4000)
    assert row["value"] == pytest.approx(415 / 4000)
    (january,) = ask("info_revenue_share_company", "2025-01")
    assert (january["value"], january["status"]) == (None, "no_data")
    (ranked,) = ask("info_revenue_share_company", "2025Q1", "branch")
    assert (ranked["branch"], ranked["rank"], ranked["gap"]) == ("P", 1, 0)


def test_two_branches_at_once_cannot_be_added(ask):
    with pytest.raises(WrongInputError, match="made per branch"):
        ask("reconciliation_gap", "2025-01", None, "branch=K1", "branch=C2")
