"""`jike kpi` over nine customers, every figure worked out by hand."""

import csv
import io
import json

import pytest

from jike.cli.parser import main
from jike.deliveries.contract import contract
from jike.ground.errors import WrongInputError
from jike.kpis.kpi import load_catalogue, run, run_list
from jike.releases.opening import current_release
from tests.fixtures.answers import by_member, question_of

QUARTER = "2025Q1"
# What needs lines or interviews, or three months that are over after the quarter.
ANSWERED_ELSEWHERE = {
    "members",
    "member_churn",
    "group_exit",
    "arpu",
    "cohort_arpu",
    "traffic_change",
    "switching_intention",
    "warning_precision",
    "warning_recall",
    "warning_lift",
}


@pytest.fixture(scope="module")
def home(province):
    return province


@pytest.fixture
def ask(home):
    return question_of(home, QUARTER)


def test_a_row_has_the_keys_of_the_kpi_row_and_one_per_dimension(one, ask):
    keys = "kpi period numerator denominator value n low high status is_partial reason"
    assert list(one("cohort_retention")) == keys.split()
    (row, *_) = ask("cohort_retention", by="tier,industry")
    assert list(row) == keys.replace("period", "period tier industry").split()
    (row, *_) = ask("cohort_retention", by="branch")
    assert list(row) == [
        *keys.replace("period", "period branch").split(),
        "rank",
        "gap",
    ]


def test_active_means_in_service_and_billed_merged_customers_not_counted(one):
    # December: E1, E2, E3, E4, E6, E7, E8; March: E1, E5, E7, E8.
    assert one("active_customers", "2024-12")["value"] == 7
    assert one("active_customers", "2025-03") == {
        "kpi": "active_customers",
        "period": "2025-03",
        "numerator": 4,
        "denominator": None,
        "value": 4.0,
        "n": None,
        "low": None,
        "high": None,
        "status": "ok",
        "is_partial": False,
        "reason": None,
    }


def test_a_silent_loss_shows_when_the_window_is_empty(one):
    assert one("active_customers", "2025-02", branch="C1")["value"] == 4
    assert one("active_customers", "2025-03", branch="C1")["value"] == 2


def test_the_cohort_is_the_photograph_of_december_and_merged_take_their_successor(one):
    # E1, E3 (through E1), E7, E8 of E1, E2, E3, E4, E6, E7, E8.
    row = one("cohort_retention")
    assert (row["numerator"], row["denominator"], row["n"]) == (4, 7, 7)
    assert row["value"] == pytest.approx(4 / 7)
    assert row["status"] == "low_base"
    assert (row["low"], row["high"]) == pytest.approx((0.2504584, 0.8417801), abs=1e-6)


def test_without_merged_and_dissolved_both_sides_shrink(one):
    # without E3 and E6: E1, E7, E8 of E1, E2, E4, E7, E8
    row = one("cohort_retention_excl_admin")
    assert (row["numerator"], row["denominator"]) == (3, 5)


def test_the_target_market_filters_both_sides(one):
    # E1, E8 of E1, E2, E4, E8; E5 joined later and never enters
    row = one("target_market_retention")
    assert (row["numerator"], row["denominator"]) == (2, 4)


def test_the_cohort_is_cut_by_its_photograph_and_a_stock_on_its_date(ask):
    tiers = by_member(ask("cohort_retention", by="tier"), "tier", "denominator")
    assert tiers == {"B1": 2, "C": 5}
    assert by_member(ask("active_customers", by="tier"), "tier") == {"A1": 1, "C": 3}


def test_a_flow_is_cut_on_the_first_day_of_its_month(ask):
    # E1 is A1 from 31 March on; its March bill falls on B1.
    assert by_member(ask("info_revenue", "2025-03", by="tier"), "tier") == {
        "B1": 100,
        "C": 115,
    }


def test_returned_customers_were_inactive_at_a_month_end_of_the_year(one):
    assert one("returned")["value"] == 1
    assert one("returned", "2025-02")["value"] == 0


def test_lost_customers_sum_their_months_and_name_reason_and_rival(one, ask):
    losses = [one("lost_customers", f"2025-0{month}")["value"] for month in (1, 2, 3)]
    assert losses == [2, 1, 2]
    assert one("lost_customers")["value"] == 5
    reasons = ask("lost_customers", by="lost_reason")
    assert by_member(reasons, "lost_reason") == {
        "dissolved": 1,
        "merged": 1,
        "unknown": 3,
    }
    rivals = ask("lost_customers", by="lost_to")
    assert by_member(rivals, "lost_to") == {"CO1": 1, "unknown": 4}


