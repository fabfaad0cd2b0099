"""Runs the dbt project in this process and turns what went wrong into one sentence."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jike.ground.errors import SPEAKS_OF_NAMES, JikeError, Message
from jike.ground.parameters import Value


@dataclass(frozen=True)
class Finding:
    """A model, seed or test of the project that did not pass."""

    kind: str
    name: str
    reason: Message

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
            "the dbt project cannot run: {reason}", reason=_plain(str(result.exception))
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
    return Finding(kind, result.node.name, Message(_plain(result.message or "")))


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
