"""What was not delivered says "no data", and everything else still works."""

import json
from datetime import date

import pytest

from jike.ground.errors import WrongInputError
from jike.kpis.kpi import run
from tests.fixtures import small_province


@pytest.fixture(scope="module")
def serve(tmp_path_factory, served):
    """Serve a delivery of some of the entities; a function of its questions."""

    def serve_some(*entities, as_of=None, prepare=lambda folder: None, **parameters):
        folder = tmp_path_factory.mktemp("delivery") / "2025-03-31"
        small_province.deliver(folder, *entities)
        prepare(folder)
        home = served(folder, as_of, **parameters)

        def one(code, period="2025Q1", *where):
            (row,) = json.loads(
                run(home, [code], period=period, where=where, fmt="json")
            )
            return row

        return one

    return serve_some


def test_with_customers_and_bills_only_the_photograph_says_who_is_in_service(serve):
    one = serve("customers", "bills")
    # E1, E5, E7, E8 and E2, whose last photograph is active and last bill February.
    assert one("active_customers", "2025-03")["value"] == 5
    assert one("info_revenue")["value"] == 605
    assert one("nrr")["value"] == pytest.approx(525 / 705)
    # E2 and E4 are not photographed again: their last photograph stands; E2 was billed
    # in February, E4 was not since December.
    row = one("cohort_retention")
    assert (row["numerator"], row["denominator"]) == (5, 7)
    lost = one("lost_customers")
    assert lost["status"] == "ok"


@pytest.mark.slow
def test_with_bills_only_revenue_works_and_retention_says_no_data(serve):
    one = serve("bills")
    assert one("operating_revenue")["value"] == 1275
    for code in ("cohort_retention", "active_customers", "lost_customers", "returned"):
        row = one(code)
        assert (row["value"], row["status"]) == (None, "no_data"), code
    # January 2024: E1, E2, E3, E4, E6, E8 with 235 yuan; in March E1 and E8 with 625.
    row = one("acquisition_retention", "all", "acquired_month=2024-01", "age_months=14")
    assert (row["numerator"], row["denominator"]) == (2, 6)
    row = one("acquisition_revenue", "all", "acquired_month=2024-01", "age_months=14")
    assert (row["numerator"], row["denominator"]) == (625, 235)
    # E1 and E3 are not known to be merged: 300 + 90 billed, 300 + 60 now.
    assert one("nrr")["value"] == pytest.approx(525 / 705)


@pytest.mark.slow
def test_with_customers_and_orders_only_being_billed_is_not_asked_for(serve):
    one = serve("customers", "orders", as_of=date(2025, 3, 31))
    # By orders: E1, E4, E5, E8; E3 merged away, E7 has no bill and only a suspension.
    assert one("active_customers", "2025-03")["value"] == 5
    for code in ("info_revenue", "nrr", "time_progress", "retention_expected"):
        assert one(code)["status"] == "no_data", code


@pytest.mark.slow
def test_an_entity_delivered_empty_gives_sums_of_zero_and_no_ratio(serve):
    def empty_bills(folder):
        names = "bill_line_id,customer_id,product_id,bill_month,amount,kind"
        (folder / "bills.csv").write_text(names + "\n", encoding="utf-8")

    one = serve("customers", "orders", as_of=date(2025, 3, 31), prepare=empty_bills)
    assert one("info_revenue") | {"is_partial": None} == {
        "kpi": "info_revenue",
        "period": "2025Q1",
        "numerator": 0,
        "denominator": None,
        "value": 0.0,
        "n": None,
        "low": None,
        "high": None,
        "status": "ok",
        "is_partial": None,
        "reason": None,
    }
    assert one("cohort_retention")["status"] == "no_data"
    assert one("info_revenue_share")["status"] == "no_data"


@pytest.mark.slow
def test_as_of_in_the_middle_of_a_month_makes_that_month_partial(serve):
    one = serve("customers", "orders", "bills", as_of=date(2025, 3, 1))
    assert one("active_customers", "2025-03")["is_partial"] is True
    # E8 comes back on 2 March, E3 is merged on the 10th.
    assert one("active_customers", "2025-03", "branch=C2")["value"] == 1
    # The photographs end in December by then: nobody is known to be closed.
    assert one("cohort_retention_excl_admin", "2025-03")["denominator"] == 7
    with pytest.raises(WrongInputError, match="there is no period 2025-04"):
        one("active_customers", "2025-04")


@pytest.mark.slow
def test_parameters_change_the_windows_and_the_cohort(serve):
    one = serve(
        "customers",
        "orders",
        "bills",
        nrr_window_months="1",
        nrr_lag_months="1",
        cohort_on="2025-03-31",
    )
    # March against February: E1 with E3 100 of 130, E2 0 of 50, E5 40, E7 50 of 60
    row = one("nrr", "2025-03")
    assert (row["numerator"], row["denominator"]) == (190, 280)
    # The photograph of March: E1, E5, E7, E8.
    row = one("cohort_retention", "2025-03")
    assert (row["numerator"], row["denominator"]) == (4, 4)
    assert one("cohort_retention", "2025-02")["status"] == "no_data"
