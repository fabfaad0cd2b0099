"""One delivered file: taken, read, checked by itself, and landed on the workbench."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from jike.deliveries.contract import (
    FREE_CUT,
    MOST_FREE_CUTS,
    Table,
    contract,
)
from jike.deliveries.folders import Delivered
from jike.deliveries.landing import land
from jike.deliveries.lists import checked_list, list_table
from jike.deliveries.manifests import Delivery, LandedFile
from jike.deliveries.reading.cells import Cells, RefusedError
from jike.deliveries.reading.process import try_out
from jike.deliveries.reading.read import read_cells
from jike.deliveries.reading.workbook import Limits, is_workbook, look_first
from jike.deliveries.totals import without_totals
from jike.deliveries.workbench import Workbench
from jike.ground import durable
from jike.ground.errors import Message
from jike.ground.parameters import Years
from jike.ground.quoting import one_path, quoted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Done = TypeVar("Done")
ROUND_ZEROS = 4
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Terms:
    """What files are landed under.

    `rules` stands for contract and mapping; a file of `former` that was landed under
    the same rules is not read again. `delivered_on` is null until it is known. `years`
    are those that dates may lie in, `limits` what a workbook may come to.
    """

    rules: str
    former: Delivery
    delivered_on: date | None
    years: Years
    limits: Limits


@dataclass(frozen=True)
class Landed:
    """What became of the files of a delivery: landed, or refused and why, by file.

    `found` are all of them, in the order in which they are told; the rows that a
    mapping yields count as files of their own.
    """

    found: tuple[Delivered, ...]
    files: Mapping[str, LandedFile] = field(default_factory=dict)
    refused: Mapping[str, Message] = field(default_factory=dict)

    def completed(self, more: "Landed") -> "Landed":
        """Put two parts of a delivery together."""
        return Landed(
            (*self.found, *more.found),
            {**self.files, **more.files},
            {**self.refused, **more.refused},
        )

    @property
    def entities(self) -> set[str]:
        """The entities of which a file was landed."""
        files = self.files.values()
        return {f.name for f in files if not f.is_list and not f.is_table}


def each(
    files: Iterable[Delivered], step: Callable[[Delivered], Done]
) -> tuple[dict[str, Done], dict[str, Message]]:
    """Do a step with every file: what it gave, and why files were refused, by file."""
    done, refused = {}, {}
    for delivered in files:
        try:
            done[delivered.file] = step(delivered)
        except RefusedError as reason:
            refused[delivered.file] = reason.message
    return done, refused


def landed_before(
    bench: Workbench, terms: Terms, delivered: Delivered
) -> LandedFile | None:
    """Give the file as it was landed before, if nothing about it has changed."""
    wanted = (*delivered.place, delivered.file, delivered.sha256, terms.rules)
    for file in terms.former.files:
        same = (*file.place, file.file, file.sha256, file.rules)
        if same == wanted and file.is_whole(bench.home):
            return file
    return None


def land_file(bench: Workbench, terms: Terms, delivered: Delivered) -> LandedFile:
    """Land one file of the contract, or take it as it was landed before.

    Raises:
        RefusedError: it cannot be read as a whole, or a list breaks the contract.
    """
    if before := landed_before(bench, terms, delivered):
        return before
    staged = bench.take(delivered)
    if delivered.is_list:
        table = list_table(delivered.name)
        cells = read_cells(bench.con, staged, table)
        cells, told = without_totals(bench.con, cells, table)
        if not {"int", "decimal", "money"} & {c.type for c in table.columns}:
            told = []  # a branch may well be called TOTAL
        file = land_codes(bench, terms, delivered, cells, staged.parent)
    else:
        table = contract().entities[delivered.name]
        if is_workbook(staged):
            look_first(staged, terms.limits, table.required)
        try_out(staged)
        cells = read_cells(bench.con, staged, table)
        cells, told = without_totals(bench.con, cells, table)
        file = land_rows(bench, terms, delivered, cells, staged.parent)
        staged.unlink()
    file = replace(file, warnings=(*file.warnings, *told))
    for warning in file.warnings:
        log.warning(Message("{file}: {why}", file=file.file, why=warning))
    return file


def land_rows(
    bench: Workbench, terms: Terms, delivered: Delivered, cells: Cells, folder: Path
) -> LandedFile:
    """Land the rows of an entity in a folder: sound ones, and those to quarantine.

    Raises:
        RefusedError: the Parquet content turns out to be damaged.
    """
    table = contract().entities[delivered.name].with_free_cuts(cells.names)
    into, rejects = folder / "landed.parquet", folder / "rejects.parquet"
    by_rule = land(bench.con, cells, table, delivered.file, into, rejects, terms.years)
    warnings = _left_out(cells, table)
    if cells.rows == 0:
        warnings.append(Message("a header without rows: the entity is delivered empty"))
    warnings += _rounded_columns(bench.con, table, into)
    found = landed_file(terms, delivered, cells, warnings, by_rule, rejects)
    return replace(found, landed=str(into), landed_sha256=durable.sha256_of(into))


def land_codes(
    bench: Workbench, terms: Terms, delivered: Delivered, cells: Cells, folder: Path
) -> LandedFile:
    """Land a list in a folder, as normalised CSV; it has no row in quarantine.

    Raises:
        RefusedError: a row breaks the contract.
    """
    text = checked_list(bench.con, cells, delivered.name, folder, terms.years)
    into = folder / "landed.csv"
    into.write_text(text, encoding="utf-8", newline="")
    warnings = _left_out(cells, contract().lists[delivered.name])
    found = landed_file(terms, delivered, cells, warnings)
    return replace(found, landed=str(into), landed_sha256=durable.sha256_of(into))


def landed_file(
    terms: Terms,
    delivered: Delivered,
    cells: Cells,
    warnings: Iterable[Message],
    by_rule: Mapping[str, int] | None = None,
    rejects: Path | None = None,
) -> LandedFile:
    """Write down what came of a file; by rule, what of it went to `rejects`."""
    rejected = dict(by_rule or {})
    return LandedFile(
        name=delivered.name,
        is_list=delivered.is_list,
        is_table=delivered.is_table,
        file=delivered.file,
        sha256=delivered.sha256,
        read=cells.rows,
        rows=cells.rows - sum(rejected.values()),
        by_rule=rejected,
        rejects=str(rejects) if rejected else None,
        rules=terms.rules,
        warnings=(*warnings, *_cut(cells)),
        may_be_cut=cells.is_open,
    )


def _rounded_columns(
    con: "DuckDBPyConnection", table: Table, landed: Path
) -> list[Message]:
    """Tell of ids of which a spreadsheet kept 15 digits and wrote zeros for the rest.

    One such id can be true. That all long ones of a column end so by chance is less
    likely than one in ten thousand (ROUND_ZEROS zeros).
    """
    told = []
    for name in (column.name for column in table.columns if column.is_id):
        long = f"regexp_full_match({quoted(name)}, '[1-9][0-9]{{15,}}')"
        found = con.execute(
            f"select count(*), coalesce(sum(length(id) - 15), 0), bool_and(id[16:] = "
            f"repeat('0', length(id) - 15)) from (select distinct {quoted(name)} as id "
            f"from read_parquet(?) where length({quoted(name)}) > 15 and {long})",
            [one_path(landed)],
        ).fetchall()
        ids, zeros, is_round = found[0]
        if is_round and zeros >= ROUND_ZEROS:
            told.append(
                Message(
                    "column {column}: all ids of more than 15 digits ({ids:,}) are "
                    "zeros from the sixteenth digit on, as spreadsheets round them: "
                    "deliver them as text",
                    column=name,
                    ids=ids,
                )
            )
    return told


def _cut(cells: Cells) -> list[Message]:
    if not cells.is_open:
        return []
    return [
        Message(
            "the last record has no line end, the others have one: the file may be "
            "cut, look whether it is whole"
        )
    ]


def _left_out(cells: Cells, table: Table) -> list[Message]:
    known = {column.name for column in table.columns}
    unknown = [name for name in cells.names if name not in known]
    cuts = [name for name in unknown if table.free_cuts and FREE_CUT.fullmatch(name)]
    others = [name for name in unknown if name not in cuts]
    told = []
    if others:
        told.append(
            Message("column {names} is not in the contract, left out", names=others)
        )
    if cuts:
        told.append(
            Message(
                "{entity} takes {most} columns x_<name>; {names} is left out, deliver "
                "fewer",
                entity=table.name,
                most=MOST_FREE_CUTS,
                names=cuts,
            )
        )
    return told
