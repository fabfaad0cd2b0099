"""Every KPI of the definitions is listed, answers, and was worked out by hand."""

import ast
import json
import re
from pathlib import Path

import pytest

from jike.deliveries.contract import contract
from jike.ground.errors import WrongInputError
from jike.ground.home import Home
from jike.kpis.kpi import run, run_list
from jike.releases.opening import current_release

C = "branch tier tier_group level4 industry size segment is_target_market"
SURVEYS = "wave role competitor tier tier_group branch hall mode agency"
HOTLINE = "city centre lane hour weekday branch"
TICKETS = "class source complaint_type ownership hall branch tier"
ORDERS = f"{C} channel product line order_type"
HALLS = "hall brand busy is_month_end ownership branch"

# Kind, dimensions, codes: the last table of the definitions, written down once more.
CODES = [
    ("stock", C, "active_customers members"),
    ("sum", C, "customers_new customers_back customers_lost"),
    ("sum", f"{C} lost_reason lost_to", "lost_customers"),
    ("sum", "from_tier to_tier branch", "tier_moves"),
    ("prop", C, "customer_churn"),
    ("prop", "tier branch industry", "tier_share"),
    ("index", C, "value_score"),
    ("stock", C, "returned contract_expiry_60d"),
    ("stock", f"{C} grade", "warnings"),
    ("prop", C, "cohort_retention cohort_retention_excl_admin"),
    ("prop", C, "target_market_retention member_churn group_exit"),
    ("ratio", f"{C} lag", "nrr grr"),
    ("ratio", C, "arpu cohort_arpu traffic_change"),
    ("prop", "acquired_month age_months branch", "acquisition_retention"),
    ("ratio", "acquired_month age_months branch", "acquisition_revenue"),
    ("prop", "tier tier_group", "switching_intention"),
    ("prop", C, "warning_precision warning_recall"),
    ("index", "branch", "retention_expected retention_lead loss_budget_used"),
    ("index", C, "warning_lift"),
    ("sum", f"{C} product line kind", "info_revenue operating_revenue"),
    ("sum", C, "minimum_top_up"),
    ("stock", f"{C} age", "arrears"),
    ("stock", f"{C} product", "dedicated_lines lines_in_service"),
    ("ratio", C, "info_revenue_share unified_billing_share products_per_customer"),
    ("prop", C, "cross_sell"),
    ("prop", f"{C} product", "penetration"),
    ("prop", "branch industry product", "market_coverage"),
    ("ratio", C, "info_growth_contribution"),
    ("ratio", "branch", "info_revenue_share_company"),
    ("index", "branch", "info_revenue_completion info_revenue_lead time_progress"),
    ("index", "branch", "info_revenue_forecast info_revenue_forecast_seasonal"),
    ("index", "branch measure", "reconciliation_gap"),
    ("index", C, "traffic_top20_share revenue_top10_share revenue_hhi"),
    ("mean", SURVEYS, "satisfaction loyalty emotional rational"),
    ("mean", f"{SURVEYS} indicator servqual", "indicator"),
    ("prop", SURVEYS, "dissatisfied_share response_rate"),
    ("prop", f"{SURVEYS} reason", "dissatisfaction_reason_share reason_share"),
    ("mean", f"{SURVEYS} item", "score_mean"),
    ("prop", f"{SURVEYS} item", "top_box_share bottom_box_share"),
    ("sum", f"{SURVEYS} item score", "score_distribution"),
    ("index", SURVEYS, "satisfaction_weighted account_satisfaction competitor_lead"),
    ("index", SURVEYS, "consistency short_board_index nps"),
    ("index", f"{SURVEYS} indicator", "importance"),
    ("sum", HOTLINE, "call_demand calls_answered"),
    ("sum", f"{HOTLINE} reason", "call_reasons"),
    ("prop", HOTLINE, "connection_rate abandonment_rate blocked_rate"),
    ("prop", HOTLINE, "service_level_15s ivr_containment repeat_rate"),
    ("prop", HOTLINE, "hotline_coverage first_contact_resolution"),
    ("mean", HOTLINE, "asa aht"),
    ("quantile", HOTLINE, "asa_median asa_p90"),
    ("index", HOTLINE, "calls_answered_monthly_mean demand_growth"),
    ("index", HOTLINE, "demand_growth_arithmetic"),
    ("sum", TICKETS, "tickets_opened complaints credit_amount"),
    ("stock", TICKETS, "open_overdue open_tickets"),
    ("prop", TICKETS, "promise_compliance misroute_rate reopen_rate misbooked_rate"),
    ("prop", TICKETS, "reclassified_rate handover_rate solved_share"),
    ("prop", TICKETS, "fault_restored_24h fault_restored_48h"),
    ("ratio", "branch tier", "complaint_rate"),
    ("quantile", TICKETS, "resolution_hours resolution_hours_p90"),
    ("quantile", TICKETS, "first_response_hours first_response_hours_p90"),
    ("mean", TICKETS, "first_response_hours_mean resolution_hours_mean"),
    ("sum", ORDERS, "orders_received agreements_signed"),
    ("stock", f"{ORDERS} age", "backlog"),
    ("prop", ORDERS, "on_time_rate order_success_rate"),
    ("quantile", ORDERS, "supply_days supply_days_p90"),
    ("quantile", f"{ORDERS} step", "step_days"),
    ("prop", HALLS, "hall_within_limit walk_away_rate"),
    ("prop", HALLS, "self_service_rate fast_lane_share"),
    ("mean", HALLS, "hall_wait"),
    ("mean", f"{HALLS} service", "hall_handling_minutes"),
    ("quantile", HALLS, "hall_wait_p90"),
    ("index", HALLS, "hall_passes"),
    ("sum", C, "executive_visits"),
    ("sum", f"{C} move", "competitor_events"),
    ("prop", C, "visit_coverage unmanaged_share chief_coverage"),
    ("prop", C, "competitor_kept_share"),
    ("ratio", f"{C} grade", "customers_per_manager"),
    ("index", "branch", "scorecard"),
]
# What means nothing in total: the dimensions one of which must be asked for.
NEEDED = {
    "indicator": {"indicator", "servqual"},
    "importance": {"indicator"},
    "penetration": {"product"},
    "market_coverage": {"product"},
    "dissatisfaction_reason_share": {"reason"},
    "reason_share": {"reason"},
    "tier_share": {"tier"},
    "step_days": {"step"},
}
DEFINED = {
    code: (kind, dimensions)
    for kind, dimensions, codes in CODES
    for code in codes.split()
}

