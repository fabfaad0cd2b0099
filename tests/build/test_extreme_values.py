"""Whatever number the contract accepts, every model can hold it."""

import csv
from datetime import date
from decimal import Decimal

import pytest

from jike.build.build import build
from jike.deliveries.contract import Column, Table, contract
from jike.ground.home import PROJECT, Home
from tests.fixtures.compiled_models import compiled_once
from tests.fixtures.deliveries import GOOD, deliver, deliver_list, loaded

NUMBERS = ("int", "decimal", "money")


def ends(column: Column) -> list[Decimal | int]:
    """The smallest and the largest value of a number that the contract accepts."""
    low, high = column.minimum, column.maximum
    if column.largest is not None:
        low = (0 if column.length else -column.largest) if low is None else low
        high = column.largest if high is None else high
    return [low, high]


def numbers_of(table: Table) -> list[Column]:
    return [column for column in table.columns if column.type in NUMBERS]


SHOWS_ALL = {
    "hall_queue": {"called_at": "2025-09-02 10:20:00"},
    "calls": {"queued_at": "2025-09-02 08:00:00", "answered_at": "2025-09-02 08:00:09"},
    "orders": {"status": "completed", "completed_at": "2025-09-20 08:00:00"},
    "tickets": {
        "customer_id": "K1",
        "class": "fault",
        "status": "closed",
        "replied_at": "2025-09-03 09:00:00",
        "closed_at": "2025-09-04 09:00:00",
    },
}


def at_the_ends(entity: str) -> list[dict[str, str]]:
    """Sound rows of an entity: one for each end of each number, and two of all."""
    table = contract().entities[entity]
    columns = numbers_of(table)
    changes = [{c.name: str(end)} for c in columns for end in ends(c)]
    if len(columns) > 1:
        changes += [{c.name: str(ends(c)[n]) for c in columns} for n in (0, 1)]
    sound = GOOD[entity] | SHOWS_ALL.get(entity, {})
    return [
        sound,
        *(
            sound | its_own_key(table, number) | change | summed(table, change)
            for number, change in enumerate(changes)
        ),
    ]


def summed(table: Table, change: dict[str, str]) -> dict[str, str]:
    """What a sum and its parts are beside a change: one part is the whole."""
    found: dict[str, str] = {}
    for whole in (column for column in table.columns if column.parts):
        first = table.column(whole.parts[0])
        named = [*change.keys() & {whole.name, *whole.parts, first.at_least}]
        if len(named) > 1:
            named = [whole.name]
        for name in named:
            part = name if name in whole.parts else first.name
            others = dict.fromkeys(whole.parts, "0")
            found |= others | {whole.name: change[name], part: change[name]}
            within = change.get(first.at_least, "0") if part == first.name else "0"
            found |= {first.at_least: within}
    return found


def its_own_key(table: Table, number: int) -> dict[str, str]:
    """A value for the last column of the key that tells a row from the others."""
    key = table.column(table.key[-1])
    if key.type == "timestamp":
        day = f"{2024 + number // 12}-{number % 12 + 1:02}-01"
        return {key.name: f"{day} 00:00:00"}
    if table.name in ("control_totals", "ticket_counts") or key.type == "date":
        return {"month": f"{2024 + (number + 8) // 12}-{(number + 8) % 12 + 1:02}-01"}
    return {key.name: f"N{number}"} if key.type == "text" else {}


LISTS = {
    "branches": [
        {"branch_id": "P", "level": "province", "name_zh": "省", "name_en": "P"},
        {"branch_id": "C01", "parent_id": "P", "level": "city"}
        | {"name_zh": "市", "name_en": "C01"},
    ],
    "halls": [
        {"hall_id": "H1", "branch_id": "C01", "ownership": "partner"}
        | {"name_zh": "厅", "name_en": "H1"}
    ],
    "kpi_targets": [
        {"branch_id": "P", "period": "2025", "kpi": "operating_revenue"},
        {"branch_id": "P", "period": "2025-09", "kpi": "operating_revenue"},
        {"branch_id": "C01", "period": "2025", "kpi": "active_customers"},
    ],
    "market_universe": [
        {"branch_id": "C01", "industry": "manufacturing", "counted_on": "2025-09-30"}
    ],
}


# Ends that cannot be had at once: a scale of one score, a limit outside of it.
LARGEST = str(contract().largest["decimal"])
TOGETHER = {
    "survey_items": {"scale_min": f"-{LARGEST}", "scale_max": LARGEST}
    | {"dissatisfied_at_most": f"-{LARGEST}", "top_box_at_least": LARGEST},
}


def lists_at(end: int) -> dict[str, list[dict[str, str]]]:
    """Every list that has numbers, all of them at one of their ends."""
    found = {name: LISTS[name] for name in ("branches", "halls")}
    for table in contract().lists.values():
        numbers = {c.name: str(ends(c)[end]) for c in numbers_of(table)}
        if not numbers:
            continue
        with (PROJECT / "seeds" / f"{table.name}.csv").open(encoding="utf-8") as file:
            rows = LISTS.get(table.name) or list(csv.DictReader(file))
        if table.name == "kpis":
            rows = [{"kpi": "operating_revenue"}]
        names = [column.name for column in table.columns]
        numbers |= TOGETHER.get(table.name, {})
        rows = [{k: v for k, v in row.items() if k in names} | numbers for row in rows]
        found[table.name] = [r for n, r in enumerate(rows) if r not in rows[:n]]
    return found


@pytest.mark.parametrize("end", [0, 1], ids=["smallest", "largest"])
def test_every_accepted_number_builds_through(tmp_path, tmp_path_factory, end):
    home, folder = Home(tmp_path / "home"), tmp_path / "2025-09-30"
    for name, rows in lists_at(end).items():
        deliver_list(folder, name, rows)
    delivered = {entity: at_the_ends(entity) for entity in contract().entities}
    reports = loaded(home, deliver(folder, **delivered))
    assert {r.file: r.by_rule for r in reports.values() if r.by_rule} == {}
    with compiled_once(tmp_path_factory):
        assert build(home, date(2025, 9, 30)).dbt_failures == ()
