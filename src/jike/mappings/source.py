"""A mapping as a source of rows: what load lands when files are not the contract's.

Delivered files become tables, and the rows that the selects over them yield are landed
as files of their own, each under the name of its SQL file.
"""

import hashlib
import logging
from collections.abc import Collection, Sequence
from collections.abc import Mapping as Named
from dataclasses import dataclass
from datetime import date
from functools import partial

from jike.deliveries.contract import contract
from jike.deliveries.files import (
    Landed,
    Terms,
    each,
    land_codes,
    land_rows,
    landed_before,
    landed_file,
)
from jike.deliveries.folders import Delivered
from jike.deliveries.landing import set_aside
from jike.deliveries.lists import list_table
from jike.deliveries.manifests import LandedFile
from jike.deliveries.options import RowSource
from jike.deliveries.reading.cells import Cells, RefusedError, check_header
from jike.deliveries.reading.process import try_out
from jike.deliveries.reading.read import read_as
from jike.deliveries.reading.workbook import is_workbook, look_first
from jike.deliveries.totals import without_totals
from jike.deliveries.workbench import Workbench, settings
from jike.ground.errors import Message, WrongInputError
from jike.ground.home import Home
from jike.ground.quoting import literal
from jike.mappings.declared import Mapping, find_files, find_mapping
from jike.mappings.run import (
    as_list,
    fill_tables,
    locked,
    read_select,
    run_select,
)
from jike.mappings.select import Select

log = logging.getLogger(__name__)


def row_source(home: Home, given: str) -> RowSource:
    """Give a mapping, by its name or the path of its folder, for a load.

    Raises:
        WrongInputError: no such mapping, or its folder holds something wrong.
    """
    mapping = find_mapping(home, given)
    return RowSource(
        name=mapping.name,
        digest=mapping.digest,
        delivered_on=mapping.delivered_on,
        parameters=mapping.parameters,
        find_files=partial(find_files, mapping),
        has=mapping.has,
        land=partial(_land, mapping),
    )


def _land(
    mapping: Mapping,
    bench: Workbench,
    terms: Terms,
    files: Sequence[Delivered],
    refused: Collection[str],
) -> Landed:
    """Read the files as tables, and land what the selects yield.

    Where nothing has changed since they were landed, they are taken as they were.

    Raises:
        WrongInputError: a select is none, or cannot be run on what was delivered.
    """
    selects = _selects(mapping, {d.name for d in files}, terms.delivered_on)
    job = _Job(mapping, selects, bench, terms)
    yields = _yields(job, files)
    before = [landed_before(bench, terms, d) for d in (*files, *yields)]
    if all(before):
        return Landed(yields, {file.file: file for file in before if file})
    sound = [d for d in files if d.file not in refused]
    read, wrong = each(sound, lambda d: _read_table(job, d))
    tables = Landed(yields, {file: one.landed for file, one in read.items()}, wrong)
    if refused or wrong:
        return tables
    rows, wrong = _run(job, read, yields)
    landed, more = each(
        [d for d in yields if d.file in rows],
        lambda d: _land_rows(job, d, rows[d.file]),
    )
    return tables.completed(Landed((), landed, {**wrong, **more}))


@dataclass(frozen=True)
class _Job:
    """A mapping at work on one delivery: the selects that can be run, and where."""

    mapping: Mapping
    selects: Named[str, Select]
    bench: Workbench
    terms: Terms


@dataclass(frozen=True)
class _Read:
    """A delivered file that was read: what is told of it, and its cells."""

    landed: LandedFile
    cells: Cells


def _selects(
    mapping: Mapping, delivered: Collection[str], day: date | None
) -> dict[str, Select]:
    """The selects whose tables are there: a missing file can leave some out."""
    there = {*delivered, *(entry.table for entry in mapping.declared if entry.columns)}
    chosen = {}
    for name in mapping.selects:
        select = read_select(mapping, name)
        lacking = sorted(select.tables - there)
        if lacking:
            log.warning(
                Message(
                    "{select} is left out: no file {pattern} was delivered",
                    select=select.label,
                    pattern=[mapping.tables[table].pattern for table in lacking],
                )
            )
            continue
        if select.takes_date and day is None:
            raise WrongInputError(
                "{select} needs the logical date; name the folder by it "
                "(2025-09-30) or give --delivered-on",
                select=select.label,
            )
        chosen[name] = select
    if not chosen:
        raise WrongInputError(
            "no select of mapping {name} has the files it reads", name=mapping.name
        )
    return chosen


def _yields(job: _Job, files: Sequence[Delivered]) -> tuple[Delivered, ...]:
    """What the selects yield, as files whose hash is that of all they are made of."""
    inputs = " ".join(f"{d.file} {d.sha256}" for d in files)
    digest = hashlib.sha256(inputs.encode()).hexdigest()
    return tuple(
        Delivered(
            file=select.label,
            name=name,
            is_list=name in contract().lists,
            path=job.mapping.selects[name],
            sha256=digest,
        )
        for name, select in job.selects.items()
    )


def _read_table(job: _Job, delivered: Delivered) -> _Read:
    """Read a delivered file as declared; what is no record goes to quarantine."""
    entry = job.mapping.tables[delivered.name]
    staged = job.bench.take(delivered)
    declared = entry.reading(delivered.path)
    if is_workbook(staged):
        required = entry.columns if declared.header else ()
        limits = job.terms.limits
        look_first(staged, limits, required, declared.sheet, declared.header)
    try_out(staged, declared.sheet)
    cells = read_as(job.bench.con, staged, declared)
    missing = [name for name in entry.columns if name not in cells.names]
    if missing:
        raise RefusedError("lacks the required column {missing}", missing=missing)
    cells, doubtful = without_totals(job.bench.con, cells, None)
    rejects = staged.with_name("rejects.parquet")
    by_rule = set_aside(job.bench.con, cells, delivered.file, rejects)
    reading = [s for s in job.selects.values() if entry.table in s.tables]
    unread = [n for n in cells.names if not any(s.reads(n) for s in reading)]
    told = [*doubtful, *_unread_warnings(unread)]
    landed = landed_file(job.terms, delivered, cells, told, by_rule, rejects)
    return _Read(landed, cells)


def _unread_warnings(names: list[str]) -> list[Message]:
    return [Message("no select reads the column {names}", names=names)] if names else []


def _run(
    job: _Job, read: Named[str, _Read], yields: Sequence[Delivered]
) -> tuple[dict[str, Cells], dict[str, Message]]:
    """Run the selects over the tables: the rows of each, or why DuckDB refuses it."""
    folder, con = job.bench.folder, job.bench.con
    tables, into = folder / "delivered.duckdb", folder / "mapped.duckdb"
    found: dict[str, list[tuple[str, Cells]]] = {}
    for file, one in sorted(read.items()):
        found.setdefault(one.landed.name, []).append((file, one.cells))
    fill_tables(con, tables, job.mapping, found, job.terms)
    with locked(tables, into, settings(folder)) as own:
        rows, refused = each(yields, lambda d: run_select(own, job.selects[d.name]))
    con.execute(f"attach {literal(into)} as mapped (read_only)")
    return rows, refused


def _land_rows(job: _Job, delivered: Delivered, cells: Cells) -> LandedFile:
    folder = job.bench.new_folder()
    if delivered.is_list:
        check_header(cells.names, list_table(delivered.name))
        return land_codes(job.bench, job.terms, delivered, as_list(cells), folder)
    check_header(cells.names, contract().entities[delivered.name])
    return land_rows(job.bench, job.terms, delivered, cells, folder)
