"""The only opener of releases: which one is served, and what a viewer may read of it.

A release is a DuckDB file that never changes, with a manifest beside it; a pointer says
which one is served. A release that is damaged is not shown: the one before is, with an
alarm.
"""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jike.ground.durable import sha256_of
from jike.ground.errors import JikeError, Message, WrongInputError
from jike.ground.home import Home
from jike.releases.manifest import (
    FILE_NAME,
    REPUBLISH,
    SCHEMA_VERSION,
    HeldOpenError,
    OtherVersionError,
    Release,
    ReleaseError,
    described,
    newest_first,
    read_manifest,
)
from jike.releases.pointer import POINTER, check_bound, journal, pointed, to_serve
from jike.releases.question import Question
from jike.releases.scope import ALL, Scope, Shape, narrowed
from jike.releases.tables import lacking, tables_sha256

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

__all__ = [
    "ALL",
    "Held",
    "Release",
    "Scope",
    "current_release",
    "held",
    "open_release",
    "read",
    "release_as_of",
    "rows",
    "shape",
]

QUERY_SECONDS = 60.0
NAMED_AT_MOST = 3
HOLDER = re.compile(r"lock is held in (?P<program>.+) \(PID (?P<pid>\d+)\)")
"""How DuckDB names the process that has a file open."""


@dataclass(frozen=True)
class Held:
    """A build that its checks did not let out, newer than what is served."""

    run: str
    as_of: date | None
    delivered_on: date | None
    failed: tuple[str, ...]


def current_release(home: Home, any_version: bool = False) -> Release:
    """Give the release that is served now, checked against its hash.

    When the pointer or the file it names is damaged, the release served before stands
    in, with `alarm` set. The hash is computed once per process and file.
    `any_version` takes one with other tables than this program reads too.

    Raises:
        JikeError: nothing was published yet, or no release can be served.
    """
    opener = whole_release if any_version else open_release
    wanted, trouble = pointed(home)
    if not wanted and not trouble:
        raise _nothing_served(home)
    first: ReleaseError | None = None
    for name in to_serve(home, wanted):
        try:
            release = opener(home, name)
        except ReleaseError as error:
            first, trouble = first or error, trouble or error.message
            continue
        return replace(release, alarm=trouble)
    remedy = first.remedy if first else REPUBLISH
    if first and first.is_whole:
        raise JikeError(
            "no release can be read: {trouble}; {remedy}",
            trouble=trouble,
            remedy=remedy,
        )
    raise JikeError(
        "no release is whole: {trouble}; {remedy}", trouble=trouble, remedy=remedy
    )


def _nothing_served(home: Home) -> JikeError:
    """Say what to do without pointer and journal; one by accident serves nothing."""
    there = []
    for name in newest_first(home):
        with suppress(ReleaseError):
            there.append(open_release(home, name).number)
    if there:
        return JikeError(
            "nothing is published yet, or {pointer} and {journal} are lost; whole are "
            "the releases {there}: serve the newest with `jike rollback {newest}`",
            pointer=POINTER,
            journal=journal(home).relative_to(home.root),
            there=there,
            newest=there[0],
        )
    if newest_first(home):
        return JikeError("no release is whole; {remedy}", remedy=REPUBLISH)
    return JikeError(
        "nothing is published yet; run `jike demo`, or `jike run DIR` with a delivery"
    )


def release_as_of(home: Home, day: date) -> Release:
    """Give the newest whole release that was built as of a day.

    Raises:
        WrongInputError: there is none; the message names the days there are.
    """
    days: set[date] = set()
    for name in newest_first(home):
        try:
            release = open_release(home, name)
        except ReleaseError:
            continue
        if release.as_of == day:
            return release
        days.add(release.as_of)
    known = sorted(days) or Message("none yet")
    raise WrongInputError(
        "no release is as of {day}; there are {known}", day=day, known=known
    )


def open_release(home: Home, name: str) -> Release:
    """Check one release by its file name and make it ready to be read.

    Raises:
        ReleaseError: as `whole_release`.
        OtherVersionError: its tables are not those that this program reads.
    """
    release, manifest = _named(home, name)
    _check_version(release)
    _check_whole(home, release, manifest)
    if release.tables_sha256 != tables_sha256():
        _check_columns(release)
    return release


