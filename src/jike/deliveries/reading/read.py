"""Reads a delivered file of any format: what DuckDB can select from, or a refusal."""

from pathlib import Path
from typing import TYPE_CHECKING

from jike.deliveries.contract import Table
from jike.deliveries.reading.cells import Cells, Reading, RefusedError, check_header
from jike.deliveries.reading.csv import csv_cells, declared_cells
from jike.deliveries.reading.json import json_cells
from jike.deliveries.reading.parquet import parquet_cells
from jike.deliveries.reading.sheet import sheet_cells, xlsx_cells

if TYPE_CHECKING:
    import duckdb


def read_cells(con: "duckdb.DuckDBPyConnection", staged: Path, table: Table) -> Cells:
    """Read a staged file of any of the three formats.

    Gives its cells and checks its header against the contract: columns are mapped by
    name, unknown ones are kept in the row and otherwise left out.

    Raises:
        RefusedError: wrong header, broken quoting, unreadable encoding, damaged file.
    """
    kind = staged.suffix.lower()
    if kind == ".parquet":
        cells = parquet_cells(con, staged)
    elif kind == ".csv":
        cells = csv_cells(con, staged)
    else:
        cells = xlsx_cells(staged, table)
    check_header(cells.names, table)
    return cells


def read_as(con: "duckdb.DuckDBPyConnection", staged: Path, reading: Reading) -> Cells:
    """Read a staged file as declared, whatever its columns are.

    Columns are named as in the header; one that comes again gets a number (amount,
    amount_2), one without a name its place (column_3), empty ones at the end are left
    out. Parquet keeps its types; all else is text, dates and times of a workbook as
    ISO text.

    Raises:
        RefusedError: no header, no such sheet, broken quoting, damaged file.
    """
    if reading.kind == "parquet":
        return parquet_cells(con, staged)
    if reading.kind == "workbook":
        return sheet_cells(staged, reading)
    try:
        if reading.kind == "json_lines":
            return json_cells(staged, reading.encoding)
        return declared_cells(staged, reading)
    except UnicodeError:
        raise RefusedError(
            "is not in the declared encoding {encoding}", encoding=reading.encoding
        ) from None
