"""`jike kpi` over tickets, orders and halls, every figure worked out by hand.

Intervals are worked out by another library than ours.
"""

from datetime import date

import numpy as np
import pytest
from scipy import stats

from jike.ground.errors import WrongInputError
from jike.kpis.kpi import load_catalogue, run
from jike.releases.opening import current_release
from tests.fixtures import small_operations
from tests.fixtures.answers import by_member, near, question_of

AS_OF = date(2025, 6, 20)
MAY = "2025-05"
FAMILIES = {
    "tickets": [
        "tickets_opened",
        "complaints",
        "credit_amount",
        "open_overdue",
        "promise_compliance",
        "misroute_rate",
        "reopen_rate",
        "misbooked_rate",
        "reclassified_rate",
        "handover_rate",
        "fault_restored_24h",
        "fault_restored_48h",
        "complaint_rate",
        "resolution_hours",
        "resolution_hours_p90",
        "resolution_hours_mean",
        "first_response_hours",
        "first_response_hours_p90",
        "first_response_hours_mean",
        "solved_share",
        "open_tickets",
    ],
    "orders": [
        "orders_received",
        "backlog",
        "agreements_signed",
        "on_time_rate",
        "order_success_rate",
        "supply_days",
        "supply_days_p90",
        "step_days",
    ],
    "halls": [
        "hall_within_limit",
        "walk_away_rate",
        "self_service_rate",
        "fast_lane_share",
        "hall_wait",
        "hall_handling_minutes",
        "hall_wait_p90",
        "hall_passes",
    ],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory, served):
    folder = tmp_path_factory.mktemp("delivery") / "2025-06-20"
    return served(small_operations.deliver(folder), AS_OF)


@pytest.fixture
def share(one):
    def asked(code, period, **where):
        row = one(code, period, **where)
        return row["numerator"], row["denominator"]

    return asked


# Tickets: T1 to T6 were opened in May, T7 in June, T8 after as_of.


def test_tickets_are_counted_when_opened_withdrawn_ones_included(one):
    assert one("tickets_opened", MAY)["value"] == 6
    assert one("tickets_opened", "2025-06") == one("complaints", "2025-06") | {
        "kpi": "tickets_opened"
    }
    assert one("tickets_opened", "2025-06")["is_partial"] is True
    assert one("complaints", MAY)["value"] == 2
    assert one("credit_amount", MAY)["value"] == 10.5
    assert one("credit_amount", "2025Q2")["value"] == 15.5
    # The first one delivered is of May: nothing is known of January.
    row = one("tickets_opened", "2025-01")
    assert row["value"] is None
    assert row["reason"] == "not delivered: tickets or ticket_counts"
    assert one("complaints", "2025Q1")["status"] == "no_data"


@pytest.mark.parametrize(
    ("dimension", "members"),
    [
        ("class", {"complaint": 2, "fault": 3, "enquiry": 1}),
        ("source", {"hall": 1, "hotline": 3, "other": 1, "web": 1}),
        ("complaint_type", {"C02": 1, "C10": 1, "unknown": 4}),
        ("ownership", {"own_own": 1, "unknown": 5}),
        ("hall", {"H1": 1, "unknown": 5}),
        ("tier", {"A1": 2, "B1": 2, "C": 1, "unknown": 1}),
        # T1 is of its hall, T2 names C1 itself, T4 has neither.
        ("branch", {"P": 5, "C1": 4, "K1": 2, "C2": 1, "unknown": 1}),
        ("city", {"C1": 4, "C2": 1, "unknown": 1}),
        ("county", {"K1": 2, "own": 3, "unknown": 1}),
    ],
)
def test_tickets_are_cut_by_what_they_name_else_by_their_customer(
    ask, one, dimension, members
):
    assert by_member(ask("tickets_opened", MAY, by=dimension), dimension) == members
    for member, value in members.items():
        assert one("tickets_opened", MAY, **{dimension: member})["value"] == value


def test_only_classes_with_complaints_have_a_row_of_complaints(ask):
    assert by_member(ask("complaints", MAY, by="class"), "class") == {"complaint": 2}


