"""Which KPI and part a failed check is about, so that a hold says what is not shown."""

from collections.abc import Iterable
from dataclasses import replace

import duckdb

from jike.checks.applicable import FAMILY, words_of
from jike.checks.expectations import ExpectationFile
from jike.checks.running import Outcome
from jike.ground.errors import Message

MARTS = ("marts.kpi_", "marts.fct_")


def about(
    con: duckdb.DuckDBPyConnection, files: Iterable[ExpectationFile], outcome: Outcome
) -> Outcome:
    """Name the first KPI of a failed check on a mart of KPIs, and its part.

    Of a check that names measures it is a KPI they are parts of, else the first that
    its table touches.
    """
    if (
        outcome.status != "failed"
        or outcome.place is not None
        or not outcome.checked_table.startswith(MARTS)
    ):
        return outcome
    words = [
        word
        for file in files
        if file.checked_table == outcome.checked_table
        for expectation in file.expectations
        if expectation.name == outcome.check_name
        for word in words_of(expectation)
    ]
    try:
        found = con.execute(
            "select kpi, part from marts.dim_kpis inner join marts.dim_parts as parts "
            "on part in (numerator, denominator) where list_contains(?, kpi) "
            "order by parts.family = ? and list_contains(?, measure) desc, kpi, "
            "part = numerator desc limit 1",
            [outcome.kpis.split(), _family(outcome), words],
        ).fetchone()
    except duckdb.Error:
        return outcome
    if found is None:
        return outcome
    return replace(outcome, place=kpi_and_part(*found))


def kpi_and_part(kpi: str, part: str) -> Message:
    """Name a KPI and its part."""
    return Message("KPI {kpi}, part {part}", kpi=kpi, part=part)


def _family(outcome: Outcome) -> str:
    return outcome.checked_table.removeprefix("marts.").removeprefix(FAMILY)
