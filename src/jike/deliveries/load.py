"""The verb load: check a delivered folder against the raw contract and land its rows.

With a mapping the delivered files become tables first, and the rows that its selects
yield are what is checked and landed.

Whole or not at all: files are written first, the manifest last, and only the manifest
makes them stand. A load that is killed leaves nothing that is read.
"""

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from jike import __version__
from jike.deliveries.contract import contract
from jike.deliveries.cut import short_files
from jike.deliveries.faults import FileReport, Plan, plan_of, refused_report, report_of
from jike.deliveries.files import Landed, Terms, each, land_file
from jike.deliveries.folders import Delivered
from jike.deliveries.judge import Judged, judge, newest_row
from jike.deliveries.lists import delivered_lists, open_lists, settle
from jike.deliveries.manifests import Delivery, LandedFile, Standing, commit, standing
from jike.deliveries.options import DeliveryOptions, Request, requested
from jike.deliveries.reading.taking import fingerprint
from jike.deliveries.workbench import Workbench, opened_to_land, opened_to_plan
from jike.ground import durable
from jike.ground.errors import Message, WrongInputError, one_after_another
from jike.ground.failpoints import reach
from jike.ground.home import Home
from jike.ground.private import private

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


@private()
def load(home: Home, options: DeliveryOptions) -> list[FileReport]:
    """Load a delivered folder: land sound rows, quarantine the others, refuse the rest.

    Gives one report per file, in the order of their names. The same files again, with
    the same mapping, change nothing. Quarantined rows and warnings are no error.

    Raises:
        RefusedDeliveryError: a file was refused; nothing of the delivery is loaded.
        WrongInputError: no such folder, nothing in it, no logical date, a bad source,
            or a mapping that does not fit.
        BusyError: another load runs.
    """
    request = requested(options)
    with opened_to_land(home) as bench:
        opened = _opened(home, request)
        landed = _landed(bench, opened, opened.former)
        delivery = _completed(opened, opened.former, landed.files.values())
        judged = _judged(bench, opened, landed, delivery)
        reach("load: rows judged")
        _refuse_short(bench, opened, landed, delivery)
        day = opened.delivered_on or _newest(judged)
        # Told while the files still lie where they were judged.
        reports = _reports(bench, landed, delivery, judged, day)
        if _changes(opened.former, delivery):
            _commit(home, opened, landed, day)
        settle(home)
        reach("load: lists settled")
        return reports


def plan(home: Home, options: DeliveryOptions) -> tuple[list[FileReport], list[Plan]]:
    """Say what `load` of the same delivery would do, and write nothing.

    Gives the reports of the files, and one plan per entity and list.

    Raises:
        RefusedDeliveryError, WrongInputError: as `load`.
    """
    request = requested(options)
    with opened_to_plan(home) as bench:
        opened = _opened(home, request)
        former = opened.former
        anew = Delivery(former.source, former.delivered_on)
        landed = _landed(bench, opened, anew)
        delivery = _completed(opened, former, landed.files.values())
        judged = _judged(bench, opened, landed, delivery)
        _refuse_short(bench, opened, landed, delivery)
        day = opened.delivered_on or _newest(judged)
        reports = _reports(bench, landed, delivery, judged, day)
        files = landed.files.values()
        return reports, plan_of(judged, delivery, files, home, reports)


# --- what is there before -------------------------------------------------------------


@dataclass(frozen=True)
class _Opened:
    """What a load starts from: what stands, and the files with their hashes.

    `number` is that of this load, `rules` stands for contract and mapping; files that
    cannot be opened are `refused`; `delivered_on` is null where it follows from rows.
    """

    request: Request
    before: Standing
    number: int
    found: tuple[Delivered, ...]
    refused: dict[str, Message]
    rules: str
    delivered_on: date | None

    @property
    def former(self) -> Delivery:
        """What stands for the same source and date."""
        return self.before.find(self.request.source, self.delivered_on or UNDATED)


def _opened(home: Home, request: Request) -> _Opened:
    """Hash the files, and find the date of the delivery.

    Raises:
        WrongInputError: it has no logical date, and is not the first.
    """
    before = standing(home)
    hashes, refused = each(request.found, lambda d: fingerprint(d.path))
    found = tuple(replace(d, sha256=hashes.get(d.file, "")) for d in request.found)
    day = request.delivered_on
    if day is None and not refused:
        day = _date_of_the_same_files(before, request.source, found)
        if day is None and before.deliveries:
            raise WrongInputError(
                "this delivery has no logical date; name its folder by it "
                "(2025-09-30) or give --delivered-on"
            )
    rules = [__version__, contract().digest, str(request.years)]
    if request.mapping:
        rules.append(request.mapping.digest)
    digest = hashlib.sha256(" ".join(rules).encode()).hexdigest()
    number = before.last_number + 1
    return _Opened(request, before, number, found, refused, digest, day)


def _date_of_the_same_files(
    before: Standing, source: str, found: Iterable[Delivered]
) -> date | None:
    """Running the same load again needs no date: it is the one it had."""
    files = {(d.name, d.file, d.sha256) for d in found}
    for delivery in before:
        stood = {(f.name, f.file, f.sha256) for f in delivery.files}
        if delivery.source == source and files <= stood:
            return delivery.delivered_on
    return None


# --- files ----------------------------------------------------------------------------


