"""What a viewer may see, and how a question is narrowed to it.

Each table a question names is replaced by a sub-select that keeps the viewer's
branches; every other way to reach a row is refused before the question runs.
"""

import json
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jike.ground.errors import JikeError
from jike.ground.syntax import nodes as nodes_of
from jike.releases.question import Question

SHARED_TABLES = frozenset(
    {
        "checks",
        "closed_months",
        "deliveries",
        "dim_build",
        "dim_entities",
        "dim_entity_days",
        "dim_free_cut_members",
        "dim_free_cuts",
        "dim_kpis",
        "dim_members",
        "dim_parts",
        "dim_part_periods",
        "dim_period_months",
        "dim_periods",
        "dim_role_weights",
        "quarantine",
    }
)
"""Tables that speak of no customer and no branch: the same rows for every viewer.
Of the others only those with a branch_id can be read, by branch."""

PROTECTED_COLUMNS = frozenset({"account_manager_id", "customer_name", "protected_cuts"})
"""Columns that the raw contract or the list `attributes` protects, as the marts call
them."""

MASK = "***"
VISIBLE = "visible_branches"

_TABLE_FUNCTIONS = frozenset({"generate_series", "range", "unnest"})

Shape = tuple[tuple[str, tuple[str, ...]], ...]
"""The tables of a release, each with its columns."""

Parser = Callable[[str], str]
"""Gives the syntax tree of a select as DuckDB's JSON, running nothing of it."""


@dataclass(frozen=True)
class Scope:
    """Some branches, each with its descendants listed too, or everything.

    `branches` None is everything, an empty tuple is nothing. With `sees_protected`
    False the columns that name a customer or a person show `***`.
    """

    branches: tuple[str, ...] | None
    sees_protected: bool = True


ALL = Scope(None)


@dataclass(frozen=True)
class Asked:
    """What a select reads: tables by name, its own named steps, what is never read."""

    tables: frozenset[str]
    steps: frozenset[str]
    refused: frozenset[str]


def narrowed(
    question: Question, scope: Scope, shape: Shape, parser: Parser
) -> tuple[str, list[Any]]:
    """Give the text and the bound values that answer a question within a scope.

    Raises:
        JikeError: the question is not one plain select over the tables it declares,
            or one of those is not in the release or has no rule for scopes.
    """
    columns = dict(shape)
    _refuse_what_is_not_declared(_asked(question.sql, parser), question, columns)
    limited = scope.branches is not None
    shields = _shields(question, limited, scope.sees_protected, columns)
    if not shields:
        return question.sql, list(question.values)
    if not limited:
        return _spliced(question.sql, shields), list(question.values)
    branches = list(scope.branches or ())
    if _has_question_marks(question.sql):
        place, values = "?", [branches, *question.values]
    else:
        place, values = f"${len(question.values) + 1}", [*question.values, branches]
    visible = f"{VISIBLE} as (select unnest(cast({place} as varchar[])) as branch_id)"
    return _spliced(question.sql, f"{visible}, {shields}"), values


def _shields(
    question: Question,
    limited: bool,
    sees_protected: bool,
    columns: dict[str, tuple[str, ...]],
) -> str:
    shields = []
    for table in sorted(set(question.tables)):
        hidden = PROTECTED_COLUMNS.intersection(
            () if sees_protected else columns[table]
        )
        by_branch = limited and "branch_id" in columns[table]
        if hidden or by_branch:
            shields.append(f"{table} as ({_sub_select(table, hidden, by_branch)})")
    return ", ".join(shields)


def _sub_select(table: str, hidden: AbstractSet[str], by_branch: bool) -> str:
    masks = ", ".join(
        f"case when {name} is not null then '{MASK}' end as {name}"
        for name in sorted(hidden)
    )
    text = f"select * replace ({masks})" if masks else "select *"
    text += f" from main.{table}"
    if by_branch:
        text += f" where branch_id in (select branch_id from {VISIBLE})"
    return text


@lru_cache(maxsize=500)
def _asked(sql: str, parser: Parser) -> Asked:
    found = json.loads(parser(sql))
    if found.get("error") is not False or len(found.get("statements", [])) != 1:
        raise JikeError("a question must be one select; this one is not")
    tables: set[str] = set()
    steps: set[str] = set()
    refused: set[str] = set()
    for node in nodes_of(found):
        steps.update(entry["key"] for entry in node.get("cte_map", {}).get("map", ()))
        match node.get("type"):
            case "BASE_TABLE":
                path = node["qualified_name"]["path"]
                (tables if len(path) == 1 else refused).add(".".join(path))
            case "TABLE_FUNCTION":
                refused.add(f"{node['function']['function_name']}()")
            case "COLUMN_DATA" | "DELIM_GET" | "SHOW_REF" as kind:
                refused.add(kind.lower())
    refused -= {f"{name}()" for name in _TABLE_FUNCTIONS}
    return Asked(frozenset(tables), frozenset(steps), frozenset(refused))


def _refuse_what_is_not_declared(
    asked: Asked, question: Question, columns: dict[str, tuple[str, ...]]
) -> None:
    for table in question.tables:
        if table not in columns:
            raise JikeError(
                "the release has no table {table}; build and publish again", table=table
            )
        if table not in SHARED_TABLES and "branch_id" not in columns[table]:
            raise JikeError(
                "table {table} has no branch_id, so no scope can limit it", table=table
            )
    shadowed = {step.lower() for step in asked.steps} & ({VISIBLE} | set(columns))
    if shadowed:
        raise JikeError(
            "a question may not call a step of its own {step}", step=min(shadowed)
        )
    foreign = asked.refused | (asked.tables - asked.steps - set(question.tables))
    if foreign:
        raise JikeError(
            "the question reads {table}, which it does not declare", table=min(foreign)
        )


def _spliced(sql: str, shields: str) -> str:
    """Put the shields before the question's own steps, so that all of them see them.

    (DuckDB 2.0.0 loses the inner steps of `with a as (...) (with b as (...) ...)`.)
    """
    words = [(start, word) for start, word in _words(sql) if word]
    (first, opening), rest = words[0], words[1:]
    text = sql.encode()
    if opening != "with":
        return f"with {shields} {text[first:].decode()}"
    if rest[0][1] == "recursive":
        return f"with recursive {shields}, {text[rest[1][0] :].decode()}"
    return f"with {shields}, {text[rest[0][0] :].decode()}"


def _has_question_marks(sql: str) -> bool:
    return any(word == "?" for _, word in _words(sql))


def _words(sql: str) -> list[tuple[int, str]]:
    """Give each word with its place in bytes; literals and names keep their quotes."""
    import duckdb

    text = sql.encode()
    starts = [(start, kind) for start, kind in duckdb.tokenize(sql)]
    ends = [start for start, _ in starts[1:]] + [len(text)]
    return [
        (start, text[start:end].decode().strip().lower())
        for (start, kind), end in zip(starts, ends, strict=True)
        if kind != duckdb.token_type.comment
    ]
