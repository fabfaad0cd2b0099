"""Rows dated after the month of their delivery: told by load, listed in a build.

They stay, because a delivery made some days after its logical date holds some. But no
figure up to the end of that month counts them, and none of them says what day it is.
"""

from datetime import date
from typing import TYPE_CHECKING

from jike.deliveries.contract import Table, contract
from jike.deliveries.judge import Judged, good_rows
from jike.deliveries.manifests import Delivery, LandedFile
from jike.ground.errors import Message
from jike.ground.quoting import literal, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MONTH_AFTER = "(date_trunc('month', {day}) + interval 1 month)"


def list_later_rows(con: "DuckDBPyConnection", table: Table) -> None:
    """Add those of an entity judged to raw.later_rows."""
    if select := _later(con, table, MONTH_AFTER.format(day="delivered_on")):
        con.execute(
            "insert into raw.later_rows select source, delivered_on, entity, _file, "
            f"_line, column_name, dated_on from ({select}) join jike_files "
            "using (_file_no)"
        )


def later_warning(
    judged: Judged, delivery: Delivery, file: LandedFile, day: date
) -> tuple[Message, ...]:
    """Say of a file of a delivery for a day how many rows are later, and the first."""
    table = contract().entities[file.name]
    select = _later(judged.con, table, MONTH_AFTER.format(day=f"date '{day}'"))
    if not select:
        return ()
    of_file = f"_file_no in ({judged.numbers(delivery, file)})"
    found = judged.con.execute(
        "select count(distinct (_file_no, _row)), arg_min(_file, place), "
        "arg_min(_line, place), arg_min(column_name, place), arg_min(dated_on, place) "
        "from (select *, (_file, _line, column_name) as place "
        f"from ({select}) where {of_file})"
    ).fetchall()
    rows, first, line, column, dated_on = found[0]
    if not rows:
        return ()
    return (
        Message(
            "{rows:,} rows are dated after the month of the delivery ({day}), the "
            "first at {file} line {line}, column {column}: {dated_on}",
            rows=rows,
            day=day,
            file=first,
            line=line,
            column=column,
            dated_on=dated_on,
        ),
    )


def newest(con: "DuckDBPyConnection", table: str, column: str) -> date | None:
    """The latest day of a column of schema raw that a row has which is not later."""
    found = con.execute(
        f"select max(day) from (select cast({quoted(column)} as date) as day, "
        "count(*) as n "
        f"from raw.{table} group by 1) left join (select dated_on as day, count(*) as "
        "later from raw.later_rows where entity = ? and column_name = ? group by 1) "
        "using (day) where n > coalesce(later, 0)",
        [table, column],
    ).fetchall()
    day: date | None = found[0][0]
    return day


def _later(con: "DuckDBPyConnection", table: Table, limit: str) -> str:
    """The select of the dates from the limit on, of rows that stand: one a column."""
    rows = f"{good_rows(con, table)} join jike_files using (_file_no)"
    return " union all ".join(
        f"select _file_no, _row, _file, _line, {literal(column.name)} as column_name, "
        f"cast(l.{quoted(column.name)} as date) as dated_on from {rows} "
        f"anti join jike_seconds_{table.name} using (_file_no, _row) "
        f"where l.{quoted(column.name)} >= {limit}"
        for column in table.columns
        if column.happened
    )
