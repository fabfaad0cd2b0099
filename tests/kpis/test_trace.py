"""Why a customer counts as it does: traced counts add up to the KPI, rules agree."""

import json
from decimal import Decimal

import pytest

from jike.cli import parser
from jike.ground.errors import WrongInputError
from jike.kpis.known import load_catalogue
from jike.kpis.kpi import run as ask
from jike.kpis.trace.case import COUNTED
from jike.kpis.trace.trace import trace, traceable
from jike.releases.opening import current_release
from jike.words.language import Words

CUSTOMERS = [f"E{number}" for number in range(1, 10)]
PERIODS = ["2024-12", "2025-01", "2025-02", "2025-03", "2025Q1", "2025YTD"]


@pytest.fixture(scope="module")
def home(province):
    return province


@pytest.fixture(scope="module")
def release(home):
    return current_release(home)


def of_customers(release):
    return [
        code
        for code, kpi in load_catalogue(release).items()
        if traceable(kpi) and kpi.family in ("customers", "retention", "revenue")
    ]


def test_every_kpi_counted_from_customers_can_be_traced(release):
    assert of_customers(release) == [
        "active_customers",
        "customers_lost",
        "lost_customers",
        "cohort_retention",
        "cohort_retention_excl_admin",
        "grr",
        "nrr",
        "returned",
        "target_market_retention",
        "info_growth_contribution",
        "info_revenue",
        "info_revenue_share",
        "operating_revenue",
    ]


@pytest.mark.parametrize("period", PERIODS)
def test_what_customers_add_is_the_numerator_and_denominator_of_the_kpi(
    home, release, period
):
    for code in of_customers(release):
        (row,) = json.loads(ask(home, [code], period=period, fmt="json"))
        traced = [trace(release, one, code, period) for one in CUSTOMERS]
        assert sum(t.numerator for t in traced) == Decimal(
            str(row["numerator"] or 0)
        ), code
        if row["denominator"] is not None:
            found = sum(t.denominator for t in traced)
            assert found == Decimal(str(row["denominator"])), code


@pytest.mark.parametrize("period", PERIODS)
@pytest.mark.parametrize(
    "code",
    [
        "active_customers",
        "cohort_retention",
        "cohort_retention_excl_admin",
        "target_market_retention",
        "returned",
    ],
)
def test_a_customer_counts_where_every_rule_holds_and_nowhere_else(
    release, code, period
):
    for customer in CUSTOMERS:
        found = trace(release, customer, code, period)
        every = all(rule.holds is not False for rule in found.rules)
        assert (found.numerator == 1) == every, (customer, found.rules)


@pytest.mark.parametrize("period", ["2025-01", "2025-02", "2025-03"])
def test_the_windows_of_nrr_are_the_amounts_told(release, period):
    for customer in CUSTOMERS:
        found = trace(release, customer, "nrr", period)
        if any(rule.holds is False for rule in found.rules):
            assert (found.numerator, found.denominator) == (0, 0), customer
            continue
        base, current = (rule.said.values["amount"] for rule in found.rules[-2:])
        assert (found.denominator, found.numerator) == (base, max(current, 0))


def said(release, customer, code, period):
    found = trace(release, customer, code, period)
    return [(str(rule.said), rule.holds) for rule in found.rules]


def test_a_merged_customer_is_told_by_its_successor(release):
    assert said(release, "E3", "cohort_retention", "2025-03") == [
        ("photograph of 2025-03-31: closed, tier C, branch K2", None),
        ("closed from 2025-03-10 on, reason merged", None),
        ("merged, E3 → E1: E1 stands for it", None),
        ("active or suspended in the cohort's photograph of 2024-12-31", True),
        ("E1 has 1 subscriptions in service on 2025-03-31", True),
        (
            "E1 was billed 800.00 CNY from 2025-01 to 2025-03; it must be more than 0",
            True,
        ),
    ]
    # In February it was not merged yet: its own bills, 30 a month.
    told = said(release, "E3", "cohort_retention", "2025-02")
    assert told[-1] == (
        "E3 was billed 90.00 CNY from 2024-12 to 2025-02; it must be more than 0",
        True,
    )


def test_a_silent_customer_is_in_service_and_not_billed(release):
    service, billed = said(release, "E4", "active_customers", "2025-03")[-2:]
    assert service == ("E4 has 1 subscriptions in service on 2025-03-31", True)
    assert billed == (
        "E4 was billed 0 CNY from 2025-01 to 2025-03; it must be more than 0",
        False,
    )


def test_a_lost_customer_is_told_with_month_reason_and_rival(release):
    assert said(release, "E2", "lost_customers", "2025Q1")[-1] == (
        "lost in 2025-02: active the month before and not at its end; reason unknown, "
        "gone to CO1",
        True,
    )
    assert said(release, "E1", "lost_customers", "2025Q1")[-1] == (
        "lost in no month of 2025Q1",
        False,
    )


def test_revenue_is_told_line_by_line_and_informatisation_apart(release):
    found = trace(release, "E3", "info_revenue", "2025Q1")
    whole, ours = found.rules
    # January counts, in February the product is informatisation no more.
    assert str(whole.said) == "2 bill lines of the months counted: 60.00 CNY"
    assert ours.said.values["amount"] == 30
    assert found.numerator == 30
    assert [row["billed_amount_yuan"] for row in whole.rows] == [30, 30]


@pytest.mark.parametrize(
    ("customer", "code", "period", "why"),
    [
        ("E99", "nrr", "2025-03", "release 1 knows no customer E99"),
        ("E1", "nothing", "2025-03", "there is no KPI nothing"),
        ("E1", "nrr", "2031", "there is no period 2031"),
        ("E1", "retention_lead", "2025-03", "retention_lead is not counted customer"),
        ("E1", "asa_median", "2025-03", "asa_median is not counted customer"),
    ],
)
def test_what_there_is_not_is_wrong_input(release, customer, code, period, why):
    with pytest.raises(WrongInputError, match=why):
        trace(release, customer, code, period)


def test_a_measure_is_counted_from_a_table_that_names_the_customer(release):
    from jike.releases.opening import shape

    columns = dict(shape(release))
    assert {table for table, _ in COUNTED.values()} <= columns.keys()
    for table in {table for table, _ in COUNTED.values()}:
        assert "customer_id" in columns[table]


def test_the_verb_prints_rules_and_rows_in_both_languages(home, capsys):
    call = ["--home", str(home.root), "trace", "E3", "--period", "2025-03"]
    assert parser.main([*call, "--kpi", "cohort_retention", "--lang", "en"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(
        "E3 in cohort_retention Cohort retention, 2025-03 (release 1"
    )
    assert "✓ E1 has 1 subscriptions in service on 2025-03-31" in text
    assert "S1" in text
    assert text.endswith("→ adds 1 to the numerator and 1 to the denominator\n")
    assert parser.main([*call, "--kpi", "cohort_retention", "--lang", "zh"]) == 0
    assert "→ 计入分子 1，计入分母 1" in capsys.readouterr().out
    assert parser.main([*call, "--kpi", "active_customers", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["numerator"], found["denominator"]) == (0, None)
    assert found["rules"][-1] == {
        "said": "merged into E1, so not counted",
        "holds": False,
        "rows": [],
    }
    assert parser.main([*call[:3], "E99", *call[4:], "--kpi", "nrr"]) == 2
    assert "E99" in capsys.readouterr().err


def test_every_rule_is_said_in_chinese(release):
    for code in of_customers(release):
        for customer in CUSTOMERS:
            for rule in trace(release, customer, code, "2025-03").rules:
                assert Words("zh").error(rule.said) != str(rule.said)
