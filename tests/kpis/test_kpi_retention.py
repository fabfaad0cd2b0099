"""`jike kpi` over lines, contracts, warnings and moves, every figure worked out by
hand; why the figures are what they are stands in small_retention.py."""

from datetime import date

import pytest

from jike.kpis.kpi import load_catalogue
from jike.releases.opening import ALL, current_release, rows
from jike.releases.question import Question
from tests.fixtures import small_retention
from tests.fixtures.answers import by_member, near, question_of

AS_OF = date(2025, 6, 30)
JUNE, MAY, JANUARY = "2025-06", "2025-05", "2025-01"
HALF_YEAR = "2025-06YTD"
CODES = [
    "active_customers",
    "members",
    "customers_new",
    "customers_back",
    "customers_lost",
    "customer_churn",
    "tier_moves",
    "value_score",
    "contract_expiry_60d",
    "member_churn",
    "group_exit",
    "arpu",
    "cohort_arpu",
    "traffic_change",
    "switching_intention",
    "warnings",
    "warning_precision",
    "warning_recall",
    "warning_lift",
]
OF_LINES = ["members", "member_churn", "group_exit", "arpu", "cohort_arpu"]


@pytest.fixture(scope="module")
def home(tmp_path_factory, served):
    folder = tmp_path_factory.mktemp("delivery") / "2025-06-30"
    return served(small_retention.deliver(folder), AS_OF)


@pytest.fixture
def ask(home):
    return question_of(home, JUNE)


@pytest.fixture
def listed(home):
    def asked(table, condition):
        question = Question(
            (table,), f"select * from {table} where {condition} order by all"
        )
        return rows(question, ALL, current_release(home))

    return asked


def parts(row):
    return row["numerator"], row["denominator"]


# Active: 6 in December, 5, 5, 4 to March, 5, 5, 5 to June.


def test_opening_new_back_and_lost_make_the_closing(one):
    movements = ("customers_new", "customers_back", "customers_lost")
    first = [one(code, "2025Q1")["value"] for code in movements]
    second = [one(code, "2025Q2")["value"] for code in movements]
    assert (first, second) == ([1, 0, 3], [0, 1, 0])
    counts = [one("active_customers", month)["value"] for month in small_months()]
    assert counts == [6, 5, 5, 4, 5, 5, 5]
    assert one("customers_lost", "2025Q1") == one("lost_customers", "2025Q1") | {
        "kpi": "customers_lost"
    }


def small_months():
    return small_retention.MONTHS


def test_churn_looks_at_both_ends_of_the_period_and_is_cut_the_day_before(ask, one):
    # E4 is back by June; E6 and E7 are not.
    assert parts(one("customer_churn", "2025Q1")) == (3, 6)
    row = one("customer_churn", HALF_YEAR)
    assert (*parts(row), row["n"], row["status"]) == (2, 6, 6, "low_base")
    tiers = {
        row["tier"]: parts(row) for row in ask("customer_churn", HALF_YEAR, by="tier")
    }
    assert tiers == {"A1": (0, 1), "B1": (0, 1), "C": (2, 4)}
    # Nobody is known to have been active before the first month.
    assert one("customer_churn", "2024-12")["status"] == "no_data"
    assert parts(one("customer_churn", JUNE)) == (0, 5)


def test_moves_between_tiers_add_up_to_the_active_customers_at_both_ends(ask, one):
    found = ask("tier_moves", HALF_YEAR, by="from_tier,to_tier")
    moves = {(row["from_tier"], row["to_tier"]): row["value"] for row in found}
    assert moves == {
        ("A1", "A1"): 1,
        ("B1", "A2"): 1,
        ("C", "C"): 2,
        ("C", "left"): 2,
        ("entered", "C"): 1,
    }
    assert one("tier_moves", JUNE, from_tier="entered")["value"] == 0
    branches = by_member(ask("tier_moves", HALF_YEAR, by="county"), "county")
    assert branches == {"K1": 3, "K2": 2, "own": 2}


