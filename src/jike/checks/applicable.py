"""Which expectations say something about a build: none of what nobody delivered."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import duckdb

from jike.checks.expectations import ROW_COUNT, Expectation, ExpectationFile
from jike.checks.running import NOT_APPLICABLE, Outcome

WORD = re.compile(r"[a-z][a-z0-9_]*")
NAMED_ARGUMENTS = ("column", "column_A", "column_B")
FAMILY = "kpi_"


@dataclass(frozen=True)
class Delivered:
    """What a build was made of.

    `rows` holds the accepted rows by entity (None: not delivered), `columns` whether
    one of them holds a value, by entity and column, `parts` what each part of a family
    and measure lacks (empty: measured in some month).
    """

    rows: Mapping[str, int | None]
    columns: Mapping[str, Mapping[str, bool]]
    parts: Mapping[tuple[str, str], str]

    @property
    def with_rows(self) -> set[str]:
        """The entities that have rows."""
        return {entity for entity, accepted in self.rows.items() if accepted}


def delivered(con: duckdb.DuckDBPyConnection) -> Delivered:
    """Read what was delivered from a build; of missing marts nothing is lacking."""
    rows = con.execute(
        "select entity, case when is_delivered then rows_accepted end from raw.entities"
    ).fetchall()
    columns: dict[str, dict[str, bool]] = {}
    for entity, column, is_held in con.execute(
        "select entity, column_name, bool_or(is_present) from raw.presence "
        "where column_name is not null group by 1, 2"
    ).fetchall():
        columns.setdefault(entity, {})[column] = is_held
    return Delivered(
        {entity: None if n is None else int(n) for entity, n in rows},
        columns,
        {
            (family, measure): lacks
            for family, measure, lacks in _unmeasured(con)
            if lacks
        },
    )


def _unmeasured(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str | None]]:
    try:
        return con.execute(
            "select family, measure, case when not bool_or(parts.is_measured) then "
            "coalesce(max(lacking), '') end from marts.dim_parts as parts "
            "left join marts.dim_part_periods using (part) group by 1, 2"
        ).fetchall()
    except duckdb.CatalogException:
        return []


def divide(
    there: Delivered, files: Iterable[ExpectationFile]
) -> tuple[list[ExpectationFile], list[Outcome]]:
    """Give what is to be evaluated, and what is not applicable with what it lacks.

    Of an entity delivered without rows only the row count is looked at.
    """
    chosen, left_out = [], []
    for file in files:
        lacks = {e.name: _lacking(there, file, e) for e in file.expectations}
        kept = tuple(e for e in file.expectations if not lacks[e.name])
        if kept:
            chosen.append(replace(file, expectations=kept))
        left_out += [
            _not_applicable(file, e, lacks[e.name])
            for e in file.expectations
            if lacks[e.name]
        ]
    return chosen, left_out


def _lacking(there: Delivered, file: ExpectationFile, expectation: Expectation) -> str:
    """Name what an expectation needs and nobody delivered, if anything."""
    if file.schema == "marts" or file.table not in there.rows:
        return _of_entities(there, file) or _of_parts(there, file.table, expectation)
    accepted = there.rows[file.table]
    if not accepted:
        is_counted = accepted is not None and expectation.key == ROW_COUNT
        return "" if is_counted else file.table
    return _of_columns(there.columns.get(file.table, {}), file.table, expectation)


def _of_entities(there: Delivered, file: ExpectationFile) -> str:
    if file.applies(there.with_rows):
        return ""
    lacking = [name for name in file.needs_all if name not in there.with_rows]
    return ", ".join(lacking or ["|".join(file.needs_any)])


def _of_columns(held: Mapping[str, bool], entity: str, expectation: Expectation) -> str:
    """Of a query all columns must be missing, of other expectations one of them."""
    named = [str(expectation.arguments.get(name)) for name in NAMED_ARGUMENTS]
    columns = [name for name in named if name in held]
    missing = [name for name in columns if not held[name]]
    if not columns:
        columns = sorted(words_of(expectation) & held.keys())
        missing = [name for name in columns if not held[name]]
        missing = missing if missing == columns else []
    return ", ".join(f"{entity}.{name}" for name in missing)


def _of_parts(there: Delivered, table: str, expectation: Expectation) -> str:
    """What the measures of a family lack that an expectation names."""
    family = table.removeprefix(FAMILY) if table.startswith(FAMILY) else ""
    found = [there.parts.get((family, word)) for word in sorted(words_of(expectation))]
    return next((lacks for lacks in found if lacks), "")


def words_of(expectation: Expectation) -> set[str]:
    """Give every word that the arguments and the condition of an expectation hold."""
    return set(WORD.findall(f"{expectation.arguments} {expectation.where}"))


def _not_applicable(
    file: ExpectationFile, expectation: Expectation, lacks: str
) -> Outcome:
    return Outcome(
        checked_table=file.checked_table,
        check_name=expectation.name,
        column_name=expectation.column,
        severity=expectation.severity,
        status=NOT_APPLICABLE,
        observed=f"not delivered: {lacks}",
        because_zh=expectation.because_zh,
        because_en=expectation.because_en,
    )