def test_a_promise_is_kept_to_the_second_and_counts_when_it_falls_due(share, one, ask):
    # T1 and T4 kept; T2 a second late against the 24 hours of B1; T3 and T6 never
    # replied; T5 withdrawn; the promise of T7 is after as_of.
    assert share("promise_compliance", MAY) == (2, 5)
    assert one("promise_compliance", "2025-06")["status"] == "no_data"
    wilson = stats.binomtest(2, 5).proportion_ci(method="wilson")
    row = one("promise_compliance", MAY)
    assert (row["low"], row["high"]) == near((wilson.low, wilson.high))
    assert (row["n"], row["status"]) == (5, "low_base")
    assert by_member(ask("promise_compliance", MAY, by="tier"), "tier") == {
        "A1": 1,
        "B1": 0,
        "C": 0,
        "unknown": 1,
    }


def test_overdue_is_a_stock_with_the_tier_of_its_day(one, ask):
    assert one("open_overdue", MAY)["value"] == 1
    assert one("open_overdue", "2025-06")["value"] == 1
    assert one("open_overdue", "2025Q2")["value"] == 1
    assert one("open_overdue", "2025-04")["reason"] == "not delivered: tickets"
    assert by_member(ask("open_overdue", MAY, by="tier"), "tier") == {"A1": 1}
    branches = by_member(ask("open_overdue", MAY, by="branch"), "branch")
    assert branches == {"P": 1, "C2": 1}


def test_rates_of_handling_are_of_the_tickets_they_can_happen_to(share, one):
    assert share("misroute_rate", MAY) == (1, 4)
    assert share("handover_rate", MAY) == (1, 3)
    assert share("misbooked_rate", MAY) == (1, 1)
    assert share("misbooked_rate", "2025-06") == (0, 1)
    assert share("reclassified_rate", MAY) == (1, 6)
    assert one("misroute_rate", "2025-06")["status"] == "no_data"


def test_a_ticket_is_reopened_within_seven_days_to_the_second(share):
    # T1 after exactly seven days, T2 a second later; T5 is withdrawn.
    assert share("reopen_rate", MAY) == (1, 4)
    assert share("reopen_rate", MAY, source="hotline") == (0, 3)


def test_faults_are_restored_net_of_waiting_also_withdrawn_ones(share):
    # T3 24 hours without waiting, T4 a second over 48, T5 withdrawn after ten.
    assert share("fault_restored_24h", MAY) == (2, 3)
    assert share("fault_restored_48h", MAY) == (2, 3)


def test_resolution_is_the_median_of_hours_without_waiting(one, ask):
    # 24, 24, 46, 48 and a second; place 2.7 of 3
    assert one("resolution_hours", MAY)["value"] == 35
    assert one("resolution_hours_p90", MAY)["value"] == near(46 + 0.7 * (2 + 1 / 3600))
    assert one("resolution_hours", MAY)["n"] is None
    assert one("resolution_hours", MAY)["numerator"] is None
    classes = by_member(ask("resolution_hours", MAY, by="class"), "class")
    assert classes == {"complaint": 35, "fault": near(36 + 0.5 / 3600)}
    assert one("resolution_hours", "2025-06")["status"] == "no_data"


def test_the_mean_of_resolution_has_a_t_interval(one):
    row = one("resolution_hours_mean", MAY)
    hours = [24, 24, 46, 48 + 1 / 3600]
    assert (row["n"], row["value"]) == (4, near(sum(hours) / 4))
    interval = stats.t.interval(0.95, 3, row["value"], stats.sem(hours))
    assert (row["low"], row["high"]) == near(interval)


def test_first_responses_count_in_the_month_of_opening(one, ask):
    # T1 0.5, T5 (withdrawn) 1, T2 2, T3 4 hours; T7 was answered after as_of.
    assert one("first_response_hours", MAY)["value"] == 1.5
    assert one("first_response_hours_p90", MAY)["value"] == near(3.4)
    row = one("first_response_hours_mean", MAY)
    assert (row["numerator"], row["denominator"], row["n"]) == (7.5, 4, 4)
    assert by_member(ask("first_response_hours_mean", MAY, by="tier"), "tier") == {
        "A1": 0.75,
        "B1": 2,
        "C": 4,
    }
    for code in ("first_response_hours", "first_response_hours_mean"):
        assert one(code, "2025-06")["status"] == "no_data"