def whole_release(home: Home, name: str) -> Release:
    """Check one release by its file name, whatever tables it has.

    Raises:
        ReleaseError: the name is not one of a release, a file is missing or not a plain
            file, a hash differs, or DuckDB does not open it.
    """
    release, manifest = _named(home, name)
    _check_whole(home, release, manifest)
    return release


def _named(home: Home, name: str) -> tuple[Release, dict[str, Any]]:
    match = FILE_NAME.fullmatch(name)
    path = home.releases / name
    if not match or path.is_symlink() or not path.is_file():
        raise ReleaseError("release file {file} is missing", file=name)
    manifest = read_manifest(path.with_suffix(".json"))
    release = described(path, manifest)
    if manifest.get("file") != name or not release.sha256.startswith(match[2]):
        raise ReleaseError("the manifest of {file} belongs to another file", file=name)
    return release, manifest


def _check_whole(home: Home, release: Release, manifest: dict[str, Any]) -> None:
    check_bound(home, release, manifest)
    _connection(release)


def _check_version(release: Release) -> None:
    found, wanted = release.schema_version, SCHEMA_VERSION
    if found > wanted:
        raise OtherVersionError(
            "{file} was published by a later version of Jike: it holds tables of "
            "version {found}, this one reads version {wanted}",
            mended_by=Message("use that version"),
            file=release.path.name,
            found=found,
            wanted=wanted,
        )
    if found < wanted:
        raise OtherVersionError(
            "{file} was published by an earlier version of Jike: it holds tables of "
            "version {found}, this one reads version {wanted}",
            file=release.path.name,
            found=found,
            wanted=wanted,
        )


def _check_columns(release: Release) -> None:
    """What the list of this program names and the release does not have."""
    missing = lacking(dict(shape(release)))
    if missing:
        raise OtherVersionError(
            "{file} was published by another version of Jike: it lacks {missing}",
            file=release.path.name,
            missing=missing[:NAMED_AT_MOST] + ["…"] * (len(missing) > NAMED_AT_MOST),
        )


def held(home: Home) -> Held | None:
    """Give the newest build when its checks failed and what is served is older."""
    records = sorted((home.state / "audits").glob("*.json"), reverse=True)
    if not records:
        return None
    record = _json_or_nothing(records[0])
    run = records[0].stem
    if record.get("verdict") != "held" or run <= _served_run(home):
        return None
    built = _json_or_nothing(home.build / f"{run}.json")
    return Held(
        run=run,
        as_of=_day(built.get("as_of")),
        delivered_on=_day(built.get("delivered_on")),
        failed=tuple(
            str(result.get("check_name"))
            for result in record.get("results", [])
            if isinstance(result, dict) and result.get("status") == "failed"
        ),
    )


def _served_run(home: Home) -> str:
    name, _ = pointed(home)
    if name is None:
        return ""
    manifest = _json_or_nothing((home.releases / name).with_suffix(".json"))
    return str(manifest.get("run", ""))


