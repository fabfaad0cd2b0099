"""The verb load: check a delivered folder against the raw contract and land its rows.

Whole or not at all: files are written first, the manifest last, and only the manifest
makes them stand. A load that is killed leaves nothing that is read.
"""

import hashlib
import json
import logging
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jike import __version__, durable
from jike.contract import RULES, contract
from jike.deliveries import (
    Delivery,
    LandedFile,
    checked_source,
    commit,
    date_in_name,
    standing,
)
from jike.errors import Message, WrongInputError, one_after_another
from jike.failpoints import reach
from jike.folders import Delivered, find_files
from jike.home import Home
from jike.landing import land
from jike.lists import checked_list, delivered_lists, open_lists, settle
from jike.raw import Judge, ancestors, is_whole
from jike.reading import RefusedError, fingerprint, read_cells, take
from jike.reading_process import try_out

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "512MB"
MOST_THREADS = 4
UNDATED = date.min
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FileReport:
    """What became of one delivered file; read = accepted + quarantined.

    `entity` is the name of the list for a file of reference/. A refused file, and the
    others of its delivery, count no rows: nothing was loaded. `warnings` are sentences
    on what was left out; they are not part of the JSON. Both say themselves in Chinese
    too: see jike.language.
    """

    file: str
    entity: str
    source: str
    delivered_on: date | None
    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    by_rule: dict[str, int] | None = None
    refused: Message | None = None
    warnings: tuple[Message, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The object of `load --json`: fixed names, dates as ISO text."""
        found = asdict(self)
        del found["warnings"]
        found["delivered_on"] = self.delivered_on and self.delivered_on.isoformat()
        found["by_rule"] = self.by_rule or {}
        return found


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
) -> list[FileReport]:
    """Load a delivered folder: land sound rows, quarantine the others, refuse the rest.

    Gives one report per file, in the order of their names. The same files again change
    nothing. Quarantined rows and warnings are no error.

    Raises:
        RefusedDeliveryError: a file was refused; nothing of the delivery is loaded.
        WrongInputError: no such folder, nothing in it, no logical date, a bad source.
        BusyError: another load runs.
    """
    given = Path(folder)
    name = checked_source(source)
    found, warnings = find_files(given)
    dated = _as_date(delivered_on) or date_in_name(given.resolve().name)
    for warning in warnings:
        log.warning(warning)
    with (
        durable.only_one(home.state / "load.lock", "load"),
        _workspace(home) as work,
        _connection(work) as con,
    ):
        return _Load(home, con, work, found, name, dated).run()


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


@contextmanager
def _connection(work: Path) -> Iterator["DuckDBPyConnection"]:
    """Give a connection that spills to disk rather than take the machine's memory."""
    import os

    import duckdb

    threads = min(MOST_THREADS, os.cpu_count() or 1)
    con = duckdb.connect(
        config={
            "memory_limit": MEMORY,
            "threads": threads,
            "temp_directory": str(work / "spill"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
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
        found: list[Delivered],
        source: str,
        dated: date | None,
    ) -> None:
        self.home, self.con, self.work = home, con, work
        self.found, self.source = found, source
        self.before = standing(home)
        self.number = self.before.last_number + 1
        self.refused: dict[str, Message] = {}
        self.hashes = self._each(found, lambda d: fingerprint(d.path))
        self.dated = dated or self._date_of_the_same_files()
        self.rules = hashlib.sha256(
            f"{__version__} {contract().digest}".encode()
        ).hexdigest()

    def run(self) -> list[FileReport]:
        if not self.dated and not self.refused and self.before.deliveries:
            raise WrongInputError(
                "this delivery has no logical date; name its folder by it "
                "(2025-09-30) or give --delivered-on"
            )
        former = self.before.find(self.source, self.dated or UNDATED)
        landed = self._each(self.found, lambda d: self._landed(d, former))
        if self.refused:
            raise self._refusal()
        reach("load: files read")
        landed = dict(sorted(landed.items()))
        delivery = former.completed(landed.values(), self.number)
        counts, newest = self._judge(delivery)
        reach("load: rows judged")
        if self.dated is None:
            self.dated = newest
            log.warning(
                Message(
                    "no logical date given: this first load takes the newest {day}",
                    day=newest,
                )
            )
        if set(map(_identity, delivery.files)) != set(map(_identity, former.files)):
            self._commit(landed)
        settle(self.home)
        reach("load: lists settled")
        return [self._report(file, counts) for file in landed.values()]

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
        table = contract().entities[delivered.name]
        into = staged.with_name("landed.parquet")
        rejects = staged.with_name("rejects.parquet")
        try_out(staged)
        cells = read_cells(self.con, staged, table)
        done = land(self.con, cells, table, delivered.file, into, rejects)
        known = {column.name for column in table.columns}
        names = [name for name, *_ in cells.columns]
        warnings = _column_warnings(names, known)
        if cells.rows == 0:
            warnings.append(
                Message("a header without rows: the entity is delivered empty")
            )
        staged.unlink()
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
        text, rows, names = checked_list(self.con, staged, delivered.name)
        into = staged.with_name("landed.csv")
        into.write_text(text, encoding="utf-8", newline="")
        known = {column.name for column in contract().lists[delivered.name].columns}
        return LandedFile(
            name=delivered.name,
            is_list=True,
            file=delivered.file,
            sha256=self.hashes[delivered.file],
            read=rows,
            rows=rows,
            by_rule={},
            landed=str(into),
            landed_sha256=durable.sha256_of(into),
            rejects=None,
            rules=self.rules,
            warnings=tuple(_column_warnings(list(names), known)),
        )

    # --- all files

    def _judge(self, delivery: Delivery) -> tuple[dict[tuple[str, str], Any], date]:
        """Count by (entity, file) the rows of this delivery that other rows reject.

        Also gives the newest date of a fact, which dates a first load.
        """
        found = self.before.with_delivery(delivery)
        loaded = {d.name for d in self.found if not d.is_list}
        limits = {name: delivery for name in loaded - ancestors(loaded)}
        lists = open_lists(self.con, delivered_lists(self.home, found))
        judge = Judge(self.con, self.home, found, lists, limits)
        counts: dict[tuple[str, str], Any] = {}
        for table in contract().parents_first():
            if table.name not in (loaded | ancestors(loaded)) & found.entities:
                continue
            judge.mark_faults(table)
            if table.name in loaded:
                judge.mark_seconds(table, delivery)
                for file, rules in judge.counts(table, delivery).items():
                    counts[table.name, file] = rules
        return counts, self._newest(judge, loaded) if not self.dated else self.dated

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
        delivery = self.before.find(self.source, self.dated or UNDATED)
        for name, file in landed.items():
            if file.number == 0:
                landed[name] = self._settled(file, delivery.folder)
        reach("load: files landed")
        commit(self.home, delivery.completed(landed.values(), self.number))
        reach("load: delivery stands")

    def _settled(self, file: LandedFile, folder: str) -> LandedFile:
        named = f"{file.sha256} {file.file} {self.number}".encode()
        stem = hashlib.sha256(named).hexdigest()[:12]
        kind = "reference" if file.is_list else file.name
        if file.is_list:
            stem = f"{file.name}-{stem}"
        landed = f"{folder}/{kind}/{stem}{Path(file.landed).suffix}"
        rejects = f"{folder}/{kind}/{stem}.parquet" if file.rejects else None
        _move(Path(file.landed), self.home.landing, landed)
        if file.rejects and rejects:
            self.home.quarantine.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.home.quarantine.chmod(0o700)
            _move(Path(file.rejects), self.home.quarantine, rejects)
        return replace(file, landed=landed, rejects=rejects)

    # --- what is told

    def _report(
        self, file: LandedFile, counts: dict[tuple[str, str], Any]
    ) -> FileReport:
        rules = Counter(file.by_rule)
        if not file.is_list:
            rules.update(counts.get((file.name, file.file), {}))
        quarantined = sum(rules.values())
        return FileReport(
            file=file.file,
            entity=file.name,
            source=self.source,
            delivered_on=self.dated,
            read=file.read,
            accepted=file.read - quarantined,
            quarantined=quarantined,
            by_rule={rule: rules[rule] for rule in RULES if rules[rule]},
            warnings=file.warnings,
        )

    def _refusal(self) -> RefusedDeliveryError:
        reports = [
            FileReport(
                file=delivered.file,
                entity=delivered.name,
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


def _identity(file: LandedFile) -> tuple[bool, str, str, str]:
    return file.is_list, file.name, file.file, file.landed


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
