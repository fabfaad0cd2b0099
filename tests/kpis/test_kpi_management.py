"""`jike kpi` over account management and competition, worked out by hand.

Six customers, one of them closed; orders and bills are not delivered, so that the
photograph says who is active. As of the end of June 2025.
"""

from datetime import date

import pytest

from tests.fixtures.answers import question_of

JUNE, MAY = "2025-06", "2025-05"

BRANCHES = """branch_id,parent_id,level,name_zh,name_en
P,,province,全省,Province
C1,P,city,甲市,City one
K1,C1,county,甲一县,County one
"""
MANAGERS = """account_manager_id,valid_from,valid_to,name,grade
M1,2024-01-01,,甲,chief
M2,2024-01-01,2025-06-29,乙,junior
M2,2025-06-30,,乙,senior
"""
CUSTOMERS = """snapshot_on,customer_id,tier,branch_id,status,is_target_market,joined_on,account_manager_id
2025-05-31,E1,A1,K1,active,true,2020-01-01,M1
2025-05-31,E2,B1,K1,active,true,2020-01-01,M2
2025-05-31,E3,C,K1,active,true,2020-01-01,
2025-05-31,E4,C,C1,active,true,2020-01-01,M1
2025-05-31,E5,B1,C1,active,true,2020-01-01,M9
2025-05-31,E6,C,C1,closed,true,2020-01-01,M1
2025-06-30,E4,C,C1,active,true,2020-01-01,M2
"""  # noqa: E501
# On the last of its days, a day late, on the last of 180 days, today.
VISITS = """visit_id,customer_id,visited_on,executive
1,E1,2025-05-31,true
2,E2,2025-04-30,false
3,E3,2025-01-01,
4,E5,2025-06-30,true
"""
EVENTS = """event_id,customer_id,observed_on,competitor,move,outcome
1,E1,2025-06-10,CO1,bundle,lost
2,E2,2025-06-11,CO1,bundle,kept
3,E3,2025-06-12,CO2,other,open
4,,2025-05-05,CO2,whole_switch,kept
"""


def home_of(tmp_path_factory, served, lists, **entities):
    folder = tmp_path_factory.mktemp("delivery") / "2025-06-30"
    (folder / "reference").mkdir(parents=True)
    for name, text in lists.items():
        (folder / "reference" / f"{name}.csv").write_text(text, encoding="utf-8")
    for name, text in entities.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return served(folder, date(2025, 6, 30))


@pytest.fixture(scope="module")
def ask(tmp_path_factory, served):
    return question_of(
        home_of(
            tmp_path_factory,
            served,
            {"branches": BRANCHES, "managers": MANAGERS},
            customers=CUSTOMERS,
            visits=VISITS,
            competitor_events=EVENTS,
        ),
        JUNE,
    )


def parts(rows):
    (row,) = rows
    return row["numerator"], row["denominator"]


def by_member(rows, name):
    return {row[name]: (row["numerator"], row["denominator"]) for row in rows}


def test_a_customer_is_covered_for_the_visit_days_of_its_tier(ask):
    assert parts(ask("visit_coverage")) == (3, 5)
    assert by_member(ask("visit_coverage", by="tier"), "tier") == {
        "A1": (1, 1),
        "B1": (1, 2),
        "C": (1, 2),
    }
    # At the end of May E1 was visited on the day, E2 31 days before, E3 150.
    assert parts(ask("visit_coverage", MAY)) == (3, 5)


def test_visits_of_executives_count_on_their_day(ask):
    assert parts(ask("executive_visits")) == (1, None)
    assert parts(ask("executive_visits", "2025YTD")) == (2, None)
    assert by_member(ask("executive_visits", by="branch"), "branch") == {
        "P": (1, None),
        "C1": (1, None),
    }


def test_customers_without_a_manager_and_with_a_chief(ask):
    assert parts(ask("unmanaged_share")) == (1, 5)
    assert parts(ask("chief_coverage")) == (1, 3)
    assert parts(ask("chief_coverage", tier_group="B")) == (0, 2)


def test_managers_are_counted_anew_for_every_cut(ask):
    (row,) = ask("customers_per_manager")
    assert (row["numerator"], row["denominator"]) == (4, 3)
    assert row["value"] == pytest.approx(4 / 3)
    assert (row["n"], row["low"], row["status"]) == (None, None, "ok")
    assert by_member(ask("customers_per_manager", by="branch"), "branch") == {
        "P": (4, 3),
        "C1": (4, 3),
        "K1": (2, 2),
    }
    # M2 became senior on the last day; M9 is in no list.
    assert by_member(ask("customers_per_manager", by="grade"), "grade") == {
        "chief": (1, 1),
        "senior": (2, 1),
        "unknown": (1, 1),
    }
    assert by_member(ask("customers_per_manager", MAY, by="grade"), "grade") == {
        "chief": (2, 1),
        "junior": (1, 1),
        "unknown": (1, 1),
    }


def test_moves_of_rivals_are_counted_and_those_with_an_outcome_judged(ask):
    assert parts(ask("competitor_events")) == (3, None)
    moves = by_member(ask("competitor_events", by="move"), "move")
    assert moves == {"bundle": (2, None), "other": (1, None)}
    assert parts(ask("competitor_kept_share")) == (1, 2)
    assert parts(ask("competitor_kept_share", "2025YTD")) == (2, 3)
    # What is of no customer is in the total, and in no branch.
    assert parts(ask("competitor_events", "2025YTD")) == (4, None)
    rows = ask("competitor_events", "2025YTD", by="branch")
    assert {row["branch"]: row["value"] for row in rows} == {
        **{"P": 3, "C1": 3, "K1": 3},
        "unknown": 1,
    }


@pytest.mark.slow
def test_what_was_not_delivered_is_no_data_and_not_a_share_of_0(
    tmp_path_factory, served
):
    nobody = "\n".join(
        line.rsplit(",", 1)[0] + "," for line in CUSTOMERS.splitlines()[1:]
    )
    header = CUSTOMERS.splitlines()[0]
    ask = question_of(
        home_of(
            tmp_path_factory,
            served,
            {"branches": BRANCHES},
            customers=f"{header}\n{nobody}\n",
        ),
        JUNE,
    )
    codes = ["visit_coverage", "executive_visits", "unmanaged_share", "chief_coverage"]
    codes += ["customers_per_manager", "competitor_events", "competitor_kept_share"]
    codes += ["cross_sell", "products_per_customer", "lines_in_service", "arrears"]
    for code in codes:
        (row,) = ask(code)
        assert (row["value"], row["status"]) == (None, "no_data"), code
        assert row["numerator"] is None, code
    (row,) = ask("active_customers")
    assert row["value"] == 5