def test_solved_are_the_closed_that_are_not_open_again(share, one):
    # T1 to T4; T5 is withdrawn, T6 open.
    assert share("solved_share", MAY) == (4, 6)
    assert share("solved_share", "2025-06") == (0, 1)
    assert one("solved_share", "2025-01")["status"] == "no_data"


def test_open_tickets_are_a_stock(one, ask):
    assert one("open_tickets", MAY)["value"] == 1
    assert one("open_tickets", "2025-06")["value"] == 2
    assert one("open_tickets", "2025-01")["status"] == "no_data"
    assert by_member(ask("open_tickets", MAY, by="tier"), "tier") == {"A1": 1}


def test_without_calls_tickets_tell_what_was_settled_at_once(share):
    assert share("first_contact_resolution", MAY) == (1, 2)


def test_complaints_are_told_per_thousand_customers_active_at_the_end(one, ask):
    row = one("complaint_rate", MAY)
    assert (row["numerator"], row["denominator"]) == (2, 3)
    assert row["value"] == near(2000 / 3)
    assert (row["n"], row["low"], row["status"]) == (None, None, "ok")
    branches = by_member(ask("complaint_rate", MAY, by="branch"), "branch")
    assert branches == {"P": near(2000 / 3), "C1": 1000, "K1": 1000, "C2": 0}
    # E2 was B1 when it complained and is A1 at the end of May.
    tiers = by_member(ask("complaint_rate", MAY, by="tier"), "tier")
    assert tiers == {"A1": 500, "B1": None, "C": 0}
    assert one("complaint_rate", "2025Q2")["numerator"] == 3


# Orders


def test_orders_received_are_cut_by_what_was_ordered_and_by_whom(ask, one):
    assert one("orders_received", "2025-01")["value"] == 3
    assert one("orders_received", MAY)["value"] == 4
    assert one("orders_received", "2025-03")["value"] == 0
    cuts = {
        "order_type": {"renew": 1, "new": 3},
        "channel": {"web": 1, "unknown": 3},
        "product": {"L01": 2, "V01": 2},
        "line": {"wired_data": 2, "voice": 2},
        "tier": {"A1": 2, "B1": 2},
        "tier_group": {"A": 2, "B": 2},
        "level4": {"A": 2, "B": 2},
        "city": {"C1": 2, "C2": 2},
        "is_target_market": {"true": 4},
        "industry": {"unknown": 4},
        "size": {"unknown": 4},
        "segment": {"unknown": 4},
    }
    for dimension, members in cuts.items():
        rows = ask("orders_received", MAY, by=dimension)
        assert by_member(rows, dimension) == members


def test_an_order_is_in_the_backlog_until_it_is_final(one, ask):
    # May: O5 21 days, O8 11, O6 119; June: O5 41, O8 31, completed after as_of.
    assert one("backlog", MAY)["value"] == 3
    assert one("backlog", "2025Q1")["value"] == 1
    assert one("backlog", "2025-01")["value"] == 0
    assert one("backlog", "2025YTD")["value"] == 2
    assert by_member(ask("backlog", MAY, by="age"), "age") == {"8-30": 2, "91+": 1}
    assert by_member(ask("backlog", "2025-06", by="age"), "age") == {"31-90": 2}
    assert by_member(ask("backlog", MAY, by="tier"), "tier") == {"A1": 2, "C": 1}
    assert by_member(ask("backlog", MAY, by="line"), "line") == {
        "wired_data": 1,
        "voice": 2,
    }
    assert one("backlog", MAY, age="0-7")["value"] == 0


def test_agreements_are_renewals_and_new_contracts_that_are_completed(one):
    assert one("agreements_signed", "2025-01")["value"] == 1
    assert one("agreements_signed", MAY)["value"] == 1
    assert one("agreements_signed", "2025YTD")["value"] == 2


def test_an_order_is_on_time_to_the_second_and_a_failed_one_is_late(share, one):
    assert share("on_time_rate", "2025-01") == (1, 2)
    assert share("on_time_rate", MAY) == (0, 2)
    assert share("on_time_rate", "2025-06") == (1, 1)
    assert share("on_time_rate", "2025YTD") == (2, 5)
    assert one("on_time_rate", "2025-03")["status"] == "no_data"


def test_success_is_at_the_first_attempt(share):
    assert share("order_success_rate", "2025-01") == (2, 3)
    assert share("order_success_rate", MAY) == (1, 1)
    assert share("order_success_rate", "2025-06") == (0, 1)