# The test that states figures of each KPI which were worked out by hand.
WORKED_OUT = {
    "active_means_in_service_and_billed_merged_customers_not_counted": (
        "active_customers"
    ),
    "lost_customers_sum_their_months_and_name_reason_and_rival": "lost_customers",
    "lines_are_counted_at_the_end_and_lost_from_those_at_the_start": (
        "members member_churn group_exit"
    ),
    "opening_new_back_and_lost_make_the_closing": (
        "customers_new customers_back customers_lost"
    ),
    "churn_looks_at_both_ends_of_the_period_and_is_cut_the_day_before": (
        "customer_churn"
    ),
    "a_tier_is_a_share_of_the_customers_of_its_branch": "tier_share",
    "moves_between_tiers_add_up_to_the_active_customers_at_both_ends": "tier_moves",
    "the_value_score_ranks_every_customer_among_all_active_ones": "value_score",
    "the_cohort_is_the_photograph_of_december_and_merged_take_their_successor": (
        "cohort_retention"
    ),
    "without_merged_and_dissolved_both_sides_shrink": "cohort_retention_excl_admin",
    "the_target_market_filters_both_sides": "target_market_retention",
    "returned_customers_were_inactive_at_a_month_end_of_the_year": "returned",
    "nrr_compares_windows_a_year_apart_without_one_time_charges": "nrr grr",
    "customers_are_followed_from_their_first_order_or_bill": (
        "acquisition_retention acquisition_revenue"
    ),
    "retention_is_held_against_what_the_year_so_far_allows": (
        "retention_expected retention_lead loss_budget_used"
    ),
    "a_contract_counts_from_the_next_day_to_the_sixtieth": "contract_expiry_60d",
    "arpu_divides_by_the_mean_of_lines_at_start_and_end": "arpu cohort_arpu",
    "traffic_is_compared_with_the_month_of_the_cohort_day": "traffic_change",
    "the_vote_of_a_few_is_withheld_and_a_wave_can_be_asked_for": (
        "switching_intention"
    ),
    "points_of_signals_add_up_to_a_grade_with_owner_and_money": "warnings",
    "warnings_are_judged_by_what_became_of_the_customers": (
        "warning_precision warning_recall warning_lift"
    ),
    "revenue_counts_the_product_row_valid_on_the_first_day": (
        "info_revenue operating_revenue info_revenue_share"
    ),
    "completion_lead_and_forecasts_compose_targets_and_time": (
        "info_growth_contribution time_progress info_revenue_completion "
        "info_revenue_lead info_revenue_forecast info_revenue_forecast_seasonal"
    ),
    "a_top_up_is_a_kind_of_bill_line_and_0_where_none_was_billed": "minimum_top_up",
    "what_the_customer_pays_for_all_is_a_share_of_what_is_billed": (
        "unified_billing_share"
    ),
    "arrears_were_due_before_the_last_day_and_not_paid_by_then": "arrears",
    "lines_are_those_of_the_last_order_that_tells_a_quantity": (
        "dedicated_lines lines_in_service"
    ),
    "products_are_those_of_active_customers": "products_per_customer cross_sell",
    "penetration_is_of_all_active_customers_of_the_cut": "penetration",
    "the_market_is_the_latest_count": "market_coverage",
    "the_largest_fifth_of_the_lines_is_rounded_up": "traffic_top20_share",
    "concentration_is_worked_out_anew_for_every_cut": (
        "revenue_top10_share revenue_hhi"
    ),
    "the_share_of_the_company_is_over_the_months_of_the_books": (
        "info_revenue_share_company"
    ),
    "the_gap_is_to_the_cent_and_only_over_months_of_the_books": "reconciliation_gap",
    "demand_is_answered_abandoned_and_blocked_and_the_rates_add_to_one": (
        "call_demand calls_answered connection_rate abandonment_rate blocked_rate"
    ),
    "a_matter_is_settled_in_the_answered_call_that_says_so": "first_contact_resolution",
    "reasons_say_what_is_not_known_too": "call_reasons",
    "the_service_level_leaves_short_abandons_and_calls_never_queued_out": (
        "service_level_15s"
    ),
    "containment_is_of_calls_that_met_the_ivr": "ivr_containment",
    "a_repeat_is_of_the_same_caller_and_reason_within_seven_days": "repeat_rate",
    "coverage_is_that_of_the_last_day_of_the_period": "hotline_coverage",
    "speed_of_answer_and_handling_time_have_t_intervals": "asa aht",
    "quantiles_are_interpolated_anew_for_every_cut": "asa_median asa_p90",
    "the_monthly_mean_is_over_the_months_that_are_over": (
        "calls_answered_monthly_mean"
    ),
    "growth_runs_from_january_to_the_last_full_month": (
        "demand_growth demand_growth_arithmetic"
    ),
    "satisfaction_is_the_mean_index_of_complete_interviews_of_customers": (
        "satisfaction"
    ),
    "other_constructs_are_means_of_theirs": "loyalty emotional rational",
    "indicators_are_means_of_what_was_answered": "indicator",
    "the_dissatisfied_are_those_of_six_and_less": "dissatisfied_share",
    "reasons_are_shares_of_all_dissatisfied_interviews": (
        "dissatisfaction_reason_share"
    ),
    "reasons_of_all_interviews_are_told_apart_from_those_of_the_dissatisfied": (
        "reason_share"
    ),
    "scores_are_summed_up_on_the_scale_of_their_item": (
        "score_mean top_box_share bottom_box_share"
    ),
    "every_score_of_an_item_is_counted": "score_distribution",
    "the_response_rate_is_of_all_own_interviews_but_the_invalid": "response_rate",
    "weighted_satisfaction_stands_for_the_active_customers_by_tier": (
        "satisfaction_weighted"
    ),
    "account_satisfaction_weighs_the_roles_that_are_there": "account_satisfaction",
    "the_lead_compares_the_roles_the_rival_sample_has": "competitor_lead",
    "consistency_is_the_spread_of_cities_with_thirty_interviews": "consistency",
    "the_short_board_is_satisfaction_with_the_three_lowest_indicators": (
        "short_board_index"
    ),
    "importance_is_the_standardised_coefficient_over_complete_cases": "importance",
    "promoters_minus_detractors": "nps",
    "visits_of_executives_count_on_their_day": "executive_visits",
    "a_customer_is_covered_for_the_visit_days_of_its_tier": "visit_coverage",
    "customers_without_a_manager_and_with_a_chief": "unmanaged_share chief_coverage",
    "managers_are_counted_anew_for_every_cut": "customers_per_manager",
    "moves_of_rivals_are_counted_and_those_with_an_outcome_judged": (
        "competitor_events competitor_kept_share"
    ),
    "tickets_are_counted_when_opened_withdrawn_ones_included": (
        "tickets_opened complaints credit_amount"
    ),
    "overdue_is_a_stock_with_the_tier_of_its_day": "open_overdue",
    "a_promise_is_kept_to_the_second_and_counts_when_it_falls_due": (
        "promise_compliance"
    ),
    "rates_of_handling_are_of_the_tickets_they_can_happen_to": (
        "misroute_rate misbooked_rate reclassified_rate handover_rate"
    ),
    "a_ticket_is_reopened_within_seven_days_to_the_second": "reopen_rate",
    "faults_are_restored_net_of_waiting_also_withdrawn_ones": (
        "fault_restored_24h fault_restored_48h"
    ),
    "complaints_are_told_per_thousand_customers_active_at_the_end": "complaint_rate",
    "resolution_is_the_median_of_hours_without_waiting": (
        "resolution_hours resolution_hours_p90"
    ),
    "the_mean_of_resolution_has_a_t_interval": "resolution_hours_mean",
    "first_responses_count_in_the_month_of_opening": (
        "first_response_hours first_response_hours_p90 first_response_hours_mean"
    ),
    "solved_are_the_closed_that_are_not_open_again": "solved_share",
    "open_tickets_are_a_stock": "open_tickets",
    "orders_received_are_cut_by_what_was_ordered_and_by_whom": "orders_received",
    "an_order_is_in_the_backlog_until_it_is_final": "backlog",
    "agreements_are_renewals_and_new_contracts_that_are_completed": (
        "agreements_signed"
    ),
    "an_order_is_on_time_to_the_second_and_a_failed_one_is_late": "on_time_rate",
    "success_is_at_the_first_attempt": "order_success_rate",
    "supply_days_leave_the_hold_of_the_customer_out": "supply_days supply_days_p90",
    "steps_have_the_median_of_their_days": "step_days",
    "waits_within_the_limit_of_their_brand_and_hour": (
        "hall_within_limit fast_lane_share"
    ),
    "visitors_are_cut_by_hall_and_hour": "walk_away_rate",
    "payments_and_handling": "self_service_rate hall_handling_minutes",
    "waits_run_from_the_ticket_to_the_start_else_to_the_call": (
        "hall_wait hall_wait_p90"
    ),
    "a_hall_passes_fails_or_has_no_verdict_with_the_reason": "hall_passes",
    "a_score_weighs_what_moves_with_the_year": "scorecard",
}


