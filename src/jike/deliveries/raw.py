"""Schema `raw` of a build: the rows that keep the contract, and what came."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from jike.deliveries import free_cuts
from jike.deliveries.contract import Table, contract, sql_type
from jike.deliveries.judge import (
    Judged,
    drop_temporaries,
    good_rows,
    judge,
    rejected,
)
from jike.deliveries.later import list_later_rows, newest
from jike.deliveries.lists import delivered_lists, open_lists
from jike.deliveries.manifests import Delivery, LandedFile, Standing, standing
from jike.deliveries.presence import describe_presence, empty_presence
from jike.ground.errors import JikeError, WrongInputError
from jike.ground.home import Home
from jike.ground.quoting import literal, quoted, quoted_path

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

STALE_DAYS = 45


def empty_raw(con: "DuckDBPyConnection") -> None:
    """Make schema raw as it is when nothing was delivered, for tests of models."""
    con.execute("create schema if not exists raw")
    for table in contract().entities.values():
        columns = ", ".join(
            f"{quoted(c.name)} {sql_type(c.type)}" for c in table.columns
        )
        if table.free_cuts:
            columns += "".join(f", {name} varchar" for name in free_cuts.CARRIED)
        con.execute(f"create or replace table raw.{table.name} ({columns})")
    con.execute(
        "create or replace table raw.entities (entity varchar, is_delivered boolean, "
        "rows_accepted bigint, first_on date, last_on date)"
    )
    con.execute(
        "create or replace table raw.deliveries (source varchar, delivered_on date, "
        "entity varchar, file varchar, sha256 varchar, rows_read bigint, "
        "rows_accepted bigint, rows_quarantined bigint, loaded_number bigint)"
    )
    con.execute(
        "create or replace table raw.quarantine (source varchar, delivered_on date, "
        "entity varchar, file varchar, line bigint, column_name varchar, rule varchar)"
    )
    con.execute(
        "create or replace table raw.later_rows (source varchar, delivered_on date, "
        "entity varchar, file varchar, line bigint, column_name varchar, dated_on date)"
    )
    free_cuts.empty_tables(con)
    con.execute(
        "insert into raw.entities select unnest(?), false, 0, null, null",
        [list(contract().entities)],
    )
    empty_presence(con)


def prepare(con: "DuckDBPyConnection", home: Home) -> None:
    """Fill schema raw in an open build from all deliveries that stand.

    Gives one table per entity, with the contract's columns and the rows that keep it;
    of rows of one key the one of the latest logical date (same date: the source first
    in the alphabet). raw.entities, raw.deliveries and raw.quarantine say what came,
    raw.presence which columns hold a value; a delivered file that a mapping reads is
    there as entity <source>/<table>. raw.later_rows lists the rows dated after the
    month of their delivery, raw.free_cuts and raw.free_cut_members the columns
    x_<name>.

    Raises:
        JikeError: a landed file is missing or damaged.
        WrongInputError: a list put into JIKE_HOME/reference breaks the contract.
    """
    found = standing(home)
    _check_landed(home, found)
    lists = delivered_lists(home)
    judged = judge(con, home, found, open_lists(con, lists))
    empty_raw(con)
    names = free_cuts.named(lists)
    for table in judged.tables:
        _fill(judged, table, names)
        list_later_rows(con, table)
        _describe(judged, home, table)
        describe_presence(con, table)
    _describe_tables(con, home, found)
    for name, last in (
        ("deliveries", "sha256"),
        ("quarantine", "line"),
        ("later_rows", "line"),
    ):
        con.execute(
            f"create or replace table raw.{name} as select * from raw.{name} "
            f"order by delivered_on, source, entity, file, {last}"
        )
    drop_temporaries(con)


def default_as_of(con: "DuckDBPyConnection") -> date:
    """Give the day the figures are as of, when the caller names none.

    The last day of the last month that has bills, so never after the month of the
    newest delivery: later rows are left out. Bills are of whole months; without them it
    is the last day of the month of the newest fact, but not after the newest delivery,
    which tells nothing of the days to come.

    Raises:
        WrongInputError: nothing was delivered, nothing but later rows, or that day is
            more than 45 days after the newest photograph.
    """
    photographed = newest(con, "customers", "snapshot_on")
    billed = newest(con, "bills", "bill_month")
    as_of = _month_end(billed) if billed else _last_day_told(con)
    if photographed and as_of - photographed > timedelta(days=STALE_DAYS):
        raise WrongInputError(
            "the newest photograph of customers ({photographed}) is more than "
            "{days} days before {as_of}; deliver a newer one or give --as-of",
            photographed=photographed,
            days=STALE_DAYS,
            as_of=as_of,
        )
    return as_of


def _last_day_told(con: "DuckDBPyConnection") -> date:
    entities = contract().entities
    facts = [day for name in entities if (day := _newest_fact(con, name))]
    if not facts:
        raise _without_a_fact(con)
    found = con.execute("select max(delivered_on) from raw.deliveries").fetchone()
    delivered = found[0] if found else None
    return min(_month_end(max(facts)), delivered or date.max)


def _newest_fact(con: "DuckDBPyConnection", entity: str) -> date | None:
    columns = [c.name for c in contract().entities[entity].columns if c.happened]
    found = (newest(con, entity, column) for column in columns)
    return max((day for day in found if day), default=None)


def _without_a_fact(con: "DuckDBPyConnection") -> WrongInputError:
    first = con.execute(
        "select file, line, dated_on, delivered_on from raw.later_rows limit 1"
    ).fetchall()
    if not first:
        return WrongInputError("nothing was delivered yet; run load first")
    file, line, dated_on, delivered_on = first[0]
    return WrongInputError(
        "every row is dated after the month of its delivery: {file} line {line} is of "
        "{dated_on}, delivered on {delivered_on}; give --as-of or load it again with "
        "its true --delivered-on",
        file=file,
        line=line,
        dated_on=dated_on,
        delivered_on=delivered_on,
    )


def _month_end(day: date) -> date:
    later = day.replace(day=28) + timedelta(days=4) if day.year < 9999 else day
    return later - timedelta(days=later.day) if later != day else day


def _check_landed(home: Home, found: Standing) -> None:
    """Refuse a landed file that is not what was landed: Parquet has no checksum."""
    for delivery in found:
        for file in delivery.files:
            if not file.is_whole(home):
                raise JikeError(
                    "{path} is missing or damaged; load the delivery of {delivered_on} "
                    "from {source} again",
                    path=home.landing / file.landed,
                    delivered_on=delivery.delivered_on,
                    source=delivery.source,
                )


def _fill(judged: Judged, table: Table, names: free_cuts.Named) -> None:
    delivered = (c.name for c in table.columns if c.name not in table.cuts)
    columns = ", ".join(map(quoted, delivered)) + free_cuts.carried(table, names)
    source = (
        f"{good_rows(judged.con, table)} anti join jike_seconds_{table.name} "
        "using (_file_no, _row)"
    )
    judged.con.execute(
        f"create or replace table raw.{table.name} as select {columns} from {source}"
    )
    free_cuts.describe(judged.con, table, source, names)


def _describe(judged: Judged, home: Home, table: Table) -> None:
    """Say what came: entities, deliveries, quarantine."""
    con = judged.con
    happened = [quoted(c.name) for c in table.columns if c.happened]
    firsts = ", ".join(f"min({column})" for column in happened) or "null"
    lasts = ", ".join(f"max({column})" for column in happened) or "null"
    name = literal(table.name)
    con.execute(
        "update raw.entities set is_delivered = true, rows_accepted = found.n, "
        "first_on = found.first_on, last_on = found.last_on from "
        "(select count(*) as n, "
        f"cast(least({firsts}) as date) as first_on, "
        f"cast(greatest({lasts}) as date) as last_on from raw.{table.name}) as found "
        f"where entity = {name}"
    )
    con.execute(
        "insert into raw.deliveries select source, delivered_on, entity, file, sha256, "
        "rows_read, rows_landed - coalesce(n, 0), "
        "rows_read - rows_landed + coalesce(n, 0), loaded_number from jike_files "
        f"left join (select _file_no, count(*) as n from ({rejected(table)}) "
        f"group by 1) using (_file_no) where entity = {name}"
    )
    con.execute(
        "insert into raw.quarantine select source, delivered_on, entity, _file, "
        f"_line, column_name, rule from ({rejected(table)}) join jike_files "
        "using (_file_no) join (select _file_no, _row, _file, _line "
        f"from jike_rows_{table.name}) using (_file_no, _row)"
    )
    for file in judged.files[table.name]:
        _show_rejects(con, home, file.delivery, file.landed, table.name)


def _show_rejects(
    con: "DuckDBPyConnection",
    home: Home,
    delivery: Delivery,
    file: LandedFile,
    entity: str,
) -> None:
    """Show what load put into quarantine by itself, unless its time was over."""
    rejects = home.quarantine / (file.rejects or "")
    if rejects.is_file():
        con.execute(
            "insert into raw.quarantine select ?, ?, ?, file, line, "
            f"column_name, rule from read_parquet({quoted_path(rejects)})",
            [delivery.source, delivery.delivered_on, entity],
        )


def _describe_tables(con: "DuckDBPyConnection", home: Home, found: Standing) -> None:
    """Say what came of the files that mappings read: as entity <source>/<table>."""
    for delivery in found:
        for file in delivery.tables:
            entity = f"{delivery.source}/{file.name}"
            con.execute(
                "insert into raw.deliveries values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    *(delivery.source, delivery.delivered_on, entity),
                    *(file.file, file.sha256, file.read, file.rows),
                    *(file.read - file.rows, file.number),
                ],
            )
            _show_rejects(con, home, delivery, file, entity)