def _landed(bench: Workbench, opened: _Opened, known: Delivery) -> Landed:
    """Land every file on the workbench, or take it as `known` has it.

    Raises:
        RefusedDeliveryError: a file is refused; all were looked at.
    """
    request, terms = opened.request, _terms(opened, known)
    plain = [d for d in opened.found if not d.is_table and d.file not in opened.refused]
    files, refused = each(plain, lambda d: land_file(bench, terms, d))
    landed = Landed(opened.found, files, {**opened.refused, **refused})
    if request.mapping:
        tables = [d for d in opened.found if d.is_table]
        mapped = request.mapping.land(bench, terms, tables, landed.refused)
        landed = landed.completed(mapped)
    if landed.refused:
        raise _refusal(opened, landed)
    reach("load: files read")
    return replace(landed, files=dict(sorted(landed.files.items())))


def _terms(opened: _Opened, known: Delivery) -> Terms:
    asked = opened.request
    return Terms(opened.rules, known, opened.delivered_on, asked.years, asked.limits)


def _refusal(opened: _Opened, landed: Landed) -> RefusedDeliveryError:
    source, day = opened.request.source, opened.delivered_on
    return RefusedDeliveryError(
        "{reasons}; nothing of this delivery was loaded, mend it and load again",
        reports=[
            refused_report(delivered, source, day, landed.refused.get(delivered.file))
            for delivered in landed.found
        ],
        reasons=one_after_another(
            [
                Message("{file} {why}", file=file, why=why)
                for file, why in landed.refused.items()
            ]
        ),
    )


def _completed(
    opened: _Opened, former: Delivery, files: Iterable[LandedFile]
) -> Delivery:
    """What will stand for this source and date.

    What the mapping yielded before and has no select for any more goes.
    """
    asked, mapping = former.parameters, opened.request.mapping
    if mapping:
        asked = mapping.parameters
        former = replace(former, files=tuple(filter(mapping.has, former.files)))
    delivery = former.completed(files, opened.number)
    return replace(delivery, parameters=dict(asked))


# --- rows -----------------------------------------------------------------------------


def _judged(
    bench: Workbench, opened: _Opened, landed: Landed, delivery: Delivery
) -> Judged:
    """Mark the rows of this delivery that other rows reject."""
    found = opened.before.with_delivery(delivery)
    given = delivered_lists(bench.home, found, bench.folder / "lists")
    lists = open_lists(bench.con, given)
    return judge(bench.con, bench.home, found, lists, delivery, landed.entities)


def _refuse_short(
    bench: Workbench, opened: _Opened, landed: Landed, delivery: Delivery
) -> None:
    """Refuse files that may be cut and bring less than the control totals say.

    Raises:
        RefusedDeliveryError: there is one.
    """
    files = landed.files.values()
    if not any(file.may_be_cut for file in files):
        return
    found = opened.before.with_delivery(delivery)
    lists = delivered_lists(bench.home, found, bench.folder / "lists")
    refused = short_files(bench.con, bench.home, found, files, lists)
    if refused:
        raise _refusal(opened, replace(landed, refused=refused))


def _newest(judged: Judged) -> date:
    """Date a first load: by the newest photograph, else by the newest fact."""
    rows = [
        newest_row(judged, table, "snapshot_on")
        for table in judged.tables
        if table.name == "customers"
    ]
    if not any(rows):
        rows = [
            newest_row(judged, table, column.name)
            for table in judged.tables
            for column in table.columns
            if column.happened
        ]
    newest = max((row for row in rows if row), default=None)
    if newest is None:
        raise WrongInputError(
            "no row of this delivery has a date; give its logical date with "
            "--delivered-on"
        )
    day, file, line = newest
    log.warning(
        Message(
            "no logical date given: this first load takes the newest, {day} of {file} "
            "line {line}",
            day=day,
            file=file,
            line=line,
        )
    )
    return day


def _reports(
    bench: Workbench, landed: Landed, delivery: Delivery, judged: Judged, day: date
) -> list[FileReport]:
    return [
        report_of(judged, bench.home, file, delivery, day)
        for file in landed.files.values()
    ]


# --- what stands after ----------------------------------------------------------------


def _changes(former: Delivery, delivery: Delivery) -> bool:
    return (
        set(map(_identity, delivery.files)) != set(map(_identity, former.files))
        or delivery.parameters != former.parameters
    )


def _identity(file: LandedFile) -> tuple[object, ...]:
    return *file.place, file.file, file.landed, file.sha256


def _commit(home: Home, opened: _Opened, landed: Landed, day: date) -> None:
    """Move the new files to their places, then let the manifest name them."""
    former = opened.before.find(opened.request.source, day)
    placed = [
        _placed(home, file, former.folder, opened.number) if file.number == 0 else file
        for file in landed.files.values()
    ]
    reach("load: files landed")
    commit(home, _completed(opened, former, placed))
    reach("load: delivery stands")


def _placed(home: Home, file: LandedFile, folder: str, number: int) -> LandedFile:
    """Move what was landed of a file below landing/ and quarantine/."""
    named = f"{file.sha256} {file.file} {number}".encode()
    stem = hashlib.sha256(named).hexdigest()[:12]
    kind = file.name
    if file.is_list:
        kind, stem = "reference", f"{file.name}-{stem}"
    if file.is_table:
        kind = f"files/{file.name}"
    landed, rejects = "", None
    if not file.is_table:
        landed = f"{folder}/{kind}/{stem}{Path(file.landed).suffix}"
        _move(Path(file.landed), home.landing, landed)
    if file.rejects:
        rejects = f"{folder}/{kind}/{stem}.parquet"
        home.quarantine.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.quarantine.chmod(0o700)
        _move(Path(file.rejects), home.quarantine, rejects)
    return replace(file, landed=landed, rejects=rejects)


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