def _json_or_nothing(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


# One connection per file and process; every query takes its own cursor, because
# threads that share a connection get each other's rows.
_opened: dict[tuple[str, int, int, int], "duckdb.DuckDBPyConnection"] = {}
_shapes: dict[Path, Shape] = {}
_opening = threading.Lock()
_KEPT_OPEN = 12


def _connection(release: Release) -> "duckdb.DuckDBPyConnection":
    try:
        stat = release.path.stat()
    except OSError:
        raise ReleaseError(
            "release file {file} is missing", file=release.path.name
        ) from None
    key = (str(release.path), stat.st_ino, stat.st_size, stat.st_mtime_ns)
    with _opening:
        if key not in _opened:
            if sha256_of(release.path) != release.sha256:
                raise ReleaseError(
                    "{file} was changed after publishing", file=release.path.name
                )
            _opened[key] = _connect(release.path)
            while len(_opened) > _KEPT_OPEN:
                _opened.pop(next(iter(_opened)))
        return _opened[key]


def forget(release: Release) -> None:
    """Let go of a file that will not be asked again under this name."""
    with _opening:
        for key in [key for key in _opened if key[0] == str(release.path)]:
            _opened.pop(key).close()
        _shapes.pop(release.path, None)


def _connect(path: Path | str) -> "duckdb.DuckDBPyConnection":
    import duckdb

    try:
        return duckdb.connect(
            str(path),
            read_only=path != ":memory:",
            config={
                "enable_external_access": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "python_enable_replacements": "false",
                "lock_configuration": "true",
            },
        )
    except duckdb.Error as error:
        raise _not_opened(Path(path).name, str(error)) from None


def _not_opened(name: str, reason: str) -> ReleaseError:
    """Say why DuckDB opens no file that is whole."""
    held = held_open(name, reason)
    return held or ReleaseError("DuckDB cannot open {file}", file=name)


def held_open(name: str, reason: str) -> HeldOpenError | None:
    """Read from what DuckDB says that another program has a file open, and which."""
    if "Could not set lock" not in reason:
        return None
    found = HOLDER.search(reason)
    other = Message("another program")
    if found:
        other = Message(
            "{program}, process {pid}", program=found["program"], pid=found["pid"]
        )
    return HeldOpenError(
        "another program has {file} open ({other})",
        mended_by=Message("end that program; nothing has to be removed"),
        file=name,
        other=other,
    )


def read(question: Question, scope: Scope, release: Release) -> "pd.DataFrame":
    """Answer a question from a release, limited to what the viewer may see.

    Gives the question's columns; decimals come as float, dates as datetime64.

    Raises:
        JikeError: the question is not allowed, fails, or takes longer than
            QUERY_SECONDS; the message never holds a value of the data.
    """
    if question.finish is not None:
        import pandas as pd

        return pd.DataFrame(rows(question, scope, release))
    with _answer(question, scope, release) as cursor:
        return cursor.df()


def rows(question: Question, scope: Scope, release: Release) -> list[dict[str, Any]]:
    """Answer a question like `read`, as plain rows keyed by column, without pandas."""
    with _answer(question, scope, release) as cursor:
        names = [column[0] for column in cursor.description or []]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found if question.finish is None else question.finish(found)


def shape(release: Release) -> Shape:
    """Give the tables of a release, each with its columns in order."""
    return _shape(release.path, _connection(release))


def _shape(path: Path, connection: "duckdb.DuckDBPyConnection") -> Shape:
    if path not in _shapes:
        found: dict[str, tuple[str, ...]] = {}
        cursor = connection.cursor()
        for table, column in cursor.execute(
            "select table_name, column_name from information_schema.columns "
            "where table_schema = 'main' order by table_name, ordinal_position"
        ).fetchall():
            found[table] = (*found.get(table, ()), column)
        _shapes[path] = tuple(found.items())
    return _shapes[path]


@lru_cache(maxsize=1)
def _reader_of_texts() -> "duckdb.DuckDBPyConnection":
    return _connect(":memory:")


def _syntax_tree(sql: str) -> str:
    cursor = _reader_of_texts().cursor()
    answer = cursor.execute(
        "select cast(json_serialize_sql(cast(? as varchar)) as varchar)", [sql]
    ).fetchone()
    return str(answer[0]) if answer else "{}"


@contextmanager
def _answer(
    question: Question, scope: Scope, release: Release
) -> Iterator["duckdb.DuckDBPyConnection"]:
    import duckdb

    about = ", ".join(question.tables)
    connection = _connection(release)
    sql, values = narrowed(
        question, scope, _shape(release.path, connection), _syntax_tree
    )
    cursor = connection.cursor()
    timer = threading.Timer(QUERY_SECONDS, cursor.interrupt)
    timer.daemon = True
    timer.start()
    try:
        cursor.execute(sql, values)
        yield cursor
    except duckdb.InterruptException:
        raise JikeError(
            "the question on {about} was stopped after {seconds:.0f} seconds; "
            "ask for less",
            about=about,
            seconds=QUERY_SECONDS,
        ) from None
    except duckdb.Error as error:
        raise JikeError(
            "the question on {about} failed in release {number} ({kind})",
            about=about,
            number=release.number,
            kind=type(error).__name__,
        ) from error
    finally:
        timer.cancel()
        # A timer still ending while Python does leaves DuckDB's objects behind it.
        timer.join()
        cursor.close()
