"""What a source leaves out is told, never counted as nothing or as everything.

A small world drawn from the contract holds values in every column of every entity. Then
one optional column after the other is empty, at last all of them: a KPI that loses its
value says what was not delivered, none becomes 0 or 100 %, and nothing is held.
"""

import random
from datetime import date, datetime, timedelta

import pytest

from jike.checks.applicable import delivered, divide
from jike.checks.expectations import UNEXPECTED_ROWS, load_expectations
from jike.checks.reconcile import reconcile
from jike.deliveries.contract import contract
from jike.ground.home import Home
from jike.kpis.ask import kpi_rows
from jike.kpis.catalogue import catalogue
from jike.pages import frame as frame_questions
from tests.build.test_properties_additive import LISTS, asked
from tests.fixtures.compiled_models import build_again, compiled, deliver
from tests.fixtures.small_build import mart_columns

AS_OF, FIRST = date(2025, 9, 30), datetime(2025, 1, 1, 9)
PERIODS = ("2025-09", "2025YTD")
ROWS = {"customers": 160, "members": 80, "orders": 120, "survey_responses": 160}
# Enough that every month has answers in and out of time beside the counted ones.
ROWS |= {"calls": 1200}
KEYS = ROWS | {"customers": 80}
"""How many keys of an entity there are to refer to."""
MANY = 240
"""Rows, and keys, of every other entity."""
NEAR = {"calls": timedelta(seconds=40), "hall_queue": timedelta(minutes=9)}
FEW = range(1, 10)
"""Of so many rows drawn all may be alike by chance."""
ITEMS = ("overall", "recommend_0_10", "reason")
OPTIONAL = {
    table.name: [
        column.name
        for column in table.columns
        if not column.required and column.name not in table.key
    ]
    for table in contract().entities.values()
}
ROUNDS = [
    [(entity, names[at]) for entity, names in OPTIONAL.items() if at < len(names)]
    for at in range(max(map(len, OPTIONAL.values())))
]
EVERYTHING = [(entity, name) for entity, names in OPTIONAL.items() for name in names]


def world(codes):
    """Rows of every entity; codes: by list, what may be referred to."""
    drawn = random.Random(7)
    return {
        table.name: [
            row(table, number, drawn, codes)
            for number in range(ROWS.get(table.name, MANY))
        ]
        for table in contract().entities.values()
    }


def row(table, number, drawn, codes):
    begun = FIRST + timedelta(hours=drawn.randrange(24 * 260))
    near = NEAR.get(table.name, timedelta(days=5))
    found = {}
    for column in table.columns:
        moment = begun + (near * drawn.random() if found.keys() & DATES else near * 0)
        found[column.name] = value(table, column, number, drawn, codes, moment)
        if not column.required and column.name not in table.key:
            seldom = 0.8 if column.name in SELDOM else 0.25
            if drawn.random() < seldom:
                found[column.name] = None
    return found | OWN.get(table.name, lambda _number, _drawn: {})(number, drawn)


DATES = {
    column.name
    for table in contract().entities.values()
    for column in table.columns
    if column.type in ("date", "timestamp")
}
SELDOM = {"competitor", "closed_on", "closed_reason", "successor_id", "left_on"}


def value(table, column, number, drawn, codes, moment):
    entities = contract().entities
    if column.values:
        return drawn.choice(column.values)
    if column.reference in entities:
        return f"{column.reference}{drawn.randrange(KEYS.get(column.reference, MANY))}"
    if column.reference:
        return drawn.choice(codes[column.reference])
    if column.first_day:
        return date(2025, 1 + number % 9, 1)
    if column.type in ("date", "timestamp"):
        return moment if column.type == "timestamp" else moment.date()
    if column.type == "bool":
        return drawn.random() < 0.5
    if column.type == "text":
        keys = KEYS.get(table.name, MANY)
        is_key = column.name in table.key
        return f"{table.name}{number % keys}" if is_key else f"T{drawn.randrange(3)}"
    return drawn.randint(column.minimum or 1, min(column.maximum or 9, 9))


def answer(number, drawn):
    """One item of an interview: scores of two items, and a reason."""
    item = ITEMS[number % 3]
    given = {"item_code": item, "response_id": f"survey_responses{number // 3}"}
    if item == "reason":
        return given | {"score": None, "answer_code": "D1"}
    return given | {"answer_code": "x" if drawn.random() < 0.1 else None}


OUTCOMES = (*["answered"] * 4, "abandoned", "blocked", "ivr_contained", "test")