def spelt(dimensions):
    """Where branch stands, city and county do too."""
    names = set(dimensions.split())
    return names | ({"city", "county"} if "branch" in names else set())


def listed(home):
    required = contract().required_columns
    rows = json.loads(run_list(current_release(home), [], "json", required))
    return {row["kpi"]: row for row in rows}


@pytest.mark.slow
def test_the_list_has_every_code_with_its_kind_and_dimensions(demo_home):
    found = {
        code: (row["kind"], set(row["dimensions"].split()))
        for code, row in listed(Home(demo_home)).items()
    }
    assert found == {
        code: (kind, spelt(dimensions)) for code, (kind, dimensions) in DEFINED.items()
    }


@pytest.mark.slow
@pytest.mark.parametrize("code", DEFINED)
def test_a_kpi_answers_for_every_period_and_dimension(demo_home, code):
    home = Home(demo_home)
    needed = NEEDED.get(code, set())
    for by in [None, *sorted(spelt(DEFINED[code][1]))]:
        for period in ("2025-09", "2025Q3", "2025YTD", "2025"):
            if needed and by not in needed:
                with pytest.raises(WrongInputError, match="means nothing in total"):
                    run(home, [code], period=period, by=by, fmt="json")
                continue
            rows = json.loads(run(home, [code], period=period, by=by, fmt="json"))
            for row in rows:
                assert (row["kpi"], row["period"]) == (code, period)
                assert row["is_partial"] is (period == "2025")
                assert (row["value"] is None) is (
                    row["status"] in ("no_data", "hidden")
                )
            if by is None:
                assert len(rows) == 1


