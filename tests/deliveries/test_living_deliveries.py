"""However deliveries come, late, corrected, out of order: the result is one load's."""

import tempfile
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jike.ground.home import Home
from tests.fixtures.deliveries import built, deliver, good, loaded

DAYS = ("2025-09-27", "2025-09-28", "2025-09-29", "2025-09-30")
# No two rows of an entity share a key; V3 and B4 name a customer nobody delivers.
ROWS = [
    ("customers", good("customers", customer_id="K1")),
    ("customers", good("customers", customer_id="K2")),
    ("customers", good("customers", customer_id="K1", snapshot_on="2025-08-31")),
    ("orders", good("orders", order_id="O1", customer_id="K1")),
    ("orders", good("orders", order_id="O2", customer_id="K2")),
    ("order_steps", good("order_steps", order_id="O2")),
    ("bills", good("bills", bill_line_id="B1", customer_id="K1")),
    ("bills", good("bills", bill_line_id="B2", customer_id="K2", amount="7.01")),
    ("bills", good("bills", bill_line_id="B3", customer_id="K2", amount="-0.01")),
    ("bills", good("bills", bill_line_id="B4", customer_id="K9")),
    ("visits", good("visits", visit_id="V1", customer_id="K2")),
    ("visits", good("visits", visit_id="V3", customer_id="K9")),
]
ENTITIES = sorted({entity for entity, _ in ROWS})

days_of_rows = st.lists(
    st.integers(0, len(DAYS) - 1), min_size=len(ROWS), max_size=len(ROWS)
)
orders = st.permutations(range(len(DAYS)))


def by_entity(rows):
    files = defaultdict(list)
    for entity, row in rows:
        files[entity].append(row)
    return files


def content(home):
    """Every accepted row, and how many of an entity each rule keeps in quarantine."""
    with built(home) as con:
        found = {
            entity: con.execute(f"select * from raw.{entity} order by all").fetchall()
            for entity in ENTITIES
        }
        kept = con.execute(
            "select entity, rule, count(*) from raw.quarantine "
            "group by all order by all"
        ).fetchall()
    return found, kept


def load_all(root, name, deliveries):
    """Load (day, rows) one after another into a home of their own."""
    home = Home(root / name)
    for number, (day, rows) in enumerate(deliveries):
        if rows:
            folder = root / f"{name}-{number}" / day
            loaded(home, deliver(folder, **by_entity(rows)))
    return content(home)


def test_one_load_of_everything_is_what_it_should_be(tmp_path):
    found, kept = load_all(tmp_path, "whole", [(DAYS[-1], ROWS)])
    assert {entity: len(rows) for entity, rows in found.items()} == {
        "bills": 3,
        "customers": 3,
        "order_steps": 1,
        "orders": 2,
        "visits": 1,
    }
    assert kept == [("bills", "reference", 1), ("visits", "reference", 1)]


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(places=days_of_rows, order=orders)
def test_any_split_in_any_order_is_one_full_load(places, order):
    """Children before their parents too: their rows return from quarantine."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        split = [
            (DAYS[day], [r for r, at in zip(ROWS, places, strict=True) if at == day])
            for day in order
        ]
        whole = load_all(root, "whole", [(DAYS[-1], ROWS)])
        assert load_all(root, "split", split) == whole


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(places=days_of_rows, order=orders, again=st.integers(0, len(DAYS) - 1))
def test_a_delivery_that_comes_again_leaves_nothing_of_its_first_version(
    places, order, again
):
    """The first version has other amounts and a bill too many; it comes first."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        final = {
            day: [r for r, at in zip(ROWS, places, strict=True) if at == day]
            for day in range(len(DAYS))
        }
        wrong = [
            (entity, row | {"amount": "99999.00"} if entity == "bills" else row)
            for entity, row in final[again]
        ]
        if any(entity == "bills" for entity, _ in wrong):
            wrong.append(("bills", good("bills", bill_line_id="B0", customer_id="K1")))
        split = [(DAYS[again], wrong), *((DAYS[day], final[day]) for day in order)]
        whole = load_all(root, "whole", [(DAYS[-1], ROWS)])
        assert load_all(root, "again", split) == whole


@pytest.mark.slow
@settings(max_examples=6, deadline=None)
@given(order=orders)
def test_of_one_key_the_latest_logical_date_stands_in_any_order(order):
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        customer = ("customers", good("customers", customer_id="K1"))
        versions = [
            (
                DAYS[day],
                [
                    customer,
                    ("bills", good("bills", amount=f"{day}.50", customer_id="K1")),
                ],
            )
            for day in order
        ]
        last = next(rows for day, rows in versions if day == DAYS[-1])
        found, _kept = load_all(root, "versions", versions)
        assert (found, []) == load_all(root, "last", [(DAYS[-1], last)])
