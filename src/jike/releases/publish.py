"""Lets an audited build out: the only writer of releases and of the pointer to one."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jike.ground.disk import is_full, no_room, release_megabytes
from jike.ground.durable import (
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
)
from jike.ground.failpoints import reach
from jike.ground.home import Home, finished_builds
from jike.ground.private import closed_to, private
from jike.ground.quoting import literal, quoted_path
from jike.releases.kept import collect, released, remove, serve, served, sweep
from jike.releases.manifest import (
    SCHEMA_VERSION,
    Release,
    described,
    newest_first,
    number_of,
)
from jike.releases.opening import forget, held_open, open_release, rows
from jike.releases.pointer import beside, now
from jike.releases.question import Question
from jike.releases.restated import write_tables
from jike.releases.scope import ALL
from jike.releases.tables import tables_sha256

if TYPE_CHECKING:
    import duckdb

Questions = Callable[[Release], Iterable[Question]]
"""What a release must be able to answer before it is served."""

RECORDED = (
    *("as_of", "delivered_on", "parameters", "lists", "is_sample", "dbt_warnings"),
)
"""What the manifest of a release tells of its build."""
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


@private()
def publish(home: Home, run: str | None = None, *, questions: Questions) -> Release:
    """Copy an audited build into a release and let the pointer name it.

    Without `run` the newest finished build is taken. `questions` are asked of the new
    file first; one that cannot be answered stops it. Until the pointer is replaced,
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
        sweep(home)
        built = _chosen_build(home, run)
        audited = _passed_audit(home, built)
        unfinished = home.releases / f".unfinished-{os.getpid()}.duckdb"
        try:
            manifest = _made(home, built, audited, unfinished)
            _try(questions, described(unfinished, manifest))
            reach("publish:asked")
            release = _named(home, unfinished, manifest)
            serve(home, release, "publish")
        except (OSError, duckdb.Error) as error:
            raise _told(error, home, built) from error
        finally:
            remove(unfinished)
        collect(home)
        return release


def _chosen_build(home: Home, run: str | None) -> Path:
    finished = finished_builds(home)
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


def _made(
    home: Home, built: Path, audited: dict[str, Any], unfinished: Path
) -> dict[str, Any]:
    """Copy, sync and hash the file; give the manifest it is to have."""
    record = _record(built)
    counts, checks, content = _copy(home, built, record, unfinished)
    reach("publish:copied")
    unfinished.chmod(0o444 & ~closed_to())
    sync_file(unfinished)
    sha256 = sha256_of(unfinished)
    highest = max(map(number_of, newest_first(home)), default=0)
    number = next_number(home.state, "release", highest)
    return {
        "number": number,
        "file": f"{number:06d}_{sha256[:12]}.duckdb",
        "sha256": sha256,
        "content_sha256": content,
        "schema_version": SCHEMA_VERSION,
        "tables_sha256": tables_sha256(),
        "duckdb_version": _duckdb_version(),
        "run": built.stem,
        "build_sha256": audited["build_sha256"],
        "suite_hash": audited.get("suite_hash"),
        **_bound(home, built.stem),
        "accepted": audited.get("accepted", []),
        **{name: record[name] for name in RECORDED},
        "published_at": now(),
        "checks_passed": checks.get("passed", 0),
        "checks_warned": checks.get("warning", 0) + len(record["dbt_warnings"]),
        "rows": counts,
    }


def _record(built: Path) -> dict[str, Any]:
    """What a build was made with.

    Raises:
        JikeError: its record was damaged.
    """
    try:
        record = json.loads(built.with_suffix(".json").read_text(encoding="utf-8"))
        date.fromisoformat(record["as_of"])
        len(record["dbt_warnings"])
        return {name: record[name] for name in RECORDED}
    except (ValueError, KeyError, TypeError):
        raise JikeError(
            "{path} is not readable; run `jike build`, then audit and publish that",
            path=built.with_suffix(".json"),
        ) from None


def _bound(home: Home, run: str) -> dict[str, str]:
    """The hashes of what stands beside the release."""
    return {
        entry: sha256_of(path)
        for entry, path in beside(home, run).items()
        if path.exists()
    }