def test_revenue_counts_the_product_row_valid_on_the_first_day(one, ask):
    months = [one("info_revenue", f"2025-0{month}")["value"] for month in (1, 2, 3)]
    assert months == [190, 200, 215]
    assert one("info_revenue")["value"] == 605
    assert one("operating_revenue")["value"] == 1275
    lines = by_member(ask("operating_revenue", "2025-02", by="line"), "line")
    assert lines == {"industry": 200, "unknown": 30, "voice": 50}
    assert one("info_revenue_share")["value"] == pytest.approx(605 / 1275)


def test_a_cut_without_rows_has_no_row_and_a_total_without_rows_is_zero(one, ask):
    lines = by_member(ask("info_revenue", "2025-02", by="line"), "line")
    assert lines == {"industry": 200}
    assert one("info_revenue", "2025-02", tier="A2")["value"] == 0
    assert one("cohort_retention", tier="A2")["status"] == "no_data"
    assert one("cohort_retention", tier="A2")["value"] is None


def test_levels_list_their_members_own_rows_and_rows_without_a_branch(ask):
    cities = by_member(ask("operating_revenue", by="city"), "city")
    assert cities == {"C1": 1040, "C2": 195, "own": 40}
    counties = by_member(ask("operating_revenue", by="county"), "county")
    assert counties == {"K1": 900, "K2": 140, "own": 235}
    branches = by_member(ask("operating_revenue", by="branch"), "branch")
    assert branches == {
        "P": 1275,
        "C1": 1040,
        "C2": 195,
        "K1": 900,
        "K2": 140,
    }
    below = by_member(ask("operating_revenue", by="branch", branch="C1"), "branch")
    assert below == {"C1": 1040, "K1": 900, "K2": 140}
    within = by_member(ask("operating_revenue", by="county", branch="C1"), "county")
    assert within == {"K1": 900, "K2": 140}
    december = by_member(ask("active_customers", "2024-12", by="county"), "county")
    assert december == {"K1": 2, "K2": 1, "own": 4}


def test_two_dimensions_give_crossed_rows(ask):
    rows = ask("active_customers", by="city,tier_group")
    assert {(row["city"], row["tier_group"]): row["value"] for row in rows} == {
        ("C1", "A"): 1,
        ("C1", "C"): 1,
        ("C2", "C"): 2,
    }


def test_nrr_compares_windows_a_year_apart_without_one_time_charges(one, ask):
    # base 705: E1 with E3 390, E2 150, E4 60, E6 30, E8 75; current 525, kept 515
    nrr, grr = one("nrr"), one("grr")
    assert (nrr["numerator"], nrr["denominator"]) == (525, 705)
    assert nrr["value"] == pytest.approx(525 / 705)
    assert (grr["numerator"], grr["denominator"]) == (515, 705)
    assert one("nrr", "2025-02")["status"] == "no_data"
    counties = by_member(ask("nrr", by="county"), "county", "denominator")
    assert counties == {"K1": 540, "own": 165}


def test_nrr_has_every_lag_of_the_list(one, ask):
    # December to February against January to March: E1 with E3 390 to 360, E2 150 to
    # 100, E4 20 to 0, E5 40 to 80, E6 50 to 40, E7 180 to 170, E8 25 to 25.
    assert by_member(ask("nrr", by="lag"), "lag") == {"12": 525 / 705, "1": 775 / 855}
    row = one("grr", lag="1")
    assert (row["numerator"], row["denominator"]) == (735, 855)
    assert one("grr", lag="12") == one("grr")
    assert one("nrr", "2024-04", lag="1")["status"] == "ok"
    assert one("nrr", "2024-03", lag="1")["status"] == "no_data"


def test_customers_are_followed_from_their_first_order_or_bill(one, ask):
    # By orders of 2020: E1, E2, E3, E4, E6, E8, of which E1 and E8 are billed in March;
    # by its bills E7, by its order E5. What was billed in 2020 is not known.
    row = one("acquisition_retention", "2025-03")
    assert (row["numerator"], row["denominator"], row["n"]) == (4, 8, 8)
    months = ask("acquisition_retention", "2025-03", by="acquired_month,age_months")
    assert {
        (row["acquired_month"], row["age_months"]): row["value"] for row in months
    } == {("2020-01", "62"): 2 / 6, ("2024-06", "9"): 1, ("2025-02", "1"): 1}
    row = one("acquisition_revenue", "2025-03")
    assert (row["numerator"], row["denominator"]) == (90, 100)
    # The whole triangle: E7 in July 2024 and E5 in March.
    row = one("acquisition_retention", "all", age_months="1")
    assert (row["numerator"], row["denominator"]) == (2, 2)


