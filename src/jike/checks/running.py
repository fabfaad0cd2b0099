"""Evaluates expectation files on a build: one suite a table, no rows pulled."""

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jike.checks.expectations import Expectation, ExpectationFile, build_expectation
from jike.ground.errors import Message

if TYPE_CHECKING:
    from great_expectations.core import ExpectationValidationResult as Result
    from great_expectations.data_context.data_context.abstract_data_context import (
        AbstractDataContext,
    )
    from great_expectations.datasource.fluent.sql_datasource import SQLDatasource

COUNTS_ONLY = {
    "result_format": "BASIC",
    "partial_unexpected_count": 0,
    "exclude_unexpected_values": True,
}
"""Counts of unexpected rows without their values, whose queries end in LIMIT 0."""

NOT_EVALUATED = "not evaluated"
NOT_APPLICABLE = "not_applicable"
"""The status of what is expected of something that nobody delivered."""

SAFE_ERRORS = ("Binder Error", "Catalog Error", "Parser Error")
"""Errors that speak of names in our SQL; all others may quote a value of a row."""


@dataclass(frozen=True)
class Outcome:
    """What one check found.

    `status` is passed, warning, failed or not_applicable; `observed` is a count, a
    number, a date or what was not delivered, never a value of a text column; `message`
    is set when the check could not run. `place` is the first row it found, where it
    knows rows by delivered file and line, or the KPI and part it is about.
    """

    checked_table: str
    check_name: str
    column_name: str | None
    severity: str
    status: str
    observed: str
    because_zh: str
    because_en: str
    kpis: str = ""
    message: Message | None = None
    place: Message | None = None

    @property
    def check(self) -> str:
        """The name by which `audit --accept` knows it, e.g. raw.bills.no_gap."""
        return f"{self.checked_table}.{self.check_name}"


def evaluate(
    path: Path, files: Sequence[ExpectationFile], as_of: date
) -> list[Outcome]:
    """Evaluate expectation files on the build at `path`.

    Whatever cannot be evaluated counts as failed, whatever its severity.
    """
    if not files:
        return []
    import great_expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    from jike.checks.dialect import url

    context = great_expectations.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_sql(
        "build", connection_string=url(str(path)), create_temp_table=False
    )
    outcomes = []
    try:
        for file in files:
            outcomes += _evaluate_file(context, source, file, as_of)
    finally:
        source.get_engine().dispose()
        source.get_execution_engine().close()
    return outcomes


def _evaluate_file(
    context: "AbstractDataContext",
    source: "SQLDatasource",
    file: ExpectationFile,
    as_of: date,
) -> list[Outcome]:
    try:
        results = _validate(context, source, file, as_of)
    except Exception as error:  # whatever goes wrong, the gate must stay shut
        message = safe_message(f"{type(error).__name__}: {error}")
        results = [(None, message)] * len(file.expectations)
    return [
        _outcome(file, expectation, result, message)
        for expectation, (result, message) in zip(
            file.expectations, results, strict=True
        )
    ]


def _validate(
    context: "AbstractDataContext",
    source: "SQLDatasource",
    file: ExpectationFile,
    as_of: date,
) -> "list[tuple[Result | None, Message | None]]":
    """Give Great Expectations' result, and what it raised, for each expectation."""
    from great_expectations import ExpectationSuite, ValidationDefinition

    with warnings.catch_warnings():
        # The schema belongs to the asset: one source serves two schemas.
        warnings.filterwarnings("ignore", message="`schema_name` is deprecated")
        asset = source.add_table_asset(
            file.checked_table, table_name=file.table, schema_name=file.schema
        )
    suite = ExpectationSuite(name=file.checked_table)
    for expectation in file.expectations:
        built = build_expectation(expectation, as_of)
        built.meta = {"name": expectation.name}
        suite.add_expectation(built)
    definition = ValidationDefinition(
        name=file.checked_table,
        data=asset.add_batch_definition_whole_table("all"),
        suite=context.suites.add(suite),
    )
    found = {
        _name(result): result
        for result in definition.run(result_format=COUNTS_ONLY).results
    }
    return [(found[e.name], _raised(found[e.name])) for e in file.expectations]


def _name(result: "Result") -> str | None:
    """Give the name under which an expectation went into its suite."""
    configured = result.expectation_config
    return (configured.meta or {}).get("name") if configured else None


def _raised(result: "Result") -> Message | None:
    """Give the first exception message of a result, None when nothing was raised."""
    raised = result.exception_info or {}
    # One entry a metric when metrics raised, else the entry itself.
    nested = [entry for entry in raised.values() if isinstance(entry, dict)]
    for entry in nested or [raised]:
        if entry.get("raised_exception"):
            traceback = str(entry.get("exception_traceback")).strip().splitlines()
            return safe_message(f"{entry.get('exception_message')}\n{traceback[-1]}")
    return None


def _outcome(
    file: ExpectationFile,
    expectation: Expectation,
    result: "Result | None",
    message: Message | None,
) -> Outcome:
    if message is not None or result is None:
        status, observed = "failed", NOT_EVALUATED
    else:
        bad = "failed" if expectation.severity == "critical" else "warning"
        status = "passed" if result.success is True else bad
        observed = _observed(result.result)
    return Outcome(
        checked_table=file.checked_table,
        check_name=expectation.name,
        column_name=expectation.column,
        severity=expectation.severity,
        status=status,
        observed=observed,
        because_zh=expectation.because_zh,
        because_en=expectation.because_en,
        message=message,
    )


def _observed(result: Mapping[str, Any]) -> str:
    value = result.get("observed_value")
    if isinstance(value, int | float | Decimal | date | datetime):
        return str(value)
    if "element_count" in result:
        return f"{result.get('unexpected_count') or 0} / {result['element_count']}"
    return str(result.get("unexpected_count", ""))


def safe_message(message: str) -> Message:
    """Keep what an error says about names; leave out what may quote a row's value."""
    return Message(_of_names(message))


def _of_names(message: str) -> str:
    for kind in SAFE_ERRORS:
        if (start := message.find(kind)) >= 0:
            return message[start:].splitlines()[0]
    if found := re.search(r'The column "\w+" in BatchData does not exist', message):
        return found.group()
    if found := re.search(r"\w+( \w+)* Error(?=:)|\w*(Error|Exception)\b", message):
        return found.group()
    return "an unnamed error"
