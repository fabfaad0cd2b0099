"""Runs the dbt project in this process and turns what went wrong into one sentence."""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from jike.ground.errors import JikeError, Message, WrongInputError

Value = str | int | float | bool

SPEAKS_OF_NAMES = (
    "Binder Error",
    "Catalog Error",
    "IO Error",
    "Out of Memory Error",
    "Parser Error",
)
"""DuckDB errors whose text holds names only; all others can quote a row's value."""


@dataclass(frozen=True)
class Finding:
    """A model, seed or test of the project that did not pass."""

    kind: str
    name: str
    reason: str

    @property
    def sentence(self) -> Message:
        """Say which one and why, without a row's value."""
        return Message(
            "{kind} {name}: {reason}",
            kind=self.kind,
            name=self.name,
            reason=self.reason,
        )


@dataclass(frozen=True)
class Outcome:
    """What one dbt run gave: how many steps ran, which failed, which warned.

    `unit_tests` is how many of the steps were unit tests.
    """

    steps: int
    unit_tests: int
    failures: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def declared_vars(project: Path) -> dict[str, Value]:
    """Give the parameters of the project with their defaults, from dbt_project.yml."""
    content = yaml.safe_load((project / "dbt_project.yml").read_text("utf-8"))
    return dict(content.get("vars") or {})


def checked_parameters(project: Path, given: Mapping[str, Value]) -> dict[str, Value]:
    """Give all parameters, the given ones in place of the defaults; without as_of.

    Raises:
        WrongInputError: a parameter does not exist, or its value has another type.
    """
    known = declared_vars(project)
    known.pop("as_of", None)
    for name, value in given.items():
        if name == "as_of":
            raise WrongInputError("as_of is given with --as-of DATE, not as --param")
        if name not in known:
            raise WrongInputError(
                "parameter {name} does not exist; there are {known}",
                name=name,
                known=list(known),
            )
        known[name] = _typed(name, value, known[name])
    return known


def _typed(name: str, value: Value, default: Value) -> Value:
    if isinstance(default, int):
        text = str(value)
        if not (text.isascii() and text.isdigit()):
            raise WrongInputError(
                "parameter {name} must be a whole number, not {text!r}",
                name=name,
                text=text,
            )
        return int(text)
    # Models put these between quotes; nothing that could end a quote gets in.
    text = str(value)
    if not re.fullmatch(r"[A-Za-z0-9_.-]*", text):
        raise WrongInputError(
            "parameter {name} cannot be {text!r}", name=name, text=text
        )
    if name.endswith("_on") and text:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise WrongInputError(
                "parameter {name} must be a date YYYY-MM-DD, not {text!r}",
                name=name,
                text=text,
            ) from None
    return text


def run_dbt(
    verb: Sequence[str],
    project: Path,
    database: Path,
    output: Path,
    variables: Mapping[str, Value],
) -> Outcome:
    """Run one dbt command on a DuckDB file; dbt writes below `output` only.

    Raises:
        JikeError: the project cannot be read (names the file or the model).
    """
    os.environ.update(DBT_SEND_ANONYMOUS_USAGE_STATS="false", DO_NOT_TRACK="1")
    from dbt.cli.main import dbtRunner

    folders = {
        "JIKE_BUILD_FILE": str(database),
        "JIKE_SEEDS": str(output / "seeds"),
        "DBT_TARGET_PATH": str(output / "target"),
        "DBT_LOG_PATH": str(output / "logs"),
    }
    arguments = [
        *verb,
        *("--project-dir", str(project), "--profiles-dir", str(project)),
        *("--target-path", str(output / "target"), "--log-path", str(output / "logs")),
        *("--vars", json.dumps(dict(variables))),
        *("--log-level", "none", "--log-level-file", "none", "--no-use-colors"),
    ]
    with _environment(folders):
        try:
            result = dbtRunner().invoke(arguments)
        finally:
            _let_go()
    # The results file quotes database messages, which can quote a row.
    (output / "target" / "run_results.json").unlink(missing_ok=True)
    if result.exception is not None:
        raise JikeError(
            "the dbt project cannot run: {reason}", reason=_names(result.exception)
        )
    return _outcome(getattr(result.result, "results", []))


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _let_go() -> None:
    """Close dbt's database, which it would keep open until the process ends."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    with DuckDBConnectionManager._LOCK:
        if DuckDBConnectionManager._ENV is not None:
            DuckDBConnectionManager._ENV.close()
        DuckDBConnectionManager._ENV = None


def _outcome(results: Sequence[Any]) -> Outcome:
    failures, warnings = [], []
    for result in results:
        status = str(result.status)
        if status in ("error", "fail", "runtime error", "partial success"):
            failures.append(_finding(result))
        elif status == "warn":
            warnings.append(_finding(result))
    unit_tests = sum(str(r.node.resource_type) == "unit_test" for r in results)
    return Outcome(len(results), unit_tests, tuple(failures), tuple(warnings))


def _finding(result: Any) -> Finding:  # noqa: ANN401 (dbt's own type)
    kind = str(result.node.resource_type).replace("_", " ")
    if result.failures:
        reason = Message("{rows} failing rows", rows=result.failures)
        return Finding(kind, result.node.name, reason)
    return Finding(kind, result.node.name, _plain(result.message or ""))


def _names(error: BaseException) -> str:
    return _plain(str(error))


def _plain(message: str) -> str:
    """Give the first sentence of a dbt or DuckDB message, without a row's value."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    told = [line for line in lines if "Error" in line] or lines or ["no reason given"]
    errors = [line for line in lines if _is_duckdb_error(line)]
    if errors:
        line = errors[0]
        quotes_rows = not line.startswith(SPEAKS_OF_NAMES)
        return line.split(":")[0] if quotes_rows else line
    return " ".join(told[:1] + lines[1:2])[:300]


def _is_duckdb_error(line: str) -> bool:
    kind, _, told = line.partition(":")
    return kind.endswith(" Error") and bool(told.strip())