# What the names of columns do not tell.
OWN = {
    "customers": lambda number, _drawn: {
        "snapshot_on": date(2024, 12, 31) if number < 80 else date(2025, 8, 31),
        "joined_on": date(2020, 1, 1),
    },
    "members": lambda _number, _drawn: {"joined_on": date(2024, 6, 1)},
    "member_usage": lambda number, _drawn: {"member_id": f"members{number % 80}"},
    "calls": lambda _number, drawn: {"outcome": drawn.choice(OUTCOMES)},
    "survey_responses": lambda number, drawn: {
        "wave": "2025H1",
        "status": "refused" if number % 5 == 0 else "complete",
        "competitor": "CO1" if drawn.random() < 0.3 else None,
    },
    "survey_answers": answer,
    "ticket_routes": lambda number, _drawn: {"ticket_id": f"tickets{number % 200}"},
}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory):
    """The whole world, built; gives the connection and the models."""
    home = Home(tmp_path_factory.mktemp("home"))
    home.reference.mkdir()
    for name, text in LISTS.items():
        (home.reference / f"{name}.csv").write_text(text, encoding="utf-8")
    output = tmp_path_factory.mktemp("dbt")
    values = {"as_of": AS_OF.isoformat()}
    with compiled(output, mart_columns(), values, home) as (con, models):
        fill(con, world(codes_of(con)))
        yield con, models


def codes_of(con):
    """The codes of every list that columns refer to."""
    lists = {
        column.reference: column.points_at
        for table in contract().entities.values()
        for column in table.columns
        if column.reference and column.reference not in contract().entities
    }
    found = {}
    for name, column in lists.items():
        rows = con.execute(f"select {column} from lists.{name}").fetchall()
        found[name] = [code for (code,) in rows] or ["none"]
    return found


def fill(con, rows):
    deliver(con, rows, FIRST.date())
    con.execute("update raw.presence set last_on = ?", [AS_OF])
    for entity, each in rows.items():
        names = ", ".join(f'"{name}"' for name in each[0])
        marks = ", ".join("?" for _ in each[0])
        con.executemany(
            f"insert into raw.{entity} ({names}) values ({marks})",
            [list(one.values()) for one in each],
        )
    con.execute("create schema whole")
    for entity in [*rows, "presence"]:
        con.execute(f"create table whole.{entity} as select * from raw.{entity}")
    con.execute("set search_path = 'marts'")


def figures(con):
    """(value, is none or all, reason) of every KPI and period, by member if it must."""
    every = catalogue(
        asked(con, frame_questions.catalogue()), asked(con, frame_questions.parts())
    )
    found = {}
    for kpi in every.values():
        by = kpi.needs_dimension[:1]
        question = kpi_rows(kpi, PERIODS, by)
        rows = asked(con, question)
        for one in question.finish(rows) if question.finish else rows:
            key = (kpi.kpi, one["period"], *(one[name] for name in by))
            extreme = (0, 1) if kpi.unit == "share" else (0, 100)
            is_extreme = one["value"] in extreme and one["n"] not in FEW
            found[key] = (one["value"], is_extreme, one["reason"])
    return found


def held(con):
    """The checks that a person could not accept and that fail."""
    files, _left_out = divide(delivered(con), load_expectations())
    found = {o.check for o in reconcile(con, AS_OF) if o.status == "failed"}
    for file in files:
        for expected in file.expectations:
            query = str(expected.arguments.get("unexpected_rows_query"))
            if expected.key != UNEXPECTED_ROWS or expected.severity != "critical":
                continue
            if file.schema == "marts":
                query = query.replace("$newest_month", "2025-09-01")
                query = query.replace("$as_of", AS_OF.isoformat())
                query = query.replace("{batch}", file.checked_table)
                ((rows,),) = con.execute(f"select count(*) from ({query})").fetchall()
                found |= {f"{file.checked_table}.{expected.name}"} if rows else set()
    return found


def without(warehouse, columns):
    """Build without some columns, and lay them back."""
    con, models = warehouse
    for entity, name in columns:
        con.execute(f'update raw.{entity} set "{name}" = null')
        con.execute(
            "update raw.presence set is_present = false "
            "where entity = ? and column_name = ?",
            [entity, name],
        )
    build_again(con, models)
    found = figures(con), held(con)
    for entity in {"presence", *(entity for entity, _name in columns)}:
        con.execute(f"create or replace table raw.{entity} as from whole.{entity}")
    return found


@pytest.fixture(scope="module")
def whole(warehouse):
    return without(warehouse, [])


@pytest.mark.slow
@pytest.mark.parametrize("columns", [*ROUNDS, EVERYTHING])
def test_no_figure_is_nothing_or_everything_for_lack_of_a_column(
    warehouse, whole, columns
):
    known, held_before = whole
    found, held_now = without(warehouse, columns)
    assert held_now <= held_before
    wrong = {}
    for key, (figure, is_extreme, reason) in found.items():
        before, was_extreme, _reason = known.get(key, (None, False, None))
        if figure is None and before is not None and reason is None:
            wrong[key] = "no reason"
        elif is_extreme and not was_extreme:
            wrong[key] = figure
    assert wrong == {}
