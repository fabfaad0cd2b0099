"""Lets an audited build out: the only writer of releases and of the pointer to one."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jike.ground.durable import (
    append_line,
    is_full,
    next_number,
    only_one,
    sha256_of,
    sync_file,
    sync_folder,
    write_json,
)
from jike.ground.errors import (
    AuditError,
    JikeError,
    Message,
    WrongInputError,
    system_reason,
)
from jike.ground.failpoints import reach
from jike.ground.home import Home, user_name
from jike.releases.opening import (
    FILE_NAME,
    POINTER,
    SCHEMA_VERSION,
    Release,
    described,
    forget,
    open_release,
    pointed,
    rows,
)
from jike.releases.question import Question
from jike.releases.restated import write_down, write_tables
from jike.releases.scope import ALL

if TYPE_CHECKING:
    import duckdb

RELEASES_KEPT = 10
GRACE_SECONDS = 3600
"""A release is not removed before it has been out of use this long."""

BESIDE_MARTS = (
    "deliveries",
    "quarantine",
    "checks",
    "closed_months",
    "restatements",
)
CHECKS = (
    ("run", "varchar"),
    ("checked_table", "varchar"),
    ("check_name", "varchar"),
    ("column_name", "varchar"),
    ("severity", "varchar"),
    ("status", "varchar"),
    ("observed", "varchar"),
    ("because_zh", "varchar"),
    ("because_en", "varchar"),
    ("kpis", "varchar"),
)


@dataclass(frozen=True)
class Listed:
    """A release as `jike releases` lists it; `trouble` says why it cannot be served."""

    number: int
    file: str
    is_current: bool
    run: str = ""
    as_of: str = ""
    published_at: str = ""
    is_sample: bool = False
    checks_passed: int = 0
    checks_warned: int = 0
    trouble: Message | None = None


def publish(home: Home, run: str | None = None) -> Release:
    """Copy an audited build into a release and let the pointer name it.

    Without `run` the newest finished build is taken. Until the pointer is replaced,
    what is served does not change, whenever the process dies.

    Raises:
        AuditError: the build has no passed audit record bound to its present content.
        BusyError: another publish or rollback runs.
        WrongInputError: no such build.
        JikeError: a table or column that pages need is missing, or the disk is full.
    """
    import duckdb

    home.releases.mkdir(parents=True, exist_ok=True)
    with only_one(home.state / "publish.lock", "publish"):
        _sweep(home)
        built = _chosen_build(home, run)
        audited = _passed_audit(home, built)
        unfinished = home.releases / f".unfinished-{os.getpid()}.duckdb"
        try:
            release = _make_release(home, built, audited, unfinished)
            _point(home, release, "publish")
        except (OSError, duckdb.Error) as error:
            raise _told(error, home, built) from error
        finally:
            _remove(unfinished)
        _collect(home)
        return release


def _chosen_build(home: Home, run: str | None) -> Path:
    finished = sorted(
        path
        for path in home.build.glob("*.duckdb")
        if path.with_suffix(".json").exists()
    )
    if run is None:
        if not finished:
            raise WrongInputError(
                "{folder} holds no finished build; run `build`", folder=home.build
            )
        return finished[-1]
    for path in finished:
        if path.stem == run:
            return path
    there = [path.stem for path in finished] or Message("none")
    raise WrongInputError(
        "build {run} is not there; there are: {there}", run=run, there=there
    )


def _passed_audit(home: Home, built: Path) -> dict[str, Any]:
    record_path = home.state / "audits" / f"{built.stem}.json"
    try:
        record = json.loads(record_path.read_text(encoding="utf-8"))
        verdict, sha256 = record["verdict"], record["build_sha256"]
    except FileNotFoundError:
        raise AuditError(
            "build {run} is built, not audited; run `audit`", run=built.stem
        ) from None
    except (ValueError, KeyError, TypeError):
        raise AuditError(
            "the audit record of build {run} is not readable; run `audit`",
            run=built.stem,
        ) from None
    if verdict != "passed":
        raise AuditError(
            "build {run} is held by its audit; see `audit`, mend the delivery "
            "or accept the check with --accept CHECK --because TEXT",
            run=built.stem,
        )
    if sha256 != sha256_of(built):
        raise AuditError(
            "build {run} is not the file that was audited; run `audit` again",
            run=built.stem,
        )
    return dict(record)


def _make_release(
    home: Home, built: Path, audited: dict[str, Any], unfinished: Path
) -> Release:
    """Copy, sync, hash and question the file before it gets a name to be served by."""
    counts, checks = _copy(home, built, unfinished)
    reach("publish:copied")
    unfinished.chmod(0o444)
    sync_file(unfinished)
    record = json.loads(built.with_suffix(".json").read_text(encoding="utf-8"))
    sha256 = sha256_of(unfinished)
    number = next_number(home.state, "release", _highest_number(home))
    name = f"{number:06d}_{sha256[:12]}.duckdb"
    manifest = {
        "number": number,
        "file": name,
        "sha256": sha256,
        "schema_version": SCHEMA_VERSION,
        "duckdb_version": _duckdb_version(),
        "run": built.stem,
        "build_sha256": audited["build_sha256"],
        "suite_hash": audited.get("suite_hash"),
        "accepted": audited.get("accepted", []),
        "as_of": record["as_of"],
        "delivered_on": record["delivered_on"],
        "parameters": record["parameters"],
        "lists": record["lists"],
        "is_sample": record["is_sample"],
        "published_at": _now(),
        "checks_passed": checks.get("passed", 0),
        "checks_warned": checks.get("warning", 0) + len(record["dbt_warnings"]),
        "dbt_warnings": record["dbt_warnings"],
        "rows": counts,
    }
    _ask_every_page(described(unfinished, manifest))
    reach("publish:asked")
    # Name first, manifest second: a file without a manifest is an orphan that the
    # next publish removes, a manifest always has its file.
    unfinished.rename(home.releases / name)
    sync_folder(home.releases)
    reach("publish:named")
    write_json((home.releases / name).with_suffix(".json"), manifest)
    reach("publish:described")
    return open_release(home, name)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _duckdb_version() -> str:
    import duckdb

    return str(duckdb.__version__)


def _copy(
    home: Home, built: Path, target: Path
) -> tuple[dict[str, int], dict[str, int]]:
    """Copy the marts and the facts about quality; give rows by table, checks by status.

    The file holds neither its number nor the time: what it says depends on the build.
    """
    import duckdb

    with duckdb.connect(str(target)) as con:
        con.execute(f"attach {_quoted(built)} as built (read_only)")
        marts = con.execute(
            "select table_name from information_schema.tables where "
            "table_catalog = 'built' and table_schema = 'marts' order by 1"
        ).fetchall()
        for (table,) in marts:
            con.execute(f"create table {table} as select * from built.marts.{table}")
        for table in ("deliveries", "quarantine"):
            con.execute(f"create table {table} as select * from built.raw.{table}")
        _copy_checks(con, home)
        con.execute("detach built")
        record = json.loads(built.with_suffix(".json").read_text(encoding="utf-8"))
        write_tables(con, home, _served(home), record)
        con.execute("checkpoint")
        tables = [*(name for (name,) in marts), *BESIDE_MARTS]
        counts = {
            table: (con.execute(f"select count(*) from {table}").fetchone() or (0,))[0]
            for table in tables
        }
        checks = con.execute(
            "select status, count(*) from checks where run = ? group by 1", [built.stem]
        ).fetchall()
    return counts, {status: number for status, number in checks}


def _served(home: Home) -> Release | None:
    """The release that is served, when there is one and it is whole."""
    name, _ = pointed(home)
    try:
        return open_release(home, name) if name else None
    except JikeError:
        return None


def _copy_checks(con: "duckdb.DuckDBPyConnection", home: Home) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in CHECKS)
    con.execute(f"create table checks ({columns})")
    names = ", ".join(name for name, _ in CHECKS)
    for path in sorted(home.build.glob("*.checks.parquet")):
        con.execute(
            f"insert into checks by name select {names} from "
            f"read_parquet({_quoted(path)})"
        )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _ask_every_page(release: Release) -> None:
    """Run what the pages ask once, so that no page meets a table it cannot read."""
    try:
        for question in questions_of_pages(release):
            rows(question, ALL, release)
    except JikeError as error:
        cause = str(error.__cause__ or "").splitlines()
        raise JikeError(
            "build {run} is not published, a page could not be shown: {error}{cause}",
            run=release.run,
            error=error,
            cause=f": {cause[0]}" if cause else "",
        ) from error
    finally:
        forget(release)


def questions_of_pages(release: Release) -> Iterator[Question]:
    """Give everything the pages ask for the newest period, and every KPI by one cut.

    Source: jike.pages, jike.kpis.ask and the catalogue of the release.
    """
    from jike.kpis import catalogue as kpis
    from jike.kpis.ask import kpi_rows
    from jike.kpis.cuts import TOTAL
    from jike.pages import frame as frame_questions
    from jike.pages.tried import all_questions

    periods = rows(frame_questions.periods(), ALL, release)
    period = str(periods[0]["period"]) if periods else ""
    yield from all_questions(period, TOTAL)
    catalogue = kpis.catalogue(
        rows(Question(("dim_kpis",), "select * from dim_kpis"), ALL, release),
        rows(Question(("dim_parts",), "select * from dim_parts"), ALL, release),
    )
    for kpi in catalogue.values():
        by = kpi.needs_dimension[:1] or kpi.dimensions[:1]
        yield kpi_rows(kpi, (period,), by=by)


def rollback(home: Home, number: int | None = None) -> Release:
    """Let the pointer name a former release; without a number the one before.

    Raises:
        WrongInputError: there is no such release; says which there are.
        JikeError: the release is damaged, or of another version of the tables.
    """
    with only_one(home.state / "publish.lock", "rollback"):
        name = _former(home, number)
        release = open_release(home, name)
        _point(home, release, "rollback")
        return release


def _former(home: Home, number: int | None) -> str:
    there = {listed.number: listed for listed in releases(home)}
    good = [number for number, listed in there.items() if listed.trouble is None]
    available = sorted(good) or Message("none")
    if number is None:
        current, _ = pointed(home)
        match = FILE_NAME.fullmatch(current or "")
        served = int(match[1]) if match else max(good, default=0) + 1
        older = [n for n in good if n < served]
        if not older:
            raise WrongInputError(
                "no release before {served}; there are: {available}",
                served=served,
                available=available,
            )
        number = max(older)
    if number not in there:
        raise WrongInputError(
            "release {number} is not there; there are: {available}",
            number=number,
            available=available,
        )
    if there[number].trouble:
        raise WrongInputError(
            "release {number} cannot be served: {trouble}; there are: {available}",
            number=number,
            trouble=there[number].trouble,
            available=available,
        )
    return there[number].file


def releases(home: Home) -> list[Listed]:
    """List the releases on disk, newest first, and which one is served."""
    current, _ = pointed(home)
    found = []
    for path in home.releases.glob("*.duckdb") if home.releases.exists() else ():
        match = FILE_NAME.fullmatch(path.name)
        if match:
            found.append(_listed(home, path, int(match[1]), path.name == current))
    return sorted(found, key=lambda listed: listed.number, reverse=True)


def _listed(home: Home, path: Path, number: int, is_current: bool) -> Listed:
    try:
        release = open_release(home, path.name)
    except JikeError as error:
        return Listed(number, path.name, is_current=is_current, trouble=error.message)
    return Listed(
        number,
        path.name,
        is_current=is_current,
        run=release.run,
        as_of=release.as_of.isoformat(),
        published_at=release.published_at.isoformat(),
        is_sample=release.is_sample,
        checks_passed=release.checks_passed,
        checks_warned=release.checks_warned,
    )


def _point(home: Home, release: Release, action: str) -> None:
    """Replace the pointer in one step and write the move down."""
    _write_down_what_was_missed(home)
    write_down(home, _served(home))
    former, _ = pointed(home)
    move = {
        "action": action,
        "number": release.number,
        "file": release.path.name,
        "sha256": release.sha256,
        "at": _now(),
        "by": user_name(),
        "before": former,
    }
    write_json(home.releases / POINTER, move)
    reach("publish:pointed")
    try:
        append_line(_journal(home), json.dumps(move))
    except OSError as error:
        raise JikeError(
            "release {number} is served, but {journal} could not be written "
            "({reason}); make room, the next publish or rollback adds the line",
            number=release.number,
            journal=_journal(home),
            reason=system_reason(error),
        ) from error


def _journal(home: Home) -> Path:
    return home.logs / "journal.jsonl"


def _write_down_what_was_missed(home: Home) -> None:
    """Add the last move when the process died between the pointer and the journal."""
    try:
        move = json.loads((home.releases / POINTER).read_text(encoding="utf-8"))
        line = json.dumps(move)
    except (OSError, ValueError):
        return
    if not isinstance(move, dict) or "action" not in move:
        return
    journal = _journal(home)
    known = journal.read_text("utf-8", "replace") if journal.exists() else ""
    if line not in known.splitlines():
        append_line(journal, line)


def _highest_number(home: Home) -> int:
    matches = (FILE_NAME.fullmatch(path.name) for path in home.releases.iterdir())
    return max((int(match[1]) for match in matches if match), default=0)


def _sweep(home: Home) -> None:
    """Remove what a killed publish left: unfinished files, files without manifest."""
    for path in home.releases.glob(".*"):
        if path.name.startswith((".unfinished-", f".{POINTER}.")):
            _remove(path)
    current, _ = pointed(home)
    for path in home.releases.glob("*.duckdb"):
        if path.name != current and not path.with_suffix(".json").exists():
            _remove(path)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _collect(home: Home) -> None:
    """Keep the last ten releases, and what is or was just now served."""
    names = sorted(
        (path.name for path in home.releases.glob("*.duckdb")),
        key=lambda name: int(name.split("_")[0]),
        reverse=True,
    )
    current, _ = pointed(home)
    recent = _served_within_grace(home)
    for name in names[RELEASES_KEPT:]:
        if name != current and name not in recent:
            path = home.releases / name
            _remove(path)
            path.with_suffix(".json").unlink(missing_ok=True)


def _served_within_grace(home: Home) -> set[str]:
    """Give the files whose service ended less than GRACE_SECONDS ago."""
    now = time.time()
    recent: set[str] = set()
    for line in _journal(home).read_text("utf-8", "replace").splitlines():
        try:
            move = json.loads(line)
            ended = datetime.fromisoformat(move["at"]).timestamp()
        except (ValueError, KeyError, TypeError):
            continue
        if abs(now - ended) < GRACE_SECONDS and move.get("before"):
            recent.add(move["before"])
    return recent


def _told(error: Exception, home: Home, built: Path) -> Exception:
    """Turn a database error or a full disk into a sentence; leave the others."""
    if is_full(str(error)):
        free = shutil.disk_usage(home.releases).free >> 20
        needed = max(built.stat().st_size >> 20, 1)
        return JikeError(
            "{folder} is full: {free} MB free, up to {needed} MB needed; what "
            "is served has not changed",
            folder=home.releases,
            free=free,
            needed=needed,
        )
    if isinstance(error, OSError):
        return error
    if type(error).__name__ == "CatalogException":
        return JikeError(
            "build {run} lacks a table that a release needs: {reason}",
            run=built.stem,
            reason=str(error).splitlines()[0],
        )
    return JikeError(
        "build {run} cannot be copied ({kind}); build again",
        run=built.stem,
        kind=type(error).__name__,
    )