def test_supply_days_leave_the_hold_of_the_customer_out(one, ask):
    # O1 2 days, O2 5.5 without half a day of hold, O3 less than its hold: 0
    assert one("supply_days", "2025-01")["value"] == 2
    assert one("supply_days_p90", "2025-01")["value"] == near(4.4)
    products = by_member(ask("supply_days", "2025-01", by="product"), "product")
    assert products == {"L01": 2, "V01": 2.5}
    assert one("supply_days", MAY)["status"] == "no_data"


def test_steps_have_the_median_of_their_days(ask, one, home):
    assert by_member(ask("step_days", MAY, by="step"), "step") == {
        "intake": 1,
        "survey": 3,
    }
    assert one("step_days", MAY, step="intake", tier="B1")["value"] == 1.5
    rows = ask("step_days", MAY, by="product", step="intake")
    assert by_member(rows, "product") == {"L01": 0.75, "V01": 2}
    assert one("step_days", MAY, step="build")["status"] == "no_data"
    with pytest.raises(WrongInputError, match="step_days means nothing in total"):
        run(home, ["step_days"], period=MAY)


# Halls: 58 queue tickets in May, of which 45 waited.
WAITS = [5] * 12 + [60] * 4 + [10] * 5 + [12] * 5 + [8] * 2 + [2] * 6 + [1] * 11


def test_waits_run_from_the_ticket_to_the_start_else_to_the_call(one, ask):
    row = one("hall_wait", MAY)
    assert (row["numerator"], row["n"]) == (449, 45)
    assert row["value"] == near(449 / 45)
    mean = stats.ttest_1samp(WAITS, 0).confidence_interval()
    assert (row["low"], row["high"]) == near((mean.low, mean.high))
    assert one("hall_wait_p90", MAY)["value"] == near(np.quantile(WAITS, 0.9))
    assert by_member(ask("hall_wait", MAY, by="busy"), "busy") == {
        "busy": 366 / 16,
        "idle": near(83 / 29),
    }
    assert one("hall_wait", "2025-06")["status"] == "no_data"


@pytest.mark.parametrize(
    ("dimension", "members"),
    [
        ("hall", {"H1": 17, "H2": 12, "H3": 6, "H4": 11, "H5": 12}),
        ("ownership", {"own_own": 29, "partner": 23, "own_other": 6}),
        ("brand", {"gotone": 16, "other": 42}),
        ("busy", {"busy": 17, "idle": 41}),
        ("is_month_end", {"false": 58}),
        ("branch", {"P": 58, "C1": 34, "K1": 17, "K2": 17, "C2": 24}),
        ("city", {"C1": 34, "C2": 24}),
        ("county", {"K1": 17, "K2": 17, "own": 24}),
    ],
)
def test_visitors_are_cut_by_hall_and_hour(ask, dimension, members):
    rows = ask("walk_away_rate", MAY, by=dimension)
    assert by_member(rows, dimension, "denominator") == members


def test_waits_within_the_limit_of_their_brand_and_hour(share):
    # 5 of 5 idle, 10 of 10 busy; the hour at H1 and the 12 minutes at H2 are over.
    assert share("hall_within_limit", MAY) == (36, 45)
    assert share("hall_within_limit", MAY, hall="H1") == (12, 16)
    assert share("walk_away_rate", MAY) == (13, 58)
    assert share("fast_lane_share", MAY) == (1, 58)


def test_payments_and_handling(share, one, ask):
    assert share("self_service_rate", MAY) == (2, 3)
    # 2 May and 30 May are around a month's end, and busy all day.
    ends = by_member(ask("self_service_rate", MAY, by="is_month_end"), "is_month_end")
    assert ends == {"true": 1, "false": 0}
    busy = by_member(ask("self_service_rate", MAY, by="busy"), "busy")
    assert busy == {"busy": 1, "idle": 0}
    row = one("hall_handling_minutes", MAY)
    assert (row["value"], row["n"]) == (9, 4)
    services = by_member(ask("hall_handling_minutes", MAY, by="service"), "service")
    assert services == {"payment": 3, "card_replacement": 15}
    assert one("hall_handling_minutes", MAY, service="payment")["value"] == 3


