"""Files that may be cut: their last record has no line end, and the books say more.

A missing line end alone is told and no more: many programs leave it out. Where control
totals say what a month comes to and the rows fall short of it, the file is refused.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from jike.deliveries.contract import contract
from jike.deliveries.lists import list_rows
from jike.deliveries.manifests import LandedFile, Standing
from jike.ground.errors import Message
from jike.ground.home import Home
from jike.ground.quoting import quoted, quoted_path

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LEAST = Decimal("0.005")  # half a cent


@dataclass(frozen=True)
class _Counted:
    """How a measure of control_totals is counted from an entity: month, sum, rows."""

    measure: str
    month: str
    amount: str
    rows: str = "true"


CALLS_ANSWERED, COMPLAINTS = "calls_answered", "complaints"
COUNTED = {
    "bills": _Counted("enterprise_revenue", "bill_month", "amount"),
    "calls": _Counted(
        CALLS_ANSWERED,
        "date_trunc('month', coalesce(queued_at, ivr_at, ended_at))",
        "1",
        "outcome = 'answered'",
    ),
    "call_intervals": _Counted(
        CALLS_ANSWERED, "date_trunc('month', starts_at)", "answered"
    ),
    "tickets": _Counted(
        COMPLAINTS, "date_trunc('month', opened_at)", "1", "class = 'complaint'"
    ),
    "ticket_counts": _Counted(COMPLAINTS, "month", "tickets", "class = 'complaint'"),
}


def short_files(
    con: "DuckDBPyConnection",
    home: Home,
    found: Standing,
    files: Iterable[LandedFile],
    lists: Mapping[str, Path],
) -> dict[str, Message]:
    """Say of which files less came than control totals have, by file, and of what.

    `found` are the deliveries as they will stand, `files` those that come now, `lists`
    the files of the reference lists. Looked at are the months that files without a
    last line end bring; of a mapping those of all that its selects yield.
    """
    came = list(files)
    tables = [file for file in came if file.is_table and file.may_be_cut]
    refused: dict[str, Message] = {}
    for entity, counted in COUNTED.items():
        own = [f for f in came if f.name == entity and not (f.is_table or f.is_list)]
        cut = tables or [file for file in own if file.may_be_cut]
        brings = own if tables else cut
        if not cut or not brings:
            continue
        months = _months(con, home, brings, counted)
        for reason in _short(con, home, found, entity, months, lists):
            refused |= dict.fromkeys((file.file for file in cut), reason)
    return refused


def _months(
    con: "DuckDBPyConnection", home: Home, files: list[LandedFile], counted: _Counted
) -> list[date]:
    paths = ", ".join(quoted_path(home.landing / file.landed) for file in files)
    found = con.execute(
        f"select distinct cast({counted.month} as date) as month "
        f"from read_parquet([{paths}], hive_partitioning = false) "
        "where month is not null order by month"
    ).fetchall()
    return [month for (month,) in found]


def _short(
    con: "DuckDBPyConnection",
    home: Home,
    found: Standing,
    entity: str,
    months: list[date],
    lists: Mapping[str, Path],
) -> Iterator[Message]:
    """Say in which months the rows that stand come to less than the books say."""
    counted = COUNTED[entity]
    books = _books(con, home, found, counted.measure, lists)
    if not books.keys() & set(months):
        return
    measured = _measured(con, home, found, counted.measure)
    for month in months:
        come, said = measured.get(month, Decimal(0)), books.get(month)
        if said is not None and come + LEAST < said:
            yield Message(
                "is cut: its last record has no line end, and {measure} of {month} "
                "comes to {come:,} where control_totals say {said:,}; deliver it "
                "whole, with a line end after its last record",
                measure=counted.measure,
                month=f"{month:%Y-%m}",
                come=come,
                said=said,
            )


def _measured(
    con: "DuckDBPyConnection", home: Home, found: Standing, measure: str
) -> dict[date, Decimal]:
    """Give what the rows that stand come to by month, of all entities that count it."""
    by_entity = " union all ".join(
        f"select cast({counted.month} as date) as month, {counted.amount} as amount "
        f"from ({_standing_rows(home, found, entity)}) where {counted.rows}"
        for entity, counted in COUNTED.items()
        if counted.measure == measure and entity in found.entities
    )
    return dict(
        con.execute(
            f"select month, cast(sum(amount) as decimal(38, 2)) from ({by_entity}) "
            "group by 1"
        ).fetchall()
    )


def _books(
    con: "DuckDBPyConnection",
    home: Home,
    found: Standing,
    measure: str,
    lists: Mapping[str, Path],
) -> dict[date, Decimal]:
    """Give the figure of the books by month: the sum of the roots that have one."""
    if "control_totals" not in found.entities:
        return {}
    listed = {
        row["branch_id"]: row["parent_id"] for row in list_rows("branches", lists)
    }
    rows = con.execute(
        f"select month, branch_id, value "
        f"from ({_standing_rows(home, found, 'control_totals')}) where measure = ?",
        [measure],
    ).fetchall()
    books: dict[date, Decimal] = {}
    for month, branch, value in rows:
        if not listed.get(branch):
            books[month] = books.get(month, Decimal(0)) + value
    return books


def _standing_rows(home: Home, found: Standing, entity: str) -> str:
    """The select of an entity's landed rows: of each key that of the best delivery."""
    paths = ", ".join(
        quoted_path(home.landing / file.landed)
        for delivery in found
        for file in delivery.of(entity)
    )
    keys = ", ".join(map(quoted, contract().entities[entity].key))
    return (
        f"select *, file_index as place, file_row_number as line "
        f"from read_parquet([{paths}], hive_partitioning = false) qualify "
        f"row_number() over (partition by {keys} order by place, line) = 1"
    )