def _named(home: Home, unfinished: Path, manifest: dict[str, Any]) -> Release:
    """Give the file the name it is served by, then its manifest.

    In this order: a file without a manifest is an orphan that the next publish removes,
    a manifest always has its file.
    """
    name = manifest["file"]
    unfinished.rename(home.releases / name)
    sync_folder(home.releases)
    reach("publish:named")
    write_json((home.releases / name).with_suffix(".json"), manifest)
    reach("publish:described")
    return open_release(home, name)


def _duckdb_version() -> str:
    import duckdb

    return str(duckdb.__version__)


def _copy(
    home: Home, built: Path, record: Mapping[str, Any], target: Path
) -> tuple[dict[str, int], dict[str, int], str]:
    """Copy the marts and the facts about quality.

    Gives rows by table, checks by status, and the hash of what was built. The file
    holds neither its number nor the time: what it says depends on the build.
    """
    import duckdb

    with duckdb.connect(str(target)) as con:
        con.execute(f"attach {literal(built)} as built (read_only)")
        marts = con.execute(
            "select table_name from information_schema.tables where "
            "table_catalog = 'built' and table_schema = 'marts' order by 1"
        ).fetchall()
        for (table,) in marts:
            # Parts in one order: a sum of doubles over them ends on the same digit.
            order = " order by all" if table.startswith(("kpi_", "fct_parts_")) else ""
            con.execute(
                f"create table {table} as select * from built.marts.{table}{order}"
            )
        for table in ("deliveries", "quarantine"):
            con.execute(f"create table {table} as select * from built.raw.{table}")
        content = content_sha256(con)
        _copy_checks(con, home)
        con.execute("detach built")
        write_tables(con, home, served(home), record)
        con.execute("checkpoint")
        tables = [*(name for (name,) in marts), *BESIDE_MARTS]
        counts = {
            table: (con.execute(f"select count(*) from {table}").fetchone() or (0,))[0]
            for table in tables
        }
        checks = con.execute(
            "select status, count(*) from checks where run = ? group by 1", [built.stem]
        ).fetchall()
    return counts, {status: number for status, number in checks}, content


def content_sha256(con: "duckdb.DuckDBPyConnection") -> str:
    """Give 64 hex digits that are equal when every row of every table is.

    The order of rows does not count, the last bit of a double does. Two builds of the
    same deliveries, lists and parameters agree in it, though the files that hold them
    never do: DuckDB numbers each file anew and fills it by several threads. Rows are
    hashed by DuckDB, so only one version of it compares.
    """
    tables = con.execute(
        "select table_name, list(column_name || ' ' || data_type order by column_index)"
        " from duckdb_columns() where database_name = current_database()"
        " and not internal group by 1 order by 1"
    ).fetchall()
    hashed = [
        (
            *(table, columns),
            *con.execute(
                "select count(*), coalesce(sum(hash(one_row)), 0),"
                f" coalesce(bit_xor(hash(one_row)), 0) from {table} as one_row"
            ).fetchall(),
        )
        for table, columns in tables
    ]
    return hashlib.sha256(json.dumps(hashed, default=str).encode()).hexdigest()


def _copy_checks(con: "duckdb.DuckDBPyConnection", home: Home) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in CHECKS)
    con.execute(f"create table checks ({columns})")
    names = ", ".join(name for name, _ in CHECKS)
    for path in sorted(home.build.glob("*.checks.parquet")):
        _check_checks(home, path)
        con.execute(
            f"insert into checks by name select {names} from "
            f"read_parquet({quoted_path(path)})"
        )


def _check_checks(home: Home, path: Path) -> None:
    """What was checked of a build that was published is as it was then."""
    bound = released(home, path.name.split(".")[0]).get("checks_sha256")
    if bound and bound != sha256_of(path):
        raise JikeError(
            "{path} was changed after publishing; remove it, then the checks of that "
            "build are listed no more",
            path=path,
        )


def _try(questions: Questions, release: Release) -> None:
    """Ask everything once, so that no page meets a table it cannot read."""
    try:
        for question in questions(release):
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


def _told(error: Exception, home: Home, built: Path) -> Exception:
    """Turn a database error or a full disk into a sentence; leave the others."""
    if is_full(str(error)):
        return no_room(home.releases, release_megabytes(built), str(error))
    if isinstance(error, OSError):
        return error
    if held := held_open(built.name, str(error)):
        return JikeError(
            "build {run} is not published: {reason}; {remedy}",
            run=built.stem,
            reason=held.message,
            remedy=held.remedy,
        )
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