# Interviews about rivals, and answers to other items than the whole, are in no total.
ADDITIVE = [
    code
    for code, (kind, dimensions) in DEFINED.items()
    if kind in ("sum", "stock") and "competitor" not in dimensions.split()
]


@pytest.mark.slow
@pytest.mark.parametrize("code", ADDITIVE)
def test_the_members_of_a_dimension_add_up_to_the_total(demo_home, code):
    home = Home(demo_home)

    def asked(by=None, *where):
        answer = run(home, [code], period="2025Q3", by=by, where=where, fmt="json")
        return sum(row["value"] for row in json.loads(answer))

    # `branch` lists a branch beside those below it; city and county do not overlap.
    dimensions = spelt(DEFINED[code][1]) - {"branch"}
    for dimension in sorted(dimensions):
        assert asked(dimension) == pytest.approx(asked(), abs=0.005), dimension
    if "county" in dimensions:
        city = asked(None, "branch=C02")
        assert asked("county", "branch=C02") == pytest.approx(city, abs=0.005)


def texts_by_name():
    """The text of every test beside this one that asks for KPIs, by its name."""
    found = {}
    for path in sorted(Path(__file__).parent.glob("test_kpi*.py")):
        if path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8")
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                body = text.splitlines()[first - 1 : node.end_lineno]
                found[node.name.removeprefix("test_")] = "\n".join(body)
    return found


def test_every_kpi_was_worked_out_by_hand_in_a_test_that_names_it():
    texts = texts_by_name()
    named = [code for codes in WORKED_OUT.values() for code in codes.split()]
    assert sorted(named) == sorted(DEFINED)
    for name, codes in WORKED_OUT.items():
        for code in codes.split():
            assert re.search(rf"\b{code}\b", texts[name]), (name, code)
            assert "assert" in texts[name]
