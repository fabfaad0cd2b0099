"""The contract is the one of the specification, and its page is current."""

import re

import pytest

from jike.deliveries.contract import RULES, SHIPPED_EMPTY, contract, sql_type
from jike.deliveries.page import contract_page
from jike.ground.home import PROJECT

REQUIRED = {
    "customers": "snapshot_on customer_id tier branch_id status "
    "is_target_market joined_on",
    "members": "member_id customer_id joined_on",
    "member_usage": "member_id month",
    "orders": "order_id subscription_id customer_id product_id order_type "
    "ordered_at status",
    "order_steps": "order_id step started_at",
    "bills": "bill_line_id customer_id product_id bill_month amount kind",
    "survey_responses": "response_id wave status",
    "survey_answers": "response_id item_code",
    "calls": "call_id ended_at outcome",
    "call_intervals": "centre_id starts_at minutes offered answered",
    "tickets": "ticket_id source class opened_at status",
    "ticket_routes": "ticket_id seq at unit was_wrong",
    "ticket_counts": "month class tickets",
    "hall_queue": "queue_id hall_id brand taken_at",
    "hall_transactions": "transaction_id hall_id at service self_service",
    "visits": "visit_id customer_id visited_on",
    "competitor_events": "event_id observed_on competitor move",
    "control_totals": "month branch_id measure value",
}
KEYS = {
    "customers": "snapshot_on customer_id",
    "member_usage": "member_id month",
    "order_steps": "order_id step",
    "survey_answers": "response_id item_code answer_code",
    "ticket_routes": "ticket_id seq",
    "call_intervals": "centre_id lane starts_at",
    "ticket_counts": "customer_id month class complaint_type",
    "control_totals": "month branch_id measure",
}
PROTECTED = """
    customers.customer_name customers.account_manager_id members.member_id
    member_usage.member_id order_steps.unit survey_responses.respondent_id calls.caller
    calls.agent_id tickets.member_id ticket_routes.unit visits.account_manager_id
    visits.purpose managers.account_manager_id managers.name
"""


def test_every_entity_requires_the_columns_of_the_specification():
    found = {t.name: " ".join(t.required) for t in contract().entities.values()}
    assert found == REQUIRED


def test_every_entity_has_the_key_of_the_specification():
    for table in contract().entities.values():
        assert " ".join(table.key) == KEYS.get(table.name, table.columns[0].name)


def test_the_protected_columns_are_those_of_the_specification():
    tables = [*contract().entities.values(), *contract().lists.values()]
    found = [f"{t.name}.{c.name}" for t in tables for c in t.columns if c.protected]
    assert sorted(found) == sorted(PROTECTED.split())


def test_only_dates_that_may_lie_ahead_have_not_happened():
    dates = [
        f"{table.name}.{column.name}"
        for table in contract().entities.values()
        for column in table.columns
        if column.type in ("date", "timestamp") and not column.happened
    ]
    assert dates == [
        "orders.promised_at",
        "orders.contract_ends_on",
        "bills.due_on",
        "tickets.promised_at",
    ]


def test_months_are_first_days_where_the_specification_says_so():
    found = [
        f"{table.name}.{column.name}"
        for table in contract().entities.values()
        for column in table.columns
        if column.first_day
    ]
    assert found == ["member_usage.month", "bills.bill_month", "ticket_counts.month"]


def test_every_reference_points_at_a_column_that_exists():
    known = {**contract().entities, **contract().lists}
    for table in contract().entities.values():
        for column in table.columns:
            if column.reference:
                assert known[column.reference].column(str(column.points_at))


def test_parents_come_before_their_children():
    order = [table.name for table in contract().parents_first()]
    assert sorted(order) == sorted(contract().entities)
    for table in contract().entities.values():
        for parent in table.parents:
            assert order.index(parent) < order.index(table.name)


def test_there_are_as_many_lists_as_specified_and_nine_ship_empty():
    assert len(contract().lists) == 24
    assert set(SHIPPED_EMPTY) < set(contract().lists)
    assert len(SHIPPED_EMPTY) == 9


def test_lists_have_names_in_both_languages():
    named = [t.name for t in contract().lists.values() if "name_zh" in t.required]
    assert all("name_en" in contract().lists[name].required for name in named)
    assert len(named) == 13


@pytest.mark.parametrize("kind", ["text", "date", "timestamp", "int", "bool"])
def test_types_have_a_type_in_sql(kind):
    assert sql_type(kind) in ("varchar", "date", "timestamp", "bigint", "boolean")


def test_money_has_two_decimals():
    assert sql_type("money") == "decimal(18,2)"


def test_the_page_names_every_column_and_every_rule():
    page = contract_page()
    for table in [*contract().entities.values(), *contract().lists.values()]:
        section = page.split(f"### {table.name}\n")[1].split("###")[0]
        found = re.findall(r"^\| (\w+) \| \w+ \|", section, re.M)
        assert found[1:] == [column.name for column in table.columns]
    assert all(f"`{rule}`" in page for rule in RULES)


def test_the_page_is_current():
    page = PROJECT / "docs" / "raw-contract.md"
    assert page.read_text(encoding="utf-8") == contract_page()
