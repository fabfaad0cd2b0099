"""What a load found: where rows broke which rule, and what a delivery would bring."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jike.deliveries.contract import RULES, Column, Table, contract
from jike.deliveries.folders import Delivered
from jike.deliveries.judge import Judged, good_rows, rejected, rejected_counts
from jike.deliveries.later import later_warning
from jike.deliveries.manifests import Delivery, LandedFile
from jike.ground.errors import Message
from jike.ground.home import Home
from jike.ground.quoting import literal, quoted, quoted_path

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MOST_VALUES = 10


@dataclass(frozen=True)
class Fault:
    """Rows of one file that broke a rule in the same column, and the first of them.

    `column` is null where the whole row is at fault; `file` and `line` are those of the
    delivered file.
    """

    rule: str
    column: str | None
    rows: int
    file: str
    line: int

    @property
    def sentence(self) -> Message:
        """Say where it is, without a value."""
        values = asdict(self)
        if self.column is None:
            del values["column"]
            return Message("{file} line {line}: rule {rule} (rows: {rows:,})", **values)
        return Message(
            "{file} line {line}, column {column}: rule {rule} (rows: {rows:,})",
            **values,
        )


@dataclass(frozen=True)
class FileReport:
    """What became of one file; read = accepted + quarantined.

    `entity` is the name of the list for a file of reference/. With a mapping there is
    one report per delivered file, without entity: its accepted records became rows of
    a table; and one per SQL file of the mapping: the rows it yielded. A refused file,
    and the others of its delivery, count no rows: nothing was loaded. `faults` say
    where rows broke a rule, `warnings` what was left out; they are not part of the
    JSON. Both say themselves in Chinese too: see jike.words.language.
    """

    file: str
    entity: str | None
    source: str
    delivered_on: date | None
    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    by_rule: dict[str, int] | None = None
    refused: Message | None = None
    warnings: tuple[Message, ...] = ()
    faults: tuple[Fault, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The object of `load --json`: fixed names, dates as ISO text."""
        found = asdict(self)
        del found["warnings"], found["faults"]
        found["delivered_on"] = self.delivered_on and self.delivered_on.isoformat()
        found["by_rule"] = self.by_rule or {}
        return found


@dataclass
class Plan:
    """What a delivery would bring of one entity or list.

    `distinct` counts the values of each key column among the accepted rows, `first_on`
    and `last_on` span the dates of the facts in them. `unmapped` are values that no
    list, enumeration or yes and no of the contract knows, with their rows, by column
    (never of a protected one). `unused` are delivered columns that nothing reads, by
    file.
    """

    entity: str
    read: int = 0
    accepted: int = 0
    quarantined: int = 0
    by_rule: dict[str, int] = field(default_factory=dict)
    first_on: date | None = None
    last_on: date | None = None
    distinct: dict[str, int] = field(default_factory=dict)
    unmapped: dict[str, dict[str, int]] = field(default_factory=dict)
    unused: dict[str, list[str]] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The object of `load --plan --json`: fixed names, dates as ISO text."""
        return {
            "entity": self.entity,
            "read": self.read,
            "accepted": self.accepted,
            "quarantined": self.quarantined,
            "by_rule": self.by_rule,
            "first_on": self.first_on and self.first_on.isoformat(),
            "last_on": self.last_on and self.last_on.isoformat(),
            "distinct_keys": self.distinct,
            "unmapped_values": self.unmapped,
            "unused_columns": self.unused,
            "faults": [asdict(fault) for fault in self.faults],
        }


def report_of(
    judged: Judged, home: Home, file: LandedFile, delivery: Delivery, day: date
) -> FileReport:
    """Say what became of a landed file, of a delivery that is to stand for a day."""
    rules = Counter(file.by_rule)
    faults = _rejected_faults(judged.con, home, file)
    warnings = file.warnings
    if not file.is_list and not file.is_table:
        warnings += later_warning(judged, delivery, file, day)
        table = contract().entities[file.name]
        rules.update(rejected_counts(judged, table, delivery)[file.file])
        faults += _judged_faults(judged, delivery, file)
    quarantined = sum(rules.values())
    return FileReport(
        file=file.file,
        entity=None if file.is_table else file.name,
        source=delivery.source,
        delivered_on=day,
        read=file.read,
        accepted=file.read - quarantined,
        quarantined=quarantined,
        by_rule={rule: rules[rule] for rule in RULES if rules[rule]},
        warnings=warnings,
        faults=faults,
    )


def refused_report(
    delivered: Delivered, source: str, day: date | None, reason: Message | None
) -> FileReport:
    """Say of a file of a refused delivery why it was refused, if it is one of those."""
    return FileReport(
        file=delivered.file,
        entity=None if delivered.is_table else delivered.name,
        source=source,
        delivered_on=day,
        refused=reason,
    )


def _rejected_faults(
    con: "DuckDBPyConnection", home: Home, file: LandedFile
) -> tuple[Fault, ...]:
    """Give the faults of what a file's rows broke by themselves, first lines first."""
    if not file.rejects:
        return ()
    path = home.quarantine / file.rejects
    if not path.is_file():  # removed when its time was over
        return ()
    return _faults(
        con,
        f"select rule, column_name, file, line from read_parquet({quoted_path(path)})",
    )


