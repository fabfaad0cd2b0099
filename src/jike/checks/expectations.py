"""Expectation files: one YAML a table, Great Expectations' names, a reason for each.

```yaml
table: bills
grain: one row per bill line
needs_all: [bills]        # marts: applicable when each of these entities has rows,
needs_any: [members]      # and one of these
rows_may_fall: 0.5        # marts: share of a release's rows that may be missing
kpis: [nrr]               # marts: all that is read from it, when it is read for few
expect:
  - column_values_to_be_between: {column: amount, min_value: 0}
    where: {kind: recurring}
    severity: warning     # critical, the default, stops publishing
    because: {zh: …, en: …}
  - unexpected_rows: {unexpected_rows_query: "select 1 from {batch} where …"}
    name: months_have_no_gap
    because: {zh: …, en: …}
  - shared: newest_month_is_whole   # an entry of shared.yml, its values filled in
    column: bill_month
    share: 0.5
    because: {zh: …, en: …}         # in place of the shared one, when there is one
```

A key is the name of an expectation without `expect_`; a value is its arguments. A name
or an argument that Great Expectations does not know is refused when the file is read.
In an argument `$as_of` stands for the build's as_of and `$newest_month` for the first
day of the newest month that is over by then. `unexpected_rows` counts the rows of a
query and pulls none of them.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import and_
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from jike.ground.errors import JikeError, Message
from jike.ground.home import PROJECT

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import (
        Expectation as GreatExpectation,
    )
    from great_expectations.expectations.row_conditions import Condition

EXPECTATIONS = PROJECT / "expectations"
SCHEMAS = ("raw", "marts")
SEVERITIES = ("critical", "warning")
FILE_KEYS = {"table", "grain", "needs_all", "needs_any", "rows_may_fall", "kpis"}
FILE_KEYS |= {"expect"}
OWN_KEYS = {"name", "where", "severity", "because"}
SHARED = "shared"
ROW_COUNT = "table_row_count_to_be_between"
UNEXPECTED_ROWS = "unexpected_rows"
ROWS_MAY_FALL = 0.5


@dataclass(frozen=True)
class Expectation:
    """One thing expected of a table, and what goes wrong on a page otherwise.

    `name` is unique in its file; `severity` is critical or warning.
    """

    name: str
    key: str
    arguments: Mapping[str, Any]
    where: Mapping[str, Any]
    severity: str
    because_zh: str
    because_en: str

    @property
    def column(self) -> str | None:
        """The column that is looked at, None when it is the table as a whole."""
        column = self.arguments.get("column")
        return None if column is None else str(column)


@dataclass(frozen=True)
class ExpectationFile:
    """What is expected of one table of schema raw or marts."""

    schema: str
    table: str
    grain: str
    needs_all: tuple[str, ...]
    needs_any: tuple[str, ...]
    rows_may_fall: float
    kpis: tuple[str, ...]
    expectations: tuple[Expectation, ...]

    def applies(self, with_rows: Collection[str]) -> bool:
        """Say whether the entities that have rows are enough to expect anything."""
        return all(entity in with_rows for entity in self.needs_all) and (
            not self.needs_any or any(entity in with_rows for entity in self.needs_any)
        )

    @property
    def checked_table(self) -> str:
        """The table's name as results show it, e.g. raw.bills."""
        return f"{self.schema}.{self.table}"


def load_expectations(folder: Path = EXPECTATIONS) -> list[ExpectationFile]:
    """Read every file below `folder`/raw and `folder`/marts, in the order of names.

    Raises:
        JikeError: a schema without files, or a file that `load_file` refuses.
    """
    files = []
    for schema in SCHEMAS:
        paths = sorted((folder / schema).rglob("*.yml"), key=lambda path: path.stem)
        if not paths:
            raise JikeError(
                "{folder} holds no expectation file; restore it", folder=folder / schema
            )
        files += [load_file(path) for path in paths]
    return files