def test_a_tier_is_a_share_of_the_customers_of_its_branch(ask):
    shares = {row["tier"]: parts(row) for row in ask("tier_share", JUNE, by="tier")}
    assert shares == {"A1": (1, 5), "A2": (1, 5), "C": (3, 5)}
    (row,) = ask("tier_share", JUNE, tier="C", branch="C1")
    assert parts(row) == (1, 3)


def test_the_value_score_ranks_every_customer_among_all_active_ones(ask, one, listed):
    row = one("value_score")
    assert row["value"] == near(50)
    assert (row["numerator"], row["denominator"], row["n"]) == (None, None, None)
    scores = by_member(ask("value_score", by="tier"), "tier")
    assert scores == {
        "A1": near(85),
        "A2": near(59.375),
        "C": near((39.375 + 22.5 + 43.75) / 3),
    }
    found = listed("fct_customer_values", "kpi_month = '2025-06-01'")
    assert {row["customer_id"]: row["value_score"] for row in found} == {
        "E1": near(85),
        "E2": near(59.375),
        "E3": near(39.375),
        "E4": near(22.5),
        "E5": near(43.75),
    }
    assert [row["proposed_tier"] for row in found] == ["A1", "A2", "C", "C", "C"]


def test_lines_are_counted_at_the_end_and_lost_from_those_at_the_start(ask, one):
    assert one("members", "2024-12")["value"] == 6
    assert by_member(ask("members", by="tier"), "tier") == {"A1": 1, "A2": 1, "C": 2}
    assert parts(one("member_churn")) == (1, 5)
    assert parts(one("group_exit", MAY)) == (1, 6)
    # Six months of lines at the start: 6, 6, 5, 6, 6, 5.
    assert parts(one("member_churn", HALF_YEAR)) == (2, 34)
    assert parts(one("group_exit", HALF_YEAR)) == (1, 34)
    tiers = {row["tier"]: parts(row) for row in ask("member_churn", by="tier")}
    assert tiers == {"A1": (1, 3), "A2": (0, 0), "C": (0, 2)}


def test_arpu_divides_by_the_mean_of_lines_at_start_and_end(one):
    assert parts(one("arpu")) == (125, 4.5)
    assert parts(one("cohort_arpu")) == (25, 3.5)
    assert one("arpu", tier="A1")["value"] == 10
    # Lines there were, and no usage was delivered.
    assert one("arpu", "2024-11")["status"] == "no_data"


def test_traffic_is_compared_with_the_month_of_the_cohort_day(one):
    row = one("traffic_change")
    assert (*parts(row), row["value"]) == (-50, 200, -0.25)
    # Until May the base holds M2, which had no minutes; M3 has none after December.
    assert parts(one("traffic_change", MAY)) == (-40, 200)


def test_a_contract_counts_from_the_next_day_to_the_sixtieth(ask, one, listed):
    assert by_member(ask("contract_expiry_60d", by="tier"), "tier") == {"A1": 1, "C": 1}
    found = listed("fct_expiring_contracts", "kpi_month = '2025-06-01'")
    assert {row["subscription_id"]: row["days_to_end"] for row in found} == {
        "S1": 60,
        "S4": 1,
    }
    assert one("contract_expiry_60d", "2024-12")["value"] == 1


def test_the_vote_of_a_few_is_withheld_and_a_wave_can_be_asked_for(ask, one):
    row = one("switching_intention", "2025H1", tier="C")
    assert (*parts(row), row["status"]) == (6, 11, "low_base")
    tiers = by_member(ask("switching_intention", "2025H1", by="tier"), "tier", "status")
    assert tiers == {"A1": "hidden", "C": "low_base"}
    hidden = one("switching_intention", "2025H1", tier="A1")
    assert (hidden["value"], hidden["numerator"], hidden["n"]) == (None, None, 1)
    assert parts(one("switching_intention", HALF_YEAR)) == (7, 12)


