"""`jike kpi` over calls and tickets that came counted, beside single ones."""

import pytest

from tests.fixtures import small_counts
from tests.fixtures.answers import by_member, near

ONE_BY_ONE, COUNTED, BOTH = small_counts.LATER
SAME = [
    *("call_demand", "calls_answered", "connection_rate", "abandonment_rate"),
    *("blocked_rate", "service_level_15s", "asa", "aht"),
]


@pytest.fixture(scope="module")
def home(served, tmp_path_factory):
    folder = tmp_path_factory.mktemp("delivery") / "2025-06-30"
    return served(small_counts.deliver(folder), small_counts.AS_OF)


def parts(row):
    return [row[key] for key in ("numerator", "denominator", "value", "status")]


@pytest.mark.parametrize("code", SAME)
def test_calls_counted_by_half_hours_have_the_figures_of_the_single_calls(
    one, ask, code
):
    whole = one(code, ONE_BY_ONE)
    assert whole["status"] == "ok"
    for period in (COUNTED, BOTH):
        assert parts(one(code, period)) == near(parts(whole))
        for dimension in ("hour", "weekday", "centre", "lane"):
            single = ask(code, ONE_BY_ONE, by=dimension)
            for key in ("numerator", "denominator", "value"):
                assert by_member(ask(code, period, by=dimension), dimension, key) == (
                    near(by_member(single, dimension, key))
                )


def test_what_counted_calls_do_not_tell_is_no_data_and_says_why(one, ask):
    untold = ["asa_median", "asa_p90", "repeat_rate", "ivr_containment"]
    for code in (*untold, "call_reasons"):
        row = one(code, COUNTED)
        assert parts(row)[2:] == [None, "no_data"], code
        assert row["reason"] == "not delivered: calls", code
    # Tickets came, and do not say it either.
    row = one("first_contact_resolution", COUNTED)
    assert row["reason"] == "not delivered: tickets.is_resolved"


def test_a_month_told_only_by_counts_is_not_cut_by_what_single_calls_tell(one, ask):
    assert one("call_demand", ONE_BY_ONE, x_agent="Ann")["value"] == 150
    row = one("call_demand", COUNTED, x_agent="Ann")
    assert (row["value"], row["status"]) == (None, "no_data")
    assert row["reason"] == "not delivered: calls"
    assert ask("call_demand", COUNTED, by="x_agent") == []
    # Where both came, what is counted has no agent.
    agents = by_member(ask("call_demand", BOTH, by="x_agent"), "x_agent")
    assert agents["unknown"] == one("call_demand", BOTH, lane="standard")["value"]
    assert sum(agents.values()) == one("call_demand", BOTH)["value"]


def test_quantiles_are_of_the_calls_that_came_one_by_one(one):
    key_person = one("asa_median", ONE_BY_ONE, lane="key_person")["value"]
    assert one("asa_median", BOTH)["value"] == key_person


def test_a_mean_has_an_interval_only_where_every_duration_is_known(one):
    assert one("asa", ONE_BY_ONE)["low"] is not None
    for period in (COUNTED, BOTH):
        row = one("asa", period)
        assert (row["low"], row["high"]) == (None, None)
        assert row["n"] == one("asa", ONE_BY_ONE)["n"]
    assert one("asa", BOTH, lane="key_person")["low"] is not None


def test_a_column_that_was_not_given_is_in_no_base(one, ask):
    january = {
        # 2 single calls, 10 without abandons, blocks and handling, 4 without waits
        "call_demand": [16, None, 16],
        "connection_rate": [11, 16, 11 / 16],
        "abandonment_rate": [2, 6, 1 / 3],
        "blocked_rate": [1, 6, 1 / 6],
        "service_level_15s": [6, 12, 0.5],
        "asa": [90, 9, 10],
        "aht": [260, 3, 260 / 3],
    }
    for code, expected in january.items():
        assert parts(one(code, "2025-01"))[:3] == near(expected), code
    hours = by_member(ask("call_demand", "2025-01", by="hour"), "hour")
    assert hours == {"9": 2, "10": 10, "unknown": 4}
    assert one("call_demand", "2025-01", weekday="5")["value"] == 16
    assert one("abandonment_rate", "2025-01", hour="10")["status"] == "no_data"


def test_the_city_is_known_where_a_centre_answers_for_one_alone(one, ask):
    # From 16 May on R2 answers for C1 only; R1 for nobody from May on.
    counted = one("call_demand", BOTH, centre="R2", lane="standard")["value"]
    assert by_member(ask("call_demand", BOTH, by="city"), "city") == {
        "C1": counted,
        "unknown": one("call_demand", BOTH)["value"] - counted,
    }


def test_counted_tickets_are_opened_and_in_no_share_of_what_tickets_say(one, ask):
    # One complaint that came alone, 3 of E2, 4 faults of E1.
    assert one("tickets_opened", "2025-01")["value"] == 8
    assert one("complaints", "2025-01")["value"] == 4
    assert one("complaint_rate", "2025-01")["value"] == 2000
    tiers = by_member(ask("complaint_rate", "2025-01", by="tier"), "tier")
    assert tiers == {"A1": 1000, "B1": 3000}
    types = by_member(
        ask("complaints", "2025-01", by="complaint_type"), "complaint_type"
    )
    assert types == {"C01": 3, "unknown": 1}
    for code in ("reclassified_rate", "solved_share"):
        assert parts(one(code, "2025-01"))[:2] == [1, 1], code
    february = by_member(ask("complaints", "2025-02", by="branch"), "branch")
    assert february == {"unknown": 5}
    told_by_single = ["reclassified_rate", "promise_compliance", "resolution_hours"]
    told_by_single += ["resolution_hours_mean", "first_response_hours_mean"]
    for code in (*told_by_single, "solved_share", "open_tickets", "open_overdue"):
        row = one(code, "2025-02")
        assert (row["value"], row["status"]) == (None, "no_data"), code
        assert row["reason"] == "not delivered: tickets", code