def _judged_faults(
    judged: Judged, delivery: Delivery, file: LandedFile
) -> tuple[Fault, ...]:
    """Give the faults of what a file's rows broke by other rows, first lines first."""
    table = contract().entities[file.name]
    return _faults(
        judged.con,
        f"select rule, column_name, _file as file, _line as line from "
        f"({rejected(table)}) join jike_rows_{table.name} "
        f"using (_file_no, _row) where _file_no in ({judged.numbers(delivery, file)})",
    )


def _faults(con: "DuckDBPyConnection", rejected: str) -> tuple[Fault, ...]:
    found = con.execute(
        "select rule, column_name, count(*), min_by(file, (file, line)), "
        f"min_by(line, (file, line)) from ({rejected}) group by 1, 2 "
        "order by 4, 5, 1, 2"
    ).fetchall()
    return tuple(Fault(*row) for row in found)


def plan_of(
    judged: Judged,
    delivery: Delivery,
    files: Iterable[LandedFile],
    home: Home,
    reports: Sequence[FileReport],
) -> list[Plan]:
    """Sum up what a judged delivery would bring: one plan per entity and list."""
    plans: dict[str, Plan] = {}
    pairs = list(zip(files, reports, strict=True))
    tables = [file for file, _ in pairs if file.is_table]
    for file, report in pairs:
        if file.is_table:
            continue
        plan = plans.setdefault(file.name, Plan(file.name))
        plan.read += report.read
        plan.accepted += report.accepted
        plan.quarantined += report.quarantined
        for rule, rows in (report.by_rule or {}).items():
            plan.by_rule[rule] = plan.by_rule.get(rule, 0) + rows
        plan.faults += report.faults
        plan.unused |= _unused([file])
        if not file.is_list:
            _add_unmapped(plan, judged, delivery, file, home)
    for plan in plans.values():
        if plan.entity in contract().entities:
            _describe(plan, judged, delivery)
        plan.unused |= _unused(tables)
    return list(plans.values())


def _unused(files: Iterable[LandedFile]) -> dict[str, list[str]]:
    """The columns that load left out, as its warnings name them."""
    found: dict[str, list[str]] = {}
    for file in files:
        for warning in file.warnings:
            if "names" in warning.values:
                found.setdefault(file.file, []).extend(warning.values["names"])
    return found


def _describe(plan: Plan, judged: Judged, delivery: Delivery) -> None:
    """Say over which dates and how many keys the accepted rows go."""
    table = contract().entities[plan.entity]
    happened = [c.name for c in table.columns if c.happened]
    firsts = [f"cast(min({quoted(name)}) as date)" for name in happened]
    lasts = [f"cast(max({quoted(name)}) as date)" for name in happened]
    keys = [f"count(distinct {quoted(key)})" for key in table.key]
    found = judged.con.execute(
        f"select [{', '.join(firsts)}], [{', '.join(lasts)}], [{', '.join(keys)}] "
        f"from {good_rows(judged.con, table)} where _file_no in "
        f"({judged.numbers(delivery)}) and (_file_no, _row) not in (select (_file_no, "
        f"_row) from jike_seconds_{table.name} where rule is not null)"
    ).fetchall()
    first, last, counted = found[0]
    plan.first_on = min((day for day in first if day), default=None)
    plan.last_on = max((day for day in last if day), default=None)
    plan.distinct = dict(zip(table.key, counted, strict=True))


def _add_unmapped(
    plan: Plan, judged: Judged, delivery: Delivery, file: LandedFile, home: Home
) -> None:
    """Count the values that the contract does not know, the most frequent ones."""
    table = contract().entities[file.name]
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    counted.update({name: dict(values) for name, values in plan.unmapped.items()})
    for column in filter(_is_coded, table.columns):
        for value, rows in (
            *_rejected_values(judged.con, home, file, column),
            *_judged_values(judged, delivery, file, table, column),
        ):
            values = counted[column.name]
            values[value] = values.get(value, 0) + rows
    plan.unmapped = {
        name: dict(sorted(values.items(), key=lambda v: (-v[1], v[0]))[:MOST_VALUES])
        for name, values in counted.items()
        if values
    }


def _is_coded(column: Column) -> bool:
    is_code = column.values or column.reference in contract().lists
    return not column.protected and bool(is_code or column.type == "bool")


def _rejected_values(
    con: "DuckDBPyConnection", home: Home, file: LandedFile, column: Column
) -> list[tuple[str, int]]:
    path = home.quarantine / (file.rejects or "")
    if not path.is_file():
        return []
    place = literal('$."' + column.name + '"')
    found: list[tuple[str, int]] = con.execute(
        f"select json_extract_string(row, {place}) as value, count(*) "
        f"from read_parquet({quoted_path(Path(path))}) where column_name = ? "
        "and rule in ('code', 'type') group by 1 having value is not null",
        [column.name],
    ).fetchall()
    return found


def _judged_values(
    judged: Judged, delivery: Delivery, file: LandedFile, table: Table, column: Column
) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = judged.con.execute(
        f"select cast({quoted(column.name)} as varchar) as value, count(*) "
        f"from jike_faults_{table.name} join jike_rows_{table.name} "
        "using (_file_no, _row) where column_name = ? and rule = 'code' "
        f"and _file_no in ({judged.numbers(delivery, file)}) "
        "group by 1 having value is not null",
        [column.name],
    ).fetchall()
    return found
