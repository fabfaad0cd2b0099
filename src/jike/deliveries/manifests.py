"""What has been delivered: one folder and one manifest per source and logical date.

The manifest is the delivery. Replacing it is the commit of a load; files it does not
name are left over from a load that was killed, or belong to a former manifest.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from jike.ground import durable
from jike.ground.errors import JikeError, Message, WrongInputError
from jike.ground.failpoints import reach
from jike.ground.home import Home
from jike.ground.parameters import Value

MANIFEST = "manifest.json"
SOURCE_NAME = re.compile(r"\w[\w.-]{0,63}")


@dataclass(frozen=True)
class LandedFile:
    """One delivered file of an entity or list, and where its rows lie.

    `landed` and `rejects` are relative to landing/ and quarantine/; `rows` + the sum of
    `by_rule` = `read`. `rules` says by which contract and mapping it was read, `number`
    under which load it came. A file with `is_table` is one that a mapping reads: `name`
    is its table, its rows went on to the mapping, and nothing is landed of it. One that
    `may_be_cut` has no line end after its last record.
    """

    name: str
    is_list: bool
    file: str
    sha256: str
    read: int
    rows: int
    by_rule: dict[str, int]
    rules: str
    landed: str = ""
    landed_sha256: str = ""
    rejects: str | None = None
    warnings: tuple[Message, ...] = ()
    number: int = 0
    is_table: bool = False
    may_be_cut: bool = False

    @property
    def place(self) -> tuple[bool, bool, str]:
        """What it is a file of: a delivery replaces all files of one place."""
        return self.is_list, self.is_table, self.name

    def is_whole(self, home: Home) -> bool:
        """Say whether what was landed of it is there, with the content recorded."""
        path = home.landing / self.landed
        return self.is_table or (
            path.is_file() and durable.sha256_of(path) == self.landed_sha256
        )


@dataclass(frozen=True)
class Delivery:
    """The files that stand for one source and logical date.

    `parameters` are those of the build that its mapping asks for.
    """

    source: str
    delivered_on: date
    files: tuple[LandedFile, ...] = ()
    number: int = 0
    parameters: Mapping[str, Value] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """Its folder below landing/ and quarantine/."""
        return f"{self.source}/{self.delivered_on}"

    def of(self, name: str) -> list[LandedFile]:
        """The files of one entity or list, in the order of their names."""
        found = [f for f in self.files if f.name == name and not f.is_table]
        return sorted(found, key=lambda file: file.file)

    @property
    def tables(self) -> list[LandedFile]:
        """The delivered files that its mapping reads."""
        return [file for file in self.files if file.is_table]

    def completed(self, files: Iterable[LandedFile], number: int) -> "Delivery":
        """This delivery with the files of the entities and lists given replaced."""
        new = [replace(file, number=file.number or number) for file in files]
        named = {file.place for file in new}
        kept = [file for file in self.files if file.place not in named]
        return replace(self, files=(*kept, *new), number=number)


@dataclass(frozen=True)
class Standing:
    """All deliveries that stand, best first: latest date, then source by alphabet."""

    deliveries: tuple[Delivery, ...] = field(default=())

    def __iter__(self) -> Iterator[Delivery]:
        """Go through the deliveries, best first."""
        return iter(self.deliveries)

    @property
    def last_number(self) -> int:
        """The number of the last load; 0 before the first."""
        return max((delivery.number for delivery in self.deliveries), default=0)

    @property
    def entities(self) -> set[str]:
        """The entities of which at least one file was delivered."""
        return {
            f.name
            for d in self.deliveries
            for f in d.files
            if not f.is_list and not f.is_table
        }

    def find(self, source: str, delivered_on: date) -> Delivery:
        """The delivery of a source and date; an empty one when there is none."""
        for delivery in self.deliveries:
            if (delivery.source, delivery.delivered_on) == (source, delivered_on):
                return delivery
        return Delivery(source, delivered_on)

    def with_delivery(self, delivery: Delivery) -> "Standing":
        """These deliveries after one has come or has been replaced."""
        same = (delivery.source, delivery.delivered_on)
        others = [d for d in self.deliveries if (d.source, d.delivered_on) != same]
        return Standing(_best_first([*others, delivery]))


def asked_parameters(found: Standing, given: Collection[str] = ()) -> dict[str, Value]:
    """Give the build parameters that the mappings of the deliveries ask for.

    Of one source its newest delivery counts; those `given` otherwise are left out.

    Raises:
        WrongInputError: two sources ask for different values.
    """
    newest: dict[str, Delivery] = {}
    for delivery in found:
        newest.setdefault(delivery.source, delivery)
    asked: dict[str, Value] = {}
    first: dict[str, str] = {}
    for source, delivery in sorted(newest.items()):
        for name, value in delivery.parameters.items():
            if name in given:
                continue
            if asked.setdefault(name, value) != value:
                raise WrongInputError(
                    "sources {one} and {other} ask for different values of the "
                    "parameter {name}; say which with --param {name}=VALUE",
                    one=first[name],
                    other=source,
                    name=name,
                )
            first.setdefault(name, source)
    return asked


def _best_first(deliveries: Iterable[Delivery]) -> tuple[Delivery, ...]:
    return tuple(
        sorted(deliveries, key=lambda d: (-d.delivered_on.toordinal(), d.source))
    )


def standing(home: Home) -> Standing:
    """Read the manifests of all deliveries.

    Raises:
        JikeError: a manifest cannot be read.
    """
    paths = home.landing.glob(f"*/*/{MANIFEST}")
    return Standing(_best_first(_read(path) for path in paths))


def _read(path: Path) -> Delivery:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Delivery(
            source=raw["source"],
            delivered_on=date.fromisoformat(raw["delivered_on"]),
            number=raw["number"],
            parameters=raw.get("parameters", {}),
            files=tuple(_landed_file(file) for file in raw["files"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        if not list(path.parent.glob(f"{path.stem}.*.json")):
            raise JikeError(
                "{path} cannot be read; remove it and load that delivery again, of "
                "{delivered_on} from {source}",
                path=path,
                delivered_on=path.parent.name,
                source=path.parent.parent.name,
            ) from None
        raise JikeError(
            "{path} cannot be read; put back the newest {name}.<n>.json as "
            "{file} and load that delivery again",
            path=path,
            name=path.stem,
            file=path.name,
        ) from None


def _landed_file(raw: dict[str, Any]) -> LandedFile:
    warnings = tuple(_warning(told) for told in raw["warnings"])
    return LandedFile(**{**raw, "warnings": warnings})


def _warning(told: str | dict[str, Any]) -> Message:
    """A warning as it was written: a template with its values, or a plain sentence."""
    if isinstance(told, str):
        return Message(told)
    return Message(told["text"], **told["values"])


def _written(file: LandedFile) -> dict[str, Any]:
    warnings = [{"text": w.text, "values": w.values} for w in file.warnings]
    return {**asdict(file), "warnings": warnings}


def commit(home: Home, delivery: Delivery) -> None:
    """Make a delivery stand: from here on every build reads it.

    The former manifest is kept as manifest.<n>.json, the files it names stay too.
    """
    folder = home.landing / delivery.folder
    path = folder / MANIFEST
    if path.exists():
        former = _read(path)
        kept = folder / f"manifest.{former.number}.json"
        durable.write_text(kept, path.read_text(encoding="utf-8"))
        reach("load: former manifest kept")
    durable.write_json(
        path,
        {
            "source": delivery.source,
            "delivered_on": delivery.delivered_on.isoformat(),
            "number": delivery.number,
            "parameters": dict(delivery.parameters),
            "files": [_written(file) for file in delivery.files],
        },
    )
    for above in (folder.parent, home.landing, home.root):
        durable.sync_folder(above)


def checked_source(name: str | None) -> str:
    """Give the name of a source, `default` without one.

    Raises:
        WrongInputError: the name could not be a folder's.
    """
    chosen = name or "default"
    if not SOURCE_NAME.fullmatch(chosen):
        raise WrongInputError(
            "source {chosen!r} is not a name; use letters, digits, _ . - (at most 64)",
            chosen=chosen,
        )
    return chosen


DATED = re.compile(r"(?<!\d)(\d{4})(-?)(\d\d)\2(\d\d)")


def date_in_name(name: str) -> date | None:
    """Find the logical date in a folder's name: 2025-09-30 or 20250930, anywhere.

    Raises:
        WrongInputError: the name holds two different dates.
    """
    found = set()
    for year, _, month, day in DATED.findall(name):
        try:
            found.add(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    if len(found) > 1:
        raise WrongInputError(
            "folder {name} holds more than one date; say which with --delivered-on",
            name=name,
        )
    return found.pop() if found else None