def test_a_hall_passes_fails_or_has_no_verdict_with_the_reason(ask):
    rows = {row["hall"]: row for row in ask("hall_passes", MAY, by="hall")}
    told = {
        hall: (row["value"], row["status"], row["verdict"], row["because"])
        for hall, row in rows.items()
    }
    assert told == {
        # Four waits of an hour are too few to be judged.
        "H1": (1, "ok", "pass", None),
        "H2": (0, "ok", "fail", None),
        "H3": (None, "no_data", "no_data", "closed"),
        "H4": (None, "no_data", "no_data", "few_visit_days"),
        "H5": (None, "no_data", "no_data", "few_waits"),
    }
    # April and June have no visitor, so no period that holds them has a verdict.
    for period in ("2025-06", "2025Q2"):
        rows = ask("hall_passes", period, by="hall")
        assert {row["verdict"] for row in rows} == {"no_data"}
    because = by_member(ask("hall_passes", "2025-06", by="hall"), "hall", "because")
    assert because["H3"] == "closed"
    assert because["H1"] == "few_visit_days"


def test_of_a_branch_the_passing_halls_over_those_with_a_verdict(one, ask):
    row = one("hall_passes", MAY)
    assert (row["value"], row["status"], row["numerator"]) == (0.5, "ok", None)
    assert "verdict" not in row
    rows = ask("hall_passes", MAY, by="branch")
    assert by_member(rows, "branch") == {
        "P": 0.5,
        "C1": 1,
        "C2": 0,
        "K1": 1,
        "K2": None,
    }
    assert by_member(rows, "branch", "rank")["C1"] == 1
    assert by_member(ask("hall_passes", MAY, by="brand"), "brand") == {
        "gotone": 0,
        "other": 1,
    }
    assert by_member(ask("hall_passes", MAY, by="ownership"), "ownership") == {
        "own_own": 1,
        "own_other": None,
        "partner": 0,
    }
    assert one("hall_passes", MAY, hall="H2")["value"] == 0
    assert one("hall_passes", MAY, busy="busy")["value"] == 0
    assert one("hall_passes", "2025-06")["status"] == "no_data"
    crossed = ask("hall_passes", MAY, by="city,hall", hall="H1")
    assert [(row["city"], row["verdict"]) for row in crossed] == [("C1", "pass")]


# What was not delivered


@pytest.fixture(scope="module")
def without(tmp_path_factory, served):
    folder = tmp_path_factory.mktemp("lacking") / "2025-06-20"
    lacking = ("tickets", "ticket_routes", "order_steps", "hall_queue")
    return question_of(served(small_operations.deliver(folder, *lacking), AS_OF))


def test_what_was_not_delivered_has_no_data(without):
    transactions = {"self_service_rate", "hall_handling_minutes"}
    for code in {*FAMILIES["tickets"], *FAMILIES["halls"]} - transactions:
        (row,) = without(code, MAY)
        assert (row["value"], row["status"]) == (None, "no_data"), code
    assert without("complaint_rate", MAY)[0]["numerator"] is None
    assert without("hall_passes", MAY, by="hall") == []
    assert without("step_days", MAY, step="intake")[0]["status"] == "no_data"
    assert without("orders_received", MAY)[0]["value"] == 4


@pytest.mark.parametrize("family", FAMILIES)
def test_every_kpi_of_the_family_is_in_the_catalogue(home, family):
    kpis = load_catalogue(current_release(home))
    assert [kpi.kpi for kpi in kpis.values() if kpi.family == family] == sorted(
        FAMILIES[family]
    )


def test_stored_values_per_branch_agree_with_the_parts(home, ask):
    from jike.releases.opening import ALL, rows
    from jike.releases.question import Question

    question = Question(
        ("kpi_values", "dim_kpis"),
        "select v.* from kpi_values as v inner join dim_kpis as k on v.kpi = k.kpi "
        "where v.period = ? and k.family in ('tickets', 'orders', 'halls') "
        "and v.branch_id <> 'total'",
        (MAY,),
    )
    stored = rows(question, ALL, current_release(home))
    assert len({row["kpi"] for row in stored}) >= 20
    asked = {}
    for code in {row["kpi"] for row in stored}:
        for row in ask(code, MAY, by="branch"):
            asked[code, row["branch"]] = row["value"]
    for row in stored:
        assert asked[row["kpi"], row["branch_id"]] == pytest.approx(row["kpi_value"])
