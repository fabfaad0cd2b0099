"""The invented province keeps the contract that real deliveries are held to."""

from pathlib import Path

import duckdb
import pytest

from jike.deliveries.contract import Column, Table, contract
from jike.ground.home import PROJECT
from tests.sample.fixtures.sample_rows import AS_OF, ENTITIES, LISTS, one

# The contract


def parents(column: Column, sample: Path) -> str:
    """Where the values live that a column may refer to, as a query of one column."""
    name, at = column.reference, column.points_at
    if name in ENTITIES:
        return f"select {at} from {name}"
    delivered = sample / "reference" / f"{name}.csv"
    path = delivered if delivered.exists() else PROJECT / "seeds" / f"{name}.csv"
    return f"select {at} from read_csv('{path}', header = true, all_varchar = true)"


def outside(item: str, low: str, high: str, value: str) -> str:
    """The condition under which a score lies outside the scale of its item."""
    scales = (
        f"(select {item} as item, {low} as low, {high} as high "
        f"from read_csv('{PROJECT}/seeds/survey_items.csv'))"
    )
    end = f"(select coalesce({{}}, {{}}) from {scales} where item = {item})"
    return f"not {value} between {end.format('low', 1)} and {end.format('high', 10)}"


def broken(column: Column, sample: Path) -> dict[str, str]:
    """The conditions under which a value breaks the contract, by rule."""
    value = f'"{column.name}"'
    rules = {}
    if column.required:
        rules["required"] = f"{value} is null"
    if column.type == "text":
        rules["trimmed"] = f"{value} != trim({value}) or {value} = ''"
    if column.values:
        listed = ", ".join(f"'{known}'" for known in column.values)
        rules["values"] = f"{value} not in ({listed})"
    if column.first_day:
        rules["first_day"] = f"day({value}) != 1"
    if column.minimum is not None:
        rules["range"] = f"not {value} between {column.minimum} and {column.maximum}"
        for other, which, low, high in column.exceptions:
            rules["range"] = (
                f"case when {other} = '{which}' then not {value} between {low} and"
                f" {high} else {rules['range']} end"
            )
    rules |= {"range": outside(*column.within, value)} if column.within else {}
    if column.happened:
        rules["happened"] = f"cast({value} as date) > date '{AS_OF}'"
    if column.reference:
        known = f"select unnest({list(column.besides)}) union all " * bool(
            column.besides
        )
        rules["reference"] = f"{value} not in ({known}{parents(column, sample)})"
        if column.only_for:
            rules["reference"] += " and {} = '{}'".format(*column.only_for)
    return rules


def faults(
    con: duckdb.DuckDBPyConnection, view: str, table: Table, sample: Path
) -> set[tuple[str, str]]:
    """Every (rule, column) of the contract that a row of the view breaks."""
    found = set()
    for column in table.columns:
        for rule, condition in broken(column, sample).items():
            if one(con, f"select count(*) from {view} where {condition}") > (0,):
                found.add((rule, column.name))
    key = ", ".join(table.key)
    doubled = f"select count(*) - count(distinct ({key})) from {view}"
    if table.key and one(con, doubled) > (0,):
        found.add(("key", key))
    return found


@pytest.mark.parametrize("entity", ENTITIES)
def test_an_entity_keeps_the_contract(con, sample, entity):
    table = contract().entities[entity]
    columns = [c[0] for c in con.execute(f"from {entity} limit 0").description]
    assert columns == [column.name for column in table.columns]
    assert faults(con, entity, table, sample) == set()


@pytest.mark.parametrize(
    "name",
    LISTS,
)
def test_a_list_of_the_province_keeps_the_contract(con, sample, name):
    table = contract().lists[name]
    columns = [c[0] for c in con.execute(f"from {name} limit 0").description]
    assert columns == [column.name for column in table.columns]
    con.execute(
        f"create or replace temp view as_text as from read_csv("
        f"'{sample}/reference/{name}.csv', header = true, all_varchar = true)"
    )
    checked = {c for c in faults(con, "as_text", table, sample) if c[0] != "happened"}
    assert checked == set()


@pytest.mark.parametrize(
    ("entity", "change", "caught"),
    [
        ("members", "null as joined_on", ("required", "joined_on")),
        ("members", "'gone' as left_how", ("values", "left_how")),
        ("members", "' ' || customer_id as customer_id", ("trimmed", "customer_id")),
        ("members", "'E0' as customer_id", ("reference", "customer_id")),
        ("members", "date '2026-01-01' as left_on", ("happened", "left_on")),
        ("members", "'one' as member_id", ("key", "member_id")),
        ("survey_answers", "'unheard' as item_code", ("reference", "item_code")),
        ("survey_answers", "0 as score", ("range", "score")),
        (
            "survey_answers",
            "'recommend_0_10' as item_code, 11 as score",
            ("range", "score"),
        ),
        (
            "survey_answers",
            "'reason' as item_code, 'D9' as answer_code",
            ("reference", "answer_code"),
        ),
    ],
)
def test_a_row_that_breaks_the_contract_is_seen(con, sample, entity, change, caught):
    con.execute(
        f"create or replace temp view faulty as select * replace ({change})"
        f" from (from {entity} limit 3)"
    )
    assert caught in faults(con, "faulty", contract().entities[entity], sample)


def test_amounts_are_money_with_two_decimals(con):
    types = {
        name: str(kind)
        for entity in ("bills", "orders")
        for name, kind, *_ in con.execute(f"from {entity} limit 0").description
    }
    assert types["amount"] == types["monthly_fee"] == "DECIMAL(18,2)"


def test_dates_of_a_row_come_in_their_order(con):
    for entity, wrong in {
        "customers": "joined_on > snapshot_on or closed_on > snapshot_on"
        " or closed_on < joined_on or (closed_on is null) != (closed_reason is null)",
        "orders": "completed_at < ordered_at or promised_at < ordered_at"
        " or (status in ('completed', 'failed') and completed_at is null)"
        " or (status = 'open' and completed_at is not null)",
        "members": "left_on < joined_on or (left_on is null) != (left_how is null)",
        "bills": "due_on < bill_month or paid_on < bill_month",
    }.items():
        count = f"select count(*) from {entity} where {wrong}"
        assert one(con, count) == (0,), entity


def test_everybody_who_hangs_on_a_closed_customer_has_a_photograph_of_it(con):
    assert one(
        con,
        """
        select count(*) from customers
        where (closed_reason = 'merged') != (successor_id is not null)
            or successor_id not in (select customer_id from customers)
            or (competitor is not null and closed_reason != 'lost_to_competitor')
        """,
    ) == (0,)