def load_file(path: Path) -> ExpectationFile:
    """Read one file; below which folder it lies is its schema, its stem the table.

    Raises:
        JikeError: the YAML is broken, a key, an expectation or an argument is unknown,
            a reason is missing, a name occurs twice, or nothing is expected.
    """
    content = _content(path)
    schema = schema_folder(path)
    shared = _shared_entries(schema.parent)
    expectations = tuple(
        _expectation(path, _in_full(path, entry, shared)) for entry in content["expect"]
    )
    names = [expectation.name for expectation in expectations]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise JikeError(
            "{path}: two expectations are called {name}; name one",
            path=path,
            name=twice[0],
        )
    return ExpectationFile(
        schema=schema.name,
        table=path.stem,
        grain=str(content["grain"]),
        needs_all=tuple(content.get("needs_all", ())),
        needs_any=tuple(content.get("needs_any", ())),
        rows_may_fall=float(content.get("rows_may_fall", ROWS_MAY_FALL)),
        kpis=tuple(content.get("kpis", ())),
        expectations=expectations,
    )


def schema_folder(path: Path) -> Path:
    """The folder raw or marts an expectation file lies in, however deep."""
    return next((up for up in path.parents if up.name in SCHEMAS), path.parent)


def _content(path: Path) -> dict[str, Any]:
    """Read the YAML of a file as far as it is about the file as a whole."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise JikeError(
            "{path} is not readable: {reason}", path=path, reason=reason
        ) from None
    if not isinstance(content, dict) or not content.get("expect"):
        raise JikeError(
            "{path} expects nothing; give its `expect` at least one entry", path=path
        )
    if unknown := sorted(content.keys() - FILE_KEYS):
        raise JikeError("{path}: unknown key {name}", path=path, name=unknown[0])
    if content.get("table") != path.stem or not content.get("grain"):
        raise JikeError(
            "{path}: `table` must be {name}, `grain` must be said",
            path=path,
            name=path.stem,
        )
    return content


def suite_hash(folder: Path = EXPECTATIONS) -> str:
    """Give the SHA-256 over every expectation file, names included."""
    hashed = hashlib.sha256()
    for path in sorted(folder.rglob("*.yml")):
        hashed.update(path.relative_to(folder).as_posix().encode() + b"\0")
        hashed.update(path.read_bytes() + b"\0")
    return hashed.hexdigest()


def build_expectation(expectation: Expectation, as_of: date) -> "GreatExpectation":
    """Make Great Expectations' object for an expectation at a date.

    Raises:
        ValueError, TypeError: an argument is unknown or has the wrong type.
    """
    arguments: dict[str, Any] = {
        name: _dated(value, as_of) for name, value in expectation.arguments.items()
    }
    if expectation.where:
        arguments["row_condition"] = _condition(expectation.where)
    arguments["severity"] = expectation.severity
    return _expectation_class(expectation.key)(**arguments)


def _shared_entries(folder: Path) -> dict[str, Any]:
    path = folder / f"{SHARED}.yml"
    if not path.exists():
        return {}
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def _in_full(
    path: Path, entry: dict[str, Any], shared: Mapping[str, Any]
) -> dict[str, Any]:
    """Give an entry as if nothing were shared: the shared one with its values."""
    if not isinstance(entry, dict) or SHARED not in entry:
        return entry
    name = entry[SHARED]
    if name not in shared:
        raise JikeError(
            "{path}: shared.yml holds no {name}; it holds {known}",
            path=path,
            name=name,
            known=sorted(shared),
        )
    full = dict(shared[name])
    own = {key: value for key, value in entry.items() if key in OWN_KEYS}
    values = {k: v for k, v in entry.items() if k not in {*OWN_KEYS, SHARED}}
    query = str(full.get(UNEXPECTED_ROWS, {}).get("unexpected_rows_query", ""))
    takes = sorted(set(re.findall(r"\$(\w+)", query)) - {"as_of", "newest_month"})
    takes = ["columns" if taken == "each" else taken for taken in takes]
    if sorted(values) != takes:
        raise JikeError(
            "{path}: {name} takes {takes}, not {given}",
            path=path,
            name=name,
            takes=takes or Message("none"),
            given=sorted(values) or Message("none"),
        )
    if query:
        each = [_put(full["each"], {"column": c}) for c in values.pop("columns", ())]
        query = _put(query, {"each": " or ".join(each), **values})
        full |= {"name": name, UNEXPECTED_ROWS: {"unexpected_rows_query": query}}
    full.pop("each", None)
    return full | own


def _put(text: str, values: Mapping[str, Any]) -> str:
    for name, value in values.items():
        text = text.replace(f"${name}", str(value))
    return text


def _expectation(path: Path, entry: dict[str, Any]) -> Expectation:
    keys = sorted(entry.keys() - OWN_KEYS) if isinstance(entry, dict) else []
    if len(keys) != 1 or not isinstance(entry[keys[0]], dict):
        raise JikeError(
            "{path}: an entry needs one expectation with its arguments", path=path
        )
    key, arguments = keys[0], entry[keys[0]]
    name = str(entry.get("name") or default_name(key, arguments))
    where = f"{path}: {name}"
    because = entry.get("because")
    if not isinstance(because, dict) or because.keys() != {"zh", "en"}:
        raise JikeError("{where}: `because` must say zh and en", where=where)
    if entry.get("severity", "critical") not in SEVERITIES:
        raise JikeError("{where}: `severity` is critical or warning", where=where)
    _must_fit(where, key, arguments, entry)
    expectation = Expectation(
        name=name,
        key=key,
        arguments=arguments,
        where=entry.get("where", {}),
        severity=entry.get("severity", "critical"),
        because_zh=str(because["zh"]).strip(),
        because_en=str(because["en"]).strip(),
    )
    try:
        build_expectation(expectation, date(2000, 1, 1))
    except (ValueError, TypeError, LookupError) as error:
        raise JikeError(
            "{where}: {reason}", where=where, reason=_first_line(error)
        ) from None
    return expectation


def _must_fit(
    where: str, key: str, arguments: dict[str, Any], entry: dict[str, Any]
) -> None:
    if key != UNEXPECTED_ROWS:
        return
    if "name" not in entry:
        raise JikeError("{where}: unexpected_rows needs a `name`", where=where)
    if "where" in entry:
        raise JikeError(
            "{where}: say the condition in the query, not in `where`", where=where
        )
    if "{batch}" not in str(arguments.get("unexpected_rows_query")):
        raise JikeError(
            "{where}: the query must read {{batch}}, the table it is about", where=where
        )


def default_name(key: str, arguments: dict[str, Any]) -> str:
    """Give the name of an expectation without one: its key about its column."""
    column = arguments.get("column")
    return key if column is None else key.replace("column", str(column), 1)


def _expectation_class(key: str) -> "type[GreatExpectation]":
    """Look an expectation up by its key, `unexpected_rows` being our own."""
    import great_expectations.expectations as core

    if key == UNEXPECTED_ROWS:
        from jike.checks.counting import ExpectNoRows

        return ExpectNoRows
    words = key.replace("_a_to_", "_A_to_").replace("than_b", "than_B").split("_")
    name = "Expect" + "".join(word[:1].upper() + word[1:] for word in words)
    if not hasattr(core, name):
        raise LookupError(f"Great Expectations knows no expect_{key}")
    found: type[GreatExpectation] = getattr(core, name)
    return found


def _condition(where: Mapping[str, Any]) -> "Condition":
    """Turn {column: value, column: [values], column: null} into one condition."""
    from great_expectations.expectations.row_conditions import Column

    conditions: list[Condition] = []
    for name, value in where.items():
        column = Column(name)
        if value is None:
            conditions.append(column.is_null())
        elif isinstance(value, list):
            conditions.append(column.is_in(value))
        else:
            conditions.append(column == value)
    return reduce(and_, conditions)


def _dated(value: object, as_of: date) -> object:
    """Put the dates of a build in place of their names."""
    names = {"$as_of": as_of, "$newest_month": _newest_month(as_of)}
    if isinstance(value, str):
        if value in names:
            return names[value]
        for name, day in names.items():
            value = value.replace(name, day.isoformat())
    return value


def _newest_month(as_of: date) -> date:
    """Give the first day of the newest month whose last day is not after as_of."""
    next_day = as_of + timedelta(days=1)
    return (next_day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _first_line(error: Exception) -> str:
    """Say what is wrong in one line; pydantic writes one error over several."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return re.sub(r"\s+", " ", ": ".join(lines[1:3]) if len(lines) > 1 else lines[0])
