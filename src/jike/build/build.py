"""Makes a new DuckDB file from what was loaded: raw tables, then the dbt project."""

import os
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jike.build.dbt import run_dbt
from jike.deliveries.manifests import asked_parameters, standing
from jike.ground.disk import build_megabytes, is_full, no_room
from jike.ground.durable import (
    next_number,
    only_one,
    sha256_of,
    sync_file,
    sync_folder,
    write_json,
    write_text,
)
from jike.ground.errors import JikeError, Message
from jike.ground.failpoints import reach
from jike.ground.home import (
    PROJECT,
    UNFINISHED,
    Home,
    finished_builds,
    unfinished_builds,
)
from jike.ground.parameters import Value, checked_parameters
from jike.ground.private import private

if TYPE_CHECKING:
    import duckdb

BUILDS_KEPT = 3
SAMPLE_SOURCE = "sample"
"""Deliveries of this source are invented; a release made of them says so."""


@dataclass(frozen=True)
class BuildRecord:
    """One finished build: what it was made with, and the hash its audit is bound to.

    `parameters` holds every parameter, defaults included, `lists` the first digits of
    the hash of every list that replaces a shipped one. `dbt_warnings` are sentences.
    """

    run: str
    path: Path
    as_of: date
    delivered_on: date | None
    parameters: dict[str, Value]
    lists: dict[str, str]
    is_sample: bool
    sha256: str
    built_at: datetime
    steps: int
    seconds: float
    dbt_warnings: tuple[Message, ...]
    dbt_failures: tuple[str, ...] = ()


@private()
def build(
    home: Home,
    as_of: date | None = None,
    parameters: Mapping[str, Value] | None = None,
    full: bool = False,
    project: Path = PROJECT,
) -> BuildRecord:
    """Make build/<run>.duckdb from everything loaded so far; one build at a time.

    A parameter that is not given is what the mappings of the deliveries ask for, else
    the default of dbt_project.yml.

    The file counts only when build/<run>.json stands beside it: that is written last.

    Raises:
        BusyError: another build runs.
        WrongInputError: a parameter does not exist or has a wrong value, or as_of
            cannot be told from what was loaded.
        JikeError: a model, seed or dbt test failed (names it), or the disk is full.
    """
    given = parameters or {}
    asked = asked_parameters(standing(home), given)
    values = checked_parameters(project, {**asked, **given})
    home.build.mkdir(parents=True, exist_ok=True)
    with only_one(home.state / "build.lock", f"build {_next_run(home)}"):
        _sweep(home)
        run = f"{next_number(home.state, 'run', _highest_run(home)):06d}"
        path = home.build / f"{run}.duckdb"
        reach("build:started")
        write_text(path.with_suffix(UNFINISHED), "")
        with _whole_or_not_at_all(home, path):
            record = _made(home, path, as_of, values, full, project)
        sync_folder(home.build)
        reach("build:synced")
        _write_record(record)
        path.with_suffix(UNFINISHED).unlink()
        return record


@contextmanager
def _whole_or_not_at_all(home: Home, path: Path) -> Iterator[None]:
    """Remove a build that stops half-made, and say in a sentence why it did."""
    try:
        yield
    except BaseException as error:
        _remove_build(path)
        told = _told(error, home)
        if told is error:
            raise
        raise told from error


def _made(
    home: Home,
    path: Path,
    as_of: date | None,
    values: dict[str, Value],
    full: bool,
    project: Path,
) -> BuildRecord:
    started = time.monotonic()
    facts = _prepare(path, home, as_of)
    reach("build:prepared")
    steps, warnings = _model(home, path, facts, values, full, project)
    reach("build:modelled")
    sync_file(path)
    return BuildRecord(
        run=path.stem,
        path=path,
        parameters=values,
        sha256=sha256_of(path),
        built_at=datetime.now(UTC).replace(microsecond=0),
        steps=steps,
        seconds=round(time.monotonic() - started, 1),
        dbt_warnings=warnings,
        **facts,
    )