def test_points_of_signals_add_up_to_a_grade_with_owner_and_money(ask, listed):
    assert by_member(ask("warnings", by="grade"), "grade") == {"red": 1, "amber": 1}
    assert by_member(ask("warnings", MAY, by="grade"), "grade") == {"yellow": 2}
    red, amber = sorted(
        listed("fct_warnings", "kpi_month = '2025-06-01'"),
        key=lambda row: -row["points"],
    )
    points = {
        name.removesuffix("_points"): value
        for name, value in red.items()
        if name.endswith("_points") and value
    }
    assert points == {
        "member_churn": 15,
        "revenue_fall": 15,
        "traffic_fall": 10,
        "competitor_contacts": 10,
        "contract_expiry": 10,
        "overdue_promise": 10,
        "low_satisfaction": 10,
        "no_visit": 5,
        "arrears": 10,
        "competitor_event": 15,
    }
    assert (red["customer_id"], red["points"], red["owner"]) == ("E1", 110, "senior")
    assert red["first_raised_on"] == date(2025, 5, 31)
    assert float(red["revenue_at_risk_yuan"]) == 97.14
    assert (red["revenue_fall"], red["arrears"]) == (near(0.2), near(1))
    assert (amber["customer_id"], amber["points"]) == ("E3", 40)
    assert (amber["owner"], amber["first_raised_on"]) == ("junior", date(2025, 5, 31))


def test_warnings_are_judged_by_what_became_of_the_customers(one):
    # January warned E3 and E6, February E3; lost are E6 and E7, then E7.
    assert parts(one("warning_precision", JANUARY)) == (1, 2)
    assert parts(one("warning_precision", "2025Q1")) == (1, 3)
    assert parts(one("warning_recall", "2025Q1")) == (1, 3)
    assert parts(one("warning_recall", "2025-02")) == (0, 1)
    lift = one("warning_lift", "2025Q1")
    assert lift["value"] == near((1 / 3) / (3 / 14))
    assert (lift["numerator"], lift["denominator"], lift["n"]) == (None, None, None)
    assert one("warning_lift", JANUARY)["value"] == near((1 / 2) / (2 / 5))
    # Nobody was warned in December; the three months after June are not over.
    assert one("warning_precision", "2024-12")["status"] == "no_data"
    assert parts(one("warning_recall", "2024-12")) == (0, 3)
    assert one("warning_recall", JUNE)["status"] == "no_data"
    assert one("warning_precision", HALF_YEAR)["denominator"] == 3


def test_every_kpi_here_answers_in_its_branch_too(home, ask):
    kpis = load_catalogue(current_release(home))
    for code in CODES:
        if "branch" in kpis[code].dimensions:
            found = ask(code, "2025Q1", by="branch")
            assert {row["branch"] for row in found} <= {"P", "C1", "C2", "K1", "K2"}


def test_values_per_branch_agree_with_what_is_asked_for_by_branch(ask, listed):
    stored = [
        row
        for row in listed("kpi_values", "period = '2025-06YTD'")
        if row["kpi"] in CODES
        and row["branch_id"] not in ("total", "unknown")
        and row["kpi"] != "switching_intention"
    ]
    assert len({row["kpi"] for row in stored}) >= 14
    for row in stored:
        (found,) = [
            asked
            for asked in ask(row["kpi"], HALF_YEAR, by="branch")
            if asked["branch"] == row["branch_id"]
        ]
        assert found["value"] == pytest.approx(row["kpi_value"])


def test_without_lines_what_needs_them_says_no_data_and_the_rest_works(
    tmp_path, served
):
    without = ("members", "member_usage", "tickets", "visits", "competitor_events")
    folder = small_retention.deliver(tmp_path / "2025-06-30", without)
    ask = question_of(served(folder, AS_OF), JUNE)
    for code in [*OF_LINES, "traffic_change"]:
        (row,) = ask(code, JUNE)
        assert (row["value"], row["status"]) == (None, "no_data"), code
    # E1 keeps revenue 15, contract 10, satisfaction 10, arrears 10.
    (warned,) = ask("warnings", JUNE, grade="amber")
    assert warned["value"] == 1
    (score,) = ask("value_score", JUNE)
    assert score["value"] == near(50)
