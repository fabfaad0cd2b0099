"""Schema raw against an independent reading of the rules, row by row, in Python."""

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jike.deliveries.contract import SQL_TYPES, contract, sql_type
from jike.deliveries.raw import empty_raw
from jike.ground.home import Home
from tests.fixtures.deliveries import GOOD, deliver, loaded, rows

CUSTOMERS = st.lists(st.sampled_from("123"), max_size=3, unique=True)
ORDERS = st.lists(
    st.tuples(st.sampled_from("12"), st.sampled_from("123"), st.sampled_from("ab")),
    max_size=5,
)
DELIVERIES = st.lists(st.tuples(CUSTOMERS, ORDERS), min_size=1, max_size=3)


def customer(number):
    return GOOD["customers"] | {"customer_id": f"K{number}"}


def order(key, number, competitor):
    named = {"order_id": key, "customer_id": f"K{number}", "competitor": competitor}
    return GOOD["orders"] | named


def expected(deliveries):
    """Judge each row by itself, the long way round."""
    known = {number for customers, _ in deliveries for number in customers}
    standing, rules = {}, []
    for _, orders in deliveries:
        accepted = {}
        for row in orders:
            key, number, _ = row
            if number not in known:
                rules.append("reference")
            elif key not in accepted:
                accepted[key] = row
            else:
                rules.append("duplicate" if accepted[key] == row else "key")
        standing |= accepted
    return sorted(standing.values()), sorted(rules)


@pytest.mark.slow
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.data_too_large]
)
@given(DELIVERIES, st.randoms())
def test_a_build_holds_the_rows_the_rules_leave(tmp_path_factory, deliveries, random):
    folder = tmp_path_factory.mktemp("any")
    home = Home(folder / "home")
    folders = []
    for day, (customers, orders) in enumerate(deliveries, start=1):
        header = [dict.fromkeys(GOOD["customers"], "")]
        folders.append(
            deliver(
                folder / f"2025-09-0{day}",
                customers=[*map(customer, customers), *header],
                orders=[*(order(*row) for row in orders), *empty_order()],
            )
        )
    random.shuffle(folders)
    for one in folders:
        loaded(home, one)
    stood, rules = expected(deliveries)
    found = rows(home, "select order_id, customer_id, competitor from raw.orders")
    assert sorted((a, b[1:], c) for a, b, c in found) == stood
    told = rows(home, "select rule from raw.quarantine where rule <> 'required'")
    assert sorted(rule for (rule,) in told) == rules


def empty_order():
    """A row that is always quarantined, so that the file has a header."""
    return [dict.fromkeys([*GOOD["orders"], "competitor"], "")]


def test_the_empty_schema_has_every_entity_with_its_types():
    with duckdb.connect() as con:
        empty_raw(con)
        for table in contract().entities.values():
            described = con.execute(f"describe raw.{table.name}").fetchall()
            found = [(name, kind.lower()) for name, kind, *_ in described]
            named = [(c.name, sql_type(c.type)) for c in table.columns]
            cuts = [("free_cuts", "varchar"), ("protected_cuts", "varchar")]
            assert found == named + cuts * bool(table.free_cuts)
        assert con.execute(
            "select count(*), count(*) filter (is_delivered) from raw.entities"
        ).fetchall() == [(len(contract().entities), 0)]


@pytest.mark.parametrize("table", ["entities", "deliveries", "quarantine"])
def test_a_build_has_the_tables_that_say_what_came(tmp_path, table):
    with duckdb.connect() as con:
        empty_raw(con)
        empty = con.execute(f"describe raw.{table}").fetchall()
    home = Home(tmp_path / "home")
    loaded(home, deliver(tmp_path / "2025-09-30", customers=[GOOD["customers"]]))
    assert rows(home, f"describe raw.{table}") == empty


def test_first_and_last_days_are_of_what_has_happened(tmp_path):
    home = Home(tmp_path / "home")
    row = GOOD["orders"] | {"promised_at": "2030-01-01", "completed_at": "2025-09-07"}
    loaded(home, deliver(tmp_path / "2025-09-30", orders=[row]))
    found = rows(
        home,
        "select first_on::varchar, last_on::varchar from raw.entities "
        "where entity = 'orders'",
    )
    assert found == [("2025-09-01", "2025-09-07")]


def test_what_was_landed_with_another_type_is_read_beside_what_comes_now(
    tmp_path, monkeypatch
):
    home = Home(tmp_path / "home")

    def answer(day, key, score):
        return deliver(
            tmp_path / day,
            survey_responses=[GOOD["survey_responses"] | {"response_id": key}],
            survey_answers=[
                GOOD["survey_answers"] | {"response_id": key, "score": score}
            ],
        )

    # Scores were whole numbers once.
    with monkeypatch.context() as former:
        former.setitem(SQL_TYPES, "decimal", "bigint")
        loaded(home, answer("2025-06-30", "R1", "4"))
    loaded(home, answer("2025-05-31", "R2", "4.5"))
    found = rows(home, "select score from raw.survey_answers order by score")
    assert found == [(4,), (4.5,)]