def test_all_is_everything_delivered_up_to_as_of(one, ask):
    assert one("operating_revenue", "all")["value"] == 4515
    assert one("active_customers", "all") | {"period": "2025-03"} == one(
        "active_customers", "2025-03"
    )
    # Orders of 2020 open no month of their own.
    assert one("orders_received", "all")["value"] == 13
    cities = by_member(ask("operating_revenue", "all", by="city"), "city")
    assert sum(cities.values()) == 4515


def test_a_score_weighs_what_moves_with_the_year(one, ask):
    # 605 of revenue is above the challenge, 2200 x 90/365; 2 of 4 kept is below the
    # base and without a floor scores 0: (60 x 100 + 40 x 0) / 100.
    row = one("scorecard")
    assert (row["value"], row["status"]) == (60, "ok")
    # K1: 300 of revenue above 500 x 90/365, 1 of 2 kept.
    scores = {row["branch"]: row["value"] for row in ask("scorecard", by="branch")}
    assert scores == {"P": 60, "K1": 60}


def test_completion_lead_and_forecasts_compose_targets_and_time(one):
    progress = 90 / 365
    assert one("time_progress")["value"] == pytest.approx(progress)
    assert one("info_revenue_completion")["value"] == pytest.approx(605 / 2000)
    lead = 605 / 2000 - progress
    assert one("info_revenue_lead")["value"] == pytest.approx(lead)
    assert one("info_revenue_forecast")["value"] == pytest.approx(605 / progress)
    # 2024: 1200 + 360 + 420 + 300 = 2280 in the year, 465 to March
    seasonal = one("info_revenue_forecast_seasonal")
    assert seasonal["value"] == pytest.approx(605 * 2280 / 465)
    assert (seasonal["low"], seasonal["high"]) == (None, None)
    growth = one("info_growth_contribution")
    assert (growth["numerator"], growth["denominator"]) == (140, 570)
    county = one("info_revenue_completion", branch="K1")
    assert county["value"] == pytest.approx(300 / 400)
    assert one("info_revenue_completion", branch="C2")["status"] == "no_data"


def test_cumulative_kpis_of_a_month_or_quarter_are_those_at_its_end(one):
    for code in ("info_revenue_completion", "info_growth_contribution", "nrr"):
        values = {
            one(code, period)["value"]
            for period in ("2025-03", QUARTER, "2025YTD", "2025-03YTD", "2025")
        }
        assert len(values) == 1, code


def test_retention_is_held_against_what_the_year_so_far_allows(one):
    expected = 1 - 0.1 * 90 / 365
    assert one("retention_expected")["value"] == pytest.approx(expected)
    assert one("retention_lead")["value"] == pytest.approx(0.5 - expected)
    assert one("loss_budget_used")["value"] == pytest.approx(0.5 / 0.1)


def test_branches_are_ranked_among_siblings_and_see_the_gap_to_the_first(ask):
    ranked = {
        row["branch"]: (row["rank"], row["gap"])
        for row in ask("info_revenue", by="branch")
    }
    assert ranked["C1"] == (1, 0)
    assert ranked["C2"] == (2, 195 - 410)
    assert ranked["K1"] == (1, 0)
    assert ranked["K2"] == (2, 110 - 300)
    lost = {row["branch"]: row["rank"] for row in ask("lost_customers", by="branch")}
    assert (lost["C2"], lost["C1"]) == (1, 2)
    retention = ask("cohort_retention", by="branch")
    assert {row["rank"] for row in retention} == {None}


