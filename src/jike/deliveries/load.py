"""The verb load: check a delivered folder against the raw contract and land its rows.

With a mapping the delivered files become tables first, and the rows that its selects
yield are what is checked and landed.

Whole or not at all: files are written first, the manifest last, and only the manifest
makes them stand. A load that is killed leaves nothing that is read.
"""

import hashlib
import json
import logging
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jike import __version__
from jike.deliveries.contract import RULES, contract
from jike.deliveries.faults import (
    FileReport,
    Plan,
    judged_faults,
    plan_of,
    rejected_faults,
)
from jike.deliveries.folders import Delivered, find_files, find_lists, not_in_contract
from jike.deliveries.landing import land, set_aside
from jike.deliveries.lists import (
    checked_list,
    delivered_lists,
    list_table,
    open_lists,
    settle,
)
from jike.deliveries.manifests import (
    Delivery,
    LandedFile,
    checked_source,
    commit,
    date_in_name,
    standing,
)
from jike.deliveries.raw import Judge, ancestors, is_whole
from jike.deliveries.reading.cells import Cells, RefusedError, check_header
from jike.deliveries.reading.process import try_out
from jike.deliveries.reading.read import read_as, read_cells
from jike.deliveries.reading.taking import fingerprint, take
from jike.ground import durable
from jike.ground.errors import Message, WrongInputError, one_after_another
from jike.ground.failpoints import reach
from jike.ground.home import Home
from jike.ground.quoting import literal
from jike.mappings.declared import Declared, Mapping, find_mapping, match_files
from jike.mappings.run import (
    Select,
    as_list,
    fill_tables,
    locked,
    read_select,
    run_select,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "512MB"
MOST_THREADS = 4
UNDATED = date.min
log = logging.getLogger(__name__)


class RefusedDeliveryError(WrongInputError):
    """A file was refused, and with it the delivery; `reports` has a row per file."""

    def __init__(
        self, text: str, /, reports: list[FileReport], **values: object
    ) -> None:
        """Carry the reports of all files of the delivery."""
        super().__init__(text, **values)
        self.reports = reports


def as_json(reports: list[FileReport]) -> str:
    """Give the reports as the JSON array of `load --json`."""
    return json.dumps([r.as_dict() for r in reports], ensure_ascii=False, indent=1)


def load(
    home: Home,
    folder: Path | str,
    *,
    source: str | None = None,
    delivered_on: date | str | None = None,
    mapping: str | None = None,
) -> list[FileReport]:
    """Load a delivered folder: land sound rows, quarantine the others, refuse the rest.

    Gives one report per file, in the order of their names. The same files again, with
    the same mapping, change nothing. Quarantined rows and warnings are no error.
    `mapping` is the name of a mapping or the path of its folder; the name of the source
    is then that of the mapping unless it is given.

    Raises:
        RefusedDeliveryError: a file was refused; nothing of the delivery is loaded.
        WrongInputError: no such folder, nothing in it, no logical date, a bad source,
            no such mapping or a wrong one.
        BusyError: another load runs.
    """
    asked = _asked(home, folder, source, delivered_on, mapping)
    with (
        durable.only_one(home.state / "load.lock", "load"),
        _workspace(home) as work,
        _connection(work) as con,
    ):
        return _Load(home, con, work, asked).run()


def plan(
    home: Home,
    folder: Path | str,
    *,
    source: str | None = None,
    delivered_on: date | str | None = None,
    mapping: str | None = None,
) -> tuple[list[FileReport], list[Plan]]:
    """Say what `load` with the same arguments would do, and write nothing.

    Gives the reports of the files, and one plan per entity and list.

    Raises:
        RefusedDeliveryError, WrongInputError: as `load`.
    """
    asked = _asked(home, folder, source, delivered_on, mapping)
    with (
        tempfile.TemporaryDirectory(prefix="jike-plan-") as work,
        _connection(Path(work)) as con,
    ):
        return _Load(home, con, Path(work), asked).plan()


@dataclass(frozen=True)
class _Asked:
    """What a load was asked for: files with the name of their source, date, mapping."""

    found: list[Delivered]
    declared: dict[str, Declared]
    source: str
    dated: date | None
    mapping: Mapping | None


def _asked(
    home: Home,
    folder: Path | str,
    source: str | None,
    delivered_on: date | str | None,
    mapping: str | None,
) -> _Asked:
    given = Path(folder)
    dated = _as_date(delivered_on) or date_in_name(given.resolve().name)
    if mapping is None:
        name = checked_source(source)
        found, warnings = find_files(given)
        declared, chosen = {}, None
    else:
        chosen = find_mapping(home, mapping)
        name = checked_source(source or chosen.name)
        matched, others = match_files(given, chosen)
        lists, unknown = find_lists(given)
        found = [delivered for _, delivered in matched] + lists
        declared = {delivered.file: entry for entry, delivered in matched}
        warnings = not_in_contract(unknown) + [
            Message("{name}: no entry of mapping {mapping}, left out", **values)
            for values in ({"name": other, "mapping": chosen.name} for other in others)
        ]
        dated = dated or chosen.delivered_on
    for warning in warnings:
        log.warning(warning)
    return _Asked(found, declared, name, dated, chosen)


def _as_date(given: date | str | None) -> date | None:
    if given is None or isinstance(given, date):
        return given
    for spelling in ("%Y-%m-%d", "%Y%m%d"):
        try:
            return datetime.strptime(given, spelling).date()
        except ValueError:
            continue
    raise WrongInputError(
        "--delivered-on {given!r} is no date; write 2025-09-30", given=given
    )


@contextmanager
def _workspace(home: Home) -> Iterator[Path]:
    """Give a folder for half-made files; what killed loads have left is removed."""
    for left in home.state.glob("load-*"):
        shutil.rmtree(left, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix="load-", dir=home.state))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _settings(work: Path) -> dict[str, Any]:
    """Settings of a database that spills to disk rather than take all memory."""
    import os

    return {
        "memory_limit": MEMORY,
        "threads": min(MOST_THREADS, os.cpu_count() or 1),
        "temp_directory": str(work / "spill"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


@contextmanager
def _connection(work: Path) -> Iterator["DuckDBPyConnection"]:
    """Give the connection that a load works with."""
    import duckdb

    con = duckdb.connect(config=_settings(work))
    try:
        con.execute("set timezone = 'Asia/Shanghai'")
        yield con
    finally:
        con.close()


class _Load:
    """One run of load, in the order of its steps."""

    def __init__(
        self,
        home: Home,
        con: "DuckDBPyConnection",
        work: Path,
        asked: _Asked,
    ) -> None:
        self.home, self.con, self.work = home, con, work
        self.found, self.source = asked.found, asked.source
        self.declared, self.mapping = asked.declared, asked.mapping
        self.before = standing(home)
        self.number = self.before.last_number + 1
        self.refused: dict[str, Message] = {}
        self.cells: dict[str, Cells] = {}
        self.hashes = self._each(asked.found, lambda d: fingerprint(d.path))
        self.dated = asked.dated or self._date_of_the_same_files()
        rules = [__version__, contract().digest]
        if asked.mapping:
            rules.append(asked.mapping.digest)
        self.rules = hashlib.sha256(" ".join(rules).encode()).hexdigest()

    def run(self) -> list[FileReport]:
        """Land what is sound, and make it stand."""
        former, landed, delivery = self._prepare()
        judge = self._judge(delivery, landed)
        reach("load: rows judged")
        self._date(judge, landed)
        has_changed = set(map(_identity, delivery.files)) != set(
            map(_identity, former.files)
        )
        # Told while the files still lie where they were judged.
        reports = [self._report(file, judge, delivery) for file in landed.values()]
        if has_changed or delivery.parameters != former.parameters:
            self._commit(landed)
        settle(self.home)
        reach("load: lists settled")
        return reports

    def plan(self) -> tuple[list[FileReport], list[Plan]]:
        """Judge as `run` does, and leave everything as it is."""
        _, landed, delivery = self._prepare(anew=True)
        judge = self._judge(delivery, landed)
        self._date(judge, landed)
        reports = [self._report(file, judge, delivery) for file in landed.values()]
        return reports, plan_of(judge, delivery, landed.values(), self.home, reports)

    def _prepare(
        self, anew: bool = False
    ) -> tuple[Delivery, dict[str, LandedFile], Delivery]:
        """Land every file in the workspace: gives what stood, the files, what will."""
        if not self.dated and not self.refused and self.before.deliveries:
            raise WrongInputError(
                "this delivery has no logical date; name its folder by it "
                "(2025-09-30) or give --delivered-on"
            )
        former = self.before.find(self.source, self.dated or UNDATED)
        known = Delivery(former.source, former.delivered_on) if anew else former
        files = [d for d in self.found if d.file not in self.declared]
        landed = self._each(files, lambda d: self._landed(d, known))
        if self.mapping:
            landed |= self._mapped(self.mapping, known)
        if self.refused:
            raise self._refusal()
        reach("load: files read")
        landed = dict(sorted(landed.items()))
        return former, landed, self._delivery(former, landed)

    def _delivery(self, former: Delivery, landed: dict[str, LandedFile]) -> Delivery:
        """What will stand for this source and date.

        What the mapping yielded before and has no select for any more goes.
        """
        asked = former.parameters
        if self.mapping:
            asked, is_of = self.mapping.parameters, self.mapping.has
            former = replace(former, files=tuple(filter(is_of, former.files)))
        delivery = former.completed(landed.values(), self.number)
        return replace(delivery, parameters=dict(asked))

    def _date(self, judge: Judge, landed: dict[str, LandedFile]) -> None:
        """A first load without a date takes the newest fact."""
        if self.dated is not None:
            return
        self.dated = self._newest(judge, _entities(landed.values()))
        log.warning(
            Message(
                "no logical date given: this first load takes the newest {day}",
                day=self.dated,
            )
        )

    def _each(
        self, files: list[Delivered], step: Callable[[Delivered], Any]
    ) -> dict[str, Any]:
        """Do a step with every file, by name; refused files are noted and left out."""
        done = {}
        for delivered in files:
            if delivered.file in self.refused:
                continue
            try:
                done[delivered.file] = step(delivered)
            except RefusedError as reason:
                self.refused[delivered.file] = reason.message
        return done

    def _date_of_the_same_files(self) -> date | None:
        """Running the same load again needs no date: it is the one it had."""
        files = {(d.name, d.file, self.hashes.get(d.file)) for d in self.found}
        for delivery in self.before:
            stood = {(f.name, f.file, f.sha256) for f in delivery.files}
            if delivery.source == self.source and files <= stood:
                return delivery.delivered_on
        return None

    # --- one file

    def _landed(self, delivered: Delivered, former: Delivery) -> LandedFile:
        """Land one file in the workspace, or take it as it was landed before."""
        sha256 = self.hashes[delivered.file]
        for file in former.of(delivered.name):
            same = (delivered.is_list, delivered.file, sha256, self.rules)
            if same == (file.is_list, file.file, file.sha256, file.rules) and is_whole(
                self.home.landing / file.landed, file.landed_sha256
            ):
                return file
        folder = Path(tempfile.mkdtemp(dir=self.work))
        staged = take(delivered.path, folder / delivered.path.name, sha256)
        landed = self._landed_list if delivered.is_list else self._landed_entity
        file = landed(delivered, staged)
        for warning in file.warnings:
            log.warning(Message("{file}: {why}", file=file.file, why=warning))
        return file

    def _landed_entity(self, delivered: Delivered, staged: Path) -> LandedFile:
        try_out(staged)
        cells = read_cells(self.con, staged, contract().entities[delivered.name])
        file = self._landed_rows(delivered, cells, staged)
        staged.unlink()
        return file

    def _landed_rows(
        self, delivered: Delivered, cells: Cells, staged: Path
    ) -> LandedFile:
        table = contract().entities[delivered.name]
        into = staged.with_name("landed.parquet")
        rejects = staged.with_name("rejects.parquet")
        done = land(self.con, cells, table, delivered.file, into, rejects)
        known = {column.name for column in table.columns}
        names = [name for name, *_ in cells.columns]
        warnings = _column_warnings(names, known)
        if cells.rows == 0:
            warnings.append(
                Message("a header without rows: the entity is delivered empty")
            )
        return LandedFile(
            name=delivered.name,
            is_list=False,
            file=delivered.file,
            sha256=self.hashes[delivered.file],
            read=cells.rows,
            rows=done.rows,
            by_rule=done.by_rule,
            landed=str(into),
            landed_sha256=durable.sha256_of(into),
            rejects=str(rejects) if done.by_rule else None,
            rules=self.rules,
            warnings=tuple(warnings),
        )

    def _landed_list(self, delivered: Delivered, staged: Path) -> LandedFile:
        cells = read_cells(self.con, staged, list_table(delivered.name))
        return self._landed_codes(delivered, cells, staged)

    def _landed_codes(
        self, delivered: Delivered, cells: Cells, staged: Path
    ) -> LandedFile:
        text = checked_list(self.con, cells, delivered.name, staged)
        into = staged.with_name("landed.csv")
        into.write_text(text, encoding="utf-8", newline="")
        known = {column.name for column in contract().lists[delivered.name].columns}
        names = [name for name, *_ in cells.columns]
        return LandedFile(
            name=delivered.name,
            is_list=True,
            file=delivered.file,
            sha256=self.hashes[delivered.file],
            read=cells.rows,
            rows=cells.rows,
            by_rule={},
            landed=str(into),
            landed_sha256=durable.sha256_of(into),
            rejects=None,
            rules=self.rules,
            warnings=tuple(_column_warnings(names, known)),
        )

    # --- a mapping

    def _mapped(self, mapping: Mapping, former: Delivery) -> dict[str, LandedFile]:
        """Read the declared files as tables, and land what the selects yield."""
        sources = [d for d in self.found if d.file in self.declared]
        selects = self._selects(mapping)
        yielding = [
            Delivered(
                s.label, s.name, s.name in contract().lists, mapping.selects[name]
            )
            for name, s in selects.items()
        ]
        self.found = [*self.found, *yielding]
        inputs = " ".join(f"{d.file} {self.hashes.get(d.file)}" for d in sources)
        digest = hashlib.sha256(inputs.encode()).hexdigest()
        self.hashes |= {d.file: digest for d in yielding}
        stood = [self._stood(d, former) for d in (*sources, *yielding)]
        if all(stood):
            return {file.file: file for file in stood if file}
        landed = self._each(sources, lambda d: self._landed_table(d, selects))
        if self.refused:
            return landed
        rows = self._yielded(mapping, selects, yielding)
        return landed | self._each(
            [d for d in yielding if d.file in rows],
            lambda d: self._landed_select(d, rows[d.file]),
        )

    def _selects(self, mapping: Mapping) -> dict[str, Select]:
        """The selects whose tables are there: a missing file can leave some out."""
        there = {entry.table for entry in self.declared.values()}
        there |= {entry.table for entry in mapping.declared if entry.columns}
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
            if select.takes_date and self.dated is None:
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

    def _stood(self, delivered: Delivered, former: Delivery) -> LandedFile | None:
        """The file as it was landed before, if nothing about it has changed."""
        is_table = delivered.file in self.declared
        wanted = (delivered.name, delivered.file, is_table, self.rules)
        for file in former.files:
            same = (file.name, file.file, file.is_table, file.rules)
            if (*wanted, self.hashes.get(delivered.file)) == (*same, file.sha256) and (
                is_table
                or is_whole(self.home.landing / file.landed, file.landed_sha256)
            ):
                return file
        return None

    def _landed_table(
        self, delivered: Delivered, selects: dict[str, Select]
    ) -> LandedFile:
        """Read a delivered file as declared; what is no record goes to quarantine."""
        entry = self.declared[delivered.file]
        sha256 = self.hashes[delivered.file]
        folder = Path(tempfile.mkdtemp(dir=self.work))
        staged = take(delivered.path, folder / delivered.path.name, sha256)
        declared = entry.reading(delivered.path)
        try_out(staged, declared.sheet)
        cells = read_as(self.con, staged, declared)
        names = [name for name, *_ in cells.columns]
        missing = [name for name in entry.columns if name not in names]
        if missing:
            raise RefusedError("lacks the required column {missing}", missing=missing)
        rejects = staged.with_name("rejects.parquet")
        by_rule = set_aside(self.con, cells, delivered.file, rejects)
        self.cells[delivered.file] = cells
        reading = [s for s in selects.values() if entry.table in s.tables]
        unread = [n for n in names if not any(s.reads(n) for s in reading)]
        return LandedFile(
            name=delivered.name,
            is_list=False,
            file=delivered.file,
            sha256=sha256,
            read=cells.rows,
            rows=cells.rows - sum(by_rule.values()),
            by_rule=by_rule,
            landed="",
            landed_sha256="",
            rejects=str(rejects) if by_rule else None,
            rules=self.rules,
            warnings=tuple(_unread_warnings(unread)),
            is_table=True,
        )

    def _yielded(
        self, mapping: Mapping, selects: dict[str, Select], yielding: list[Delivered]
    ) -> dict[str, Cells]:
        """Run the selects over the tables; gives the rows of each by its file."""
        tables, into = self.work / "delivered.duckdb", self.work / "mapped.duckdb"
        found: dict[str, list[tuple[str, Cells]]] = {}
        for label, cells in sorted(self.cells.items()):
            found.setdefault(self.declared[label].table, []).append((label, cells))
        fill_tables(self.con, tables, mapping, found, self.dated)
        with locked(tables, into, _settings(self.work)) as con:
            rows = self._each(yielding, lambda d: run_select(con, selects[d.name]))
        self.con.execute(f"attach {literal(into)} as mapped (read_only)")
        return rows

    def _landed_select(self, delivered: Delivered, cells: Cells) -> LandedFile:
        staged = Path(tempfile.mkdtemp(dir=self.work)) / "mapped"
        names = [name for name, *_ in cells.columns]
        if delivered.is_list:
            check_header(names, list_table(delivered.name))
            return self._landed_codes(delivered, as_list(cells), staged)
        check_header(names, contract().entities[delivered.name])
        return self._landed_rows(delivered, cells, staged)

    # --- all files

    def _judge(self, delivery: Delivery, landed: dict[str, LandedFile]) -> Judge:
        """Mark the rows of this delivery that other rows reject."""
        found = self.before.with_delivery(delivery)
        loaded = _entities(landed.values())
        limits = {name: delivery for name in loaded - ancestors(loaded)}
        given = delivered_lists(self.home, found, self.work / "lists")
        judge = Judge(self.con, self.home, found, open_lists(self.con, given), limits)
        for table in contract().parents_first():
            if table.name not in (loaded | ancestors(loaded)) & found.entities:
                continue
            judge.mark_faults(table)
            if table.name in loaded:
                judge.mark_seconds(table, delivery)
        return judge

    def _newest(self, judge: Judge, loaded: set[str]) -> date:
        """The newest photograph, without one the newest fact that has happened."""
        known = (
            [judge.newest("customers", "snapshot_on")] if "customers" in loaded else []
        )
        if not any(known):
            known = [
                judge.newest(name, column.name)
                for name in sorted(loaded)
                for column in contract().entities[name].columns
                if column.happened
            ]
        newest = max((day for day in known if day), default=None)
        if newest is None:
            raise WrongInputError(
                "no row of this delivery has a date; give its logical date with "
                "--delivered-on"
            )
        return newest

    def _commit(self, landed: dict[str, LandedFile]) -> None:
        """Move the new files to their places, then let the manifest name them."""
        former = self.before.find(self.source, self.dated or UNDATED)
        placed = {
            name: self._settled(file, former.folder) if file.number == 0 else file
            for name, file in landed.items()
        }
        reach("load: files landed")
        commit(self.home, self._delivery(former, placed))
        reach("load: delivery stands")

    def _settled(self, file: LandedFile, folder: str) -> LandedFile:
        named = f"{file.sha256} {file.file} {self.number}".encode()
        stem = hashlib.sha256(named).hexdigest()[:12]
        kind = "reference" if file.is_list else file.name
        if file.is_list:
            stem = f"{file.name}-{stem}"
        if file.is_table:
            kind = f"files/{file.name}"
        landed = f"{folder}/{kind}/{stem}{Path(file.landed).suffix}"
        rejects = f"{folder}/{kind}/{stem}.parquet" if file.rejects else None
        if file.is_table:
            landed = ""
        else:
            _move(Path(file.landed), self.home.landing, landed)
        if file.rejects and rejects:
            self.home.quarantine.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.home.quarantine.chmod(0o700)
            _move(Path(file.rejects), self.home.quarantine, rejects)
        return replace(file, landed=landed, rejects=rejects)

    # --- what is told

    def _report(self, file: LandedFile, judge: Judge, delivery: Delivery) -> FileReport:
        rules = Counter(file.by_rule)
        faults = rejected_faults(self.con, self.home, file)
        if not file.is_list and not file.is_table:
            table = contract().entities[file.name]
            rules.update(judge.counts(table, delivery)[file.file])
            faults += judged_faults(judge, delivery, file)
        quarantined = sum(rules.values())
        return FileReport(
            file=file.file,
            entity=None if file.is_table else file.name,
            source=self.source,
            delivered_on=self.dated,
            read=file.read,
            accepted=file.read - quarantined,
            quarantined=quarantined,
            by_rule={rule: rules[rule] for rule in RULES if rules[rule]},
            warnings=file.warnings,
            faults=faults,
        )

    def _refusal(self) -> RefusedDeliveryError:
        reports = [
            FileReport(
                file=delivered.file,
                entity=None if delivered.file in self.declared else delivered.name,
                source=self.source,
                delivered_on=self.dated,
                refused=self.refused.get(delivered.file),
            )
            for delivered in self.found
        ]
        reasons = one_after_another(
            [
                Message("{file} {why}", file=file, why=why)
                for file, why in self.refused.items()
            ]
        )
        return RefusedDeliveryError(
            "{reasons}; nothing of this delivery was loaded, mend it and load again",
            reports=reports,
            reasons=reasons,
        )


def _identity(file: LandedFile) -> tuple[object, ...]:
    return *file.place, file.file, file.landed, file.sha256


def _entities(files: Iterable[LandedFile]) -> set[str]:
    return {f.name for f in files if not f.is_list and not f.is_table}


def _unread_warnings(names: list[str]) -> list[Message]:
    return [Message("no select reads the column {names}", names=names)] if names else []


def _column_warnings(names: list[str], known: set[str]) -> list[Message]:
    unknown = [name for name in names if name not in known]
    if not unknown:
        return []
    return [
        Message("column {names} is not in the contract, left out", names=unknown),
    ]


def _move(path: Path, root: Path, place: str) -> None:
    """Give a file its place below a root, on disk with its content and its name."""
    into = root / place
    into.parent.mkdir(parents=True, exist_ok=True)
    durable.sync_file(path)
    path.replace(into)
    folder = into.parent
    while folder != root.parent:
        durable.sync_folder(folder)
        folder = folder.parent