def _next_run(home: Home) -> str:
    return f"{_highest_run(home) + 1:06d}"


def _highest_run(home: Home) -> int:
    """The highest number in use: an audit record outlives its build."""
    files = [*home.build.iterdir(), *(home.state / "audits").glob("*.json")]
    names = [path.name.split(".")[0] for path in files]
    return max((int(name) for name in names if name.isdigit()), default=0)


def _sweep(home: Home) -> None:
    """Remove what a killed build left, and all but the newest finished builds.

    The folder is open to analysts too: a file that no build made is never removed.
    """
    for path in unfinished_builds(home):
        if path.with_suffix(".json").exists():
            path.with_suffix(UNFINISHED).unlink()
        else:
            _remove_build(path)
    for path in finished_builds(home)[: -(BUILDS_KEPT - 1)]:
        _remove_build(path)


def _remove_build(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
    shutil.rmtree(path.with_name(path.name + ".tmp"), ignore_errors=True)
    path.with_suffix(UNFINISHED).unlink(missing_ok=True)


def _prepare(path: Path, home: Home, as_of: date | None) -> dict[str, Any]:
    import duckdb

    from jike.deliveries import raw
    from jike.deliveries.lists import delivered_lists

    with duckdb.connect(str(path)) as con:
        con.execute("set preserve_insertion_order = false")
        raw.prepare(con, home)
        day = as_of or raw.default_as_of(con)
        lists = {
            name: sha256_of(file)[:12]
            for name, file in sorted(delivered_lists(home).items())
        }
        return {"as_of": day, "lists": lists, **_deliveries(con)}


def _deliveries(con: "duckdb.DuckDBPyConnection") -> dict[str, Any]:
    newest, sources = con.execute(
        "select max(delivered_on), list(distinct source) from raw.deliveries"
    ).fetchone() or (None, None)
    return {"delivered_on": newest, "is_sample": sources == [SAMPLE_SOURCE]}


def _model(
    home: Home,
    path: Path,
    facts: Mapping[str, Any],
    values: Mapping[str, Value],
    full: bool,
    project: Path,
) -> tuple[int, tuple[Message, ...]]:
    from jike.deliveries.lists import assemble_seeds

    output = home.build / "dbt"
    assemble_seeds(home, output / "seeds")
    verb = ["build", "--exclude-resource-type", "unit_test"]
    outcome = run_dbt(
        verb + (["--full-refresh"] if full else []),
        project,
        path,
        output,
        {**values, "as_of": facts["as_of"].isoformat()},
    )
    if outcome.failures:
        more = len(outcome.failures) - 1
        found = outcome.failures[0].sentence
        if not more:
            raise JikeError("the build failed in {found}", found=found)
        raise JikeError(
            "the build failed in {found} (and {more} more)", found=found, more=more
        )
    return outcome.steps, tuple(finding.sentence for finding in outcome.warnings)


def _told(error: BaseException, home: Home) -> BaseException:
    """Turn a database or disk error into a sentence; leave the others as they are."""
    import duckdb

    if "Out of Memory Error" in str(error):
        return JikeError(
            "the build needs more memory than DuckDB may take; free memory or raise "
            "memory_limit in profiles.yml"
        )
    if not isinstance(error, duckdb.Error | OSError) and not is_full(str(error)):
        return error
    if is_full(str(error)):
        return no_room(home.build, build_megabytes(home), str(error))
    if isinstance(error, OSError):
        return error
    return JikeError("the build failed in DuckDB ({kind})", kind=type(error).__name__)


def _write_record(record: BuildRecord) -> None:
    content = {key: _json(value) for key, value in asdict(record).items()}
    content["path"] = record.path.name
    write_json(record.path.with_suffix(".json"), content)


def _json(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return os.fspath(value) if isinstance(value, Path) else value