def test_a_partial_period_holds_what_there_is(one):
    year = one("info_revenue", "2025")
    assert (year["value"], year["is_partial"]) == (605, True)
    assert one("info_revenue", "2025YTD")["is_partial"] is False
    assert one("info_revenue", "2025-12YTD")["is_partial"] is True


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"codes": ["profit"]}, "there is no KPI profit; there are abandonment_rate"),
        ({"period": "2025-04"}, "there is no period 2025-04; there are months 2024-01"),
        ({"period": "last week"}, "there is no period last week"),
        ({"by": "weekday"}, "info_revenue is not cut by weekday; it has branch, city"),
        ({"where": ["branch=C9"]}, "branch has no member C9; there are C1, C2, K1"),
        ({"where": ["tier=Z"]}, "tier has no member Z; there are A+, A1"),
        ({"where": ["tier"]}, "--where tier is not written dimension=member"),
        (
            {"as_of": "2025-02-28"},
            "no release is as of 2025-02-28; there are 2025-03-31",
        ),
        ({"as_of": "yesterday"}, "--as-of yesterday is not a date"),
    ],
)
def test_what_does_not_exist_is_answered_with_what_does(home, arguments, says):
    asked = {"codes": ["info_revenue"], "period": QUARTER} | arguments
    with pytest.raises(WrongInputError) as error:
        run(home, asked.pop("codes"), **asked)
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_every_kpi_of_the_list_answers_and_names_its_dimensions(home, one):
    required = contract().required_columns
    listed = json.loads(run_list(current_release(home), [], "json", required))
    assert [list(row)[:7] for row in listed[:1]] == [
        ["kpi", "name_zh", "name_en", "kind", "unit", "dimensions", "needs"]
    ]
    kpis = load_catalogue(current_release(home))
    assert [row["kpi"] for row in listed] == list(kpis)
    # Others are followed in test_kpi_hotline.py, _revenue.py and _management.py.
    families = {"customers", "retention", "revenue"}
    elsewhere = {"market_coverage", "traffic_top20_share"}
    elsewhere |= {"reconciliation_gap", "info_revenue_share_company"}
    # Nobody delivered when a contract ends, who pays a bill or when it is due.
    elsewhere |= {"contract_expiry_60d", "unified_billing_share", "arrears"}
    # Bills alone never reach the points of a warning.
    elsewhere |= {"warnings", "warning_precision", "warning_recall", "warning_lift"}
    for kpi in kpis.values():
        if kpi.family not in families or kpi.kpi in elsewhere | ANSWERED_ELSEWHERE:
            continue
        products = {"product": "I01"}
        by = {name: products.get(name, "C") for name in kpi.needs_dimension}
        assert one(kpi.kpi, **by)["status"] in {"ok", "low_base"}, kpi.kpi


def test_the_release_of_a_day_can_be_asked_for_and_csv_is_csv(home):
    text = run(home, ["info_revenue"], period=QUARTER, as_of="2025-03-31", fmt="csv")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["value"], row["denominator"]) == ("605.0", "")


def test_values_per_branch_agree_with_the_parts_they_are_rolled_up_from(home, ask):
    from jike.releases.opening import ALL, current_release, rows
    from jike.releases.question import Question

    question = Question(
        ("kpi_values", "dim_kpis"),
        "select v.* from kpi_values as v inner join dim_kpis as k on v.kpi = k.kpi "
        "where v.period = ? and k.numerator is not null and v.branch_id <> 'total'",
        (QUARTER,),
    )
    stored = rows(question, ALL, current_release(home))
    assert len(stored) > 50
    asked = {}
    for code in {row["kpi"] for row in stored}:
        for row in ask(code, by="branch"):
            asked[code, row["branch"]] = row
    for row in stored:
        rolled_up = asked[row["kpi"], row["branch_id"]]
        assert rolled_up["value"] == pytest.approx(row["kpi_value"])


def test_the_list_says_before_any_release_what_each_kpi_needs(tmp_path, capsys):
    empty = ["--home", str(tmp_path / "empty"), "kpi"]
    assert main([*empty, "--list", "--json"]) == 0
    listed = {row["kpi"]: row for row in json.loads(capsys.readouterr().out)}
    needs = {code: row["needs"] for code, row in listed.items()}
    tickets = "ticket_id source class opened_at status"
    assert needs["tickets_opened"].startswith(f"tickets({tickets})")
    assert needs["resolution_hours"] == f"tickets({tickets} closed_at)"
    bills = "bill_line_id customer_id product_id bill_month amount kind"
    assert needs["operating_revenue"] == f"bills({bills})"
    assert needs["arrears"] == f"bills({bills} due_on paid_on)"
    assert needs["active_customers"].startswith("customers(snapshot_on customer_id ")
    assert " | orders(order_id " in needs["active_customers"]
    assert needs["cohort_retention"].startswith("customers(snapshot_on ")
    assert needs["response_rate"].startswith("survey_responses(response_id wave ")
    assert main([*empty, "arrears", "--list", "--format", "csv"]) == 0
    (row,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert (row["kpi"], row["needs"]) == ("arrears", needs["arrears"])
    assert main([*empty, "nothing", "--list"]) == 2
    assert main([*empty, "arrears", "--period", "2025-09"]) == 1
