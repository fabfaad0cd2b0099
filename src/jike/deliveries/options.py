"""What a load is asked for, and what the delivered folder makes of it."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from jike.deliveries.files import Landed, Terms
from jike.deliveries.folders import Delivered, find_files, find_lists, not_in_contract
from jike.deliveries.manifests import LandedFile, checked_source, date_in_name
from jike.deliveries.reading.workbook import Limits
from jike.deliveries.workbench import Workbench
from jike.ground.errors import Message, WrongInputError
from jike.ground.home import PROJECT
from jike.ground.parameters import Value, Years, checked_parameters, usual_years

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RowSource:
    """What makes rows of the contract from other files: a mapping, as load sees it.

    `name` is the source and `delivered_on` the logical date where nobody gives them,
    `digest` stands for all that decides which rows it yields, `parameters` are those of
    the build it asks for. `find_files` gives the files of a folder that it reads, and
    the names of the others; `has` says whether a landed file is still one of its own.
    `land` lands those files and the rows they yield; of the files given, those refused
    before are left out, and where one is refused nothing is yielded.
    """

    name: str
    digest: str
    delivered_on: date | None
    parameters: Mapping[str, Value]
    find_files: Callable[[Path], tuple[list[Delivered], list[str]]]
    has: Callable[[LandedFile], bool]
    land: Callable[[Workbench, Terms, Sequence[Delivered], Collection[str]], Landed]


@dataclass(frozen=True)
class DeliveryOptions:
    """A delivery to be loaded, as the caller names it.

    Without a `source` it is that of the mapping, else `default`; without
    `delivered_on` the logical date is the one in the folder's name. `parameters` stand
    before those of the mapping.
    """

    folder: Path
    source: str | None = None
    delivered_on: date | str | None = None
    mapping: RowSource | None = None
    parameters: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """What is to be loaded: files, the name of their source, their date if known.

    `years` are those that dates may lie in, `limits` what a workbook may come to.
    """

    found: tuple[Delivered, ...]
    source: str
    delivered_on: date | None
    mapping: RowSource | None
    years: Years
    limits: Limits


def requested(options: DeliveryOptions) -> Request:
    """Look into the delivered folder; what is left out is logged.

    Raises:
        WrongInputError: no such folder, nothing in it, a bad source or date.
    """
    mapping = options.mapping
    day = _as_date(options.delivered_on) or date_in_name(options.folder.resolve().name)
    source = checked_source(options.source or (mapping.name if mapping else None))
    if mapping is None:
        found, warnings = find_files(options.folder)
    else:
        found, warnings = _files_of(mapping, options.folder)
        day = day or mapping.delivered_on
    for warning in warnings:
        log.warning(warning)
    asked = {**(mapping.parameters if mapping else {}), **options.parameters}
    years = usual_years(PROJECT, asked)
    limits = usual_limits(asked)
    return Request(tuple(found), source, day, mapping, years, limits)


def usual_limits(given: Mapping[str, Value] | None = None) -> Limits:
    """Give the limits of workbooks, the parameters workbook_megabytes and _cells.

    Raises:
        WrongInputError: as `checked_parameters`.
    """
    known = checked_parameters(PROJECT, given or {})
    return Limits(int(known["workbook_megabytes"]), int(known["workbook_cells"]))


def _files_of(
    mapping: RowSource, folder: Path
) -> tuple[list[Delivered], list[Message]]:
    tables, others = mapping.find_files(folder)
    lists, unknown = find_lists(folder)
    left_out = [
        Message(
            "{name}: no entry of mapping {mapping}, left out",
            name=name,
            mapping=mapping.name,
        )
        for name in others
    ]
    return tables + lists, not_in_contract(unknown) + left_out


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
