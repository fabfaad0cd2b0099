"""Is a build believable enough to be shown? The gate between build and publish.

The gate is computed here from single results and fails closed: what cannot be checked
has failed. Results hold counts, never values of rows.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from jike.checks.about import about
from jike.checks.applicable import delivered, divide
from jike.checks.expectations import (
    EXPECTATIONS,
    ExpectationFile,
    load_expectations,
    suite_hash,
)
from jike.checks.gate import Accepted, acceptance, gate, now, refusal
from jike.checks.lineage import Lineage
from jike.checks.reconcile import ROWS_DO_NOT_FALL, compare_rows, reconcile
from jike.checks.running import NOT_EVALUATED, Outcome, evaluate, safe_message
from jike.ground.durable import sha256_of, write_json
from jike.ground.errors import (
    AuditError,
    JikeError,
    Message,
    WrongInputError,
    one_after_another,
)
from jike.ground.failpoints import reach
from jike.ground.home import Home, finished_builds
from jike.ground.private import private
from jike.ground.quoting import literal
from jike.releases.kept import released
from jike.releases.manifest import (
    SCHEMA_VERSION,
    Release,
    ReleaseError,
    manifest_of,
    newest_first,
    number_of,
    read_manifest,
)
from jike.releases.opening import current_release, whole_release
from jike.releases.pointer import pointed
from jike.releases.tables import tables_sha256

NAMED_AT_MOST = 3
LATER_ROWS = "raw.later_rows"
CHECKS = """
    run varchar, checked_table varchar, check_name varchar, column_name varchar,
    severity varchar, status varchar, observed varchar, because_zh varchar,
    because_en varchar, kpis varchar
"""


@dataclass(frozen=True)
class AuditRecord:
    """What an audit found, bound to the build by its hash.

    `verdict` is passed or held, `counts` the number of outcomes by status.
    """

    run: str
    build_sha256: str
    as_of: date | None
    audited_at: str
    verdict: str
    counts: dict[str, int]
    suite_hash: str
    accepted: tuple[Accepted, ...]
    results: tuple[Outcome, ...]


@private()
def audit(
    home: Home,
    run: str | None = None,
    accept: str | None = None,
    because: str | None = None,
    expectations: Path = EXPECTATIONS,
    carried: tuple[Accepted, ...] = (),
) -> AuditRecord:
    """Check a build, by default the newest, and write state/audits/<run>.json.

    `accept` names a failed check, e.g. raw.bills.newest_month_is_whole, that shall not
    hold this build, and `because` says why; both stand in the record. Only what a
    source delivered and row counts can be accepted, not what was computed here.
    `carried` was accepted for an earlier build of the same deliveries. The record of a
    build that was published stays as it was published, and is given back.

    Raises:
        WrongInputError: there is no such build, or `accept` names no check that failed
            and can be accepted.
        AuditError: a check failed; the record says which, and nothing may be published.
    """
    if bool(accept) != bool(because):
        raise WrongInputError("--accept CHECK and --because TEXT go together")
    path = _build_file(home, run)
    sha256 = sha256_of(path)
    record_path = home.state / "audits" / f"{path.stem}.json"
    if known := _as_published(home, record_path, sha256):
        if accept:
            raise WrongInputError(
                "--accept {accept}: build {run} is published, nothing holds it",
                accept=accept,
                run=path.stem,
            )
        return known
    accepted = _accepted_before(record_path, sha256) or carried
    _begin(record_path, sha256, accepted)
    reach("audit:started")
    as_of, outcomes = _examine(home, path, sha256, expectations)
    reach("audit:examined")
    refused = refusal(accept, outcomes) if accept else None
    if accept and because and not refused:
        accepted = _with(accepted, acceptance(accept, because))
    record = _record(path, sha256, as_of, outcomes, accepted, expectations)
    _write_checks(path, record)
    reach("audit:written")
    write_json(record_path, asdict(record) | {"as_of": as_of and as_of.isoformat()})
    if refused:
        raise refused
    if record.verdict != "passed":
        raise _held(record)
    return record


def _as_published(home: Home, record_path: Path, sha256: str) -> AuditRecord | None:
    """The record that let a build out, when it was published and is unchanged."""
    manifest = released(home, record_path.stem)
    if manifest.get("build_sha256") != sha256 or not record_path.is_file():
        return None
    if sha256_of(record_path) != manifest.get("audit_sha256"):
        return None
    try:
        raw = json.loads(record_path.read_text(encoding="utf-8"))
        return AuditRecord(
            **{
                **raw,
                "as_of": _day(raw["as_of"]),
                "accepted": tuple(Accepted(**entry) for entry in raw["accepted"]),
                "results": tuple(Outcome(**entry) for entry in raw["results"]),
            }
        )
    except (ValueError, KeyError, TypeError):
        return None


def _with(accepted: tuple[Accepted, ...], entry: Accepted) -> tuple[Accepted, ...]:
    return (*(other for other in accepted if other.check != entry.check), entry)


def _record(
    path: Path,
    sha256: str,
    as_of: date | None,
    outcomes: Iterable[Outcome],
    accepted: tuple[Accepted, ...],
    expectations: Path,
) -> AuditRecord:
    verdict, counts, results = gate(outcomes, accepted)
    return AuditRecord(
        run=path.stem,
        build_sha256=sha256,
        as_of=as_of,
        audited_at=now(),
        verdict=verdict,
        counts=counts,
        suite_hash=suite_hash(expectations),
        accepted=accepted,
        results=results,
    )


def _build_file(home: Home, run: str | None) -> Path:
    """Give the file of a finished build: one with build/<run>.json beside it."""
    finished = finished_builds(home)
    if not finished:
        raise WrongInputError("nothing is built yet; run `jike build`")
    if run is None:
        return finished[-1]
    wanted = [path for path in finished if path.stem == run.zfill(6)]
    if not wanted:
        there = [path.stem for path in finished]
        raise WrongInputError(
            "there is no build {run}; there are {there}", run=run, there=there
        )
    return wanted[0]


def _accepted_before(record_path: Path, sha256: str) -> tuple[Accepted, ...]:
    """Give what was accepted for this very build file in earlier audits."""
    try:
        record = json.loads(record_path.read_text(encoding="utf-8"))
        if record["build_sha256"] != sha256:
            return ()
        return tuple(Accepted(**entry) for entry in record["accepted"])
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def _begin(record_path: Path, sha256: str, accepted: Iterable[Accepted]) -> None:
    """Take back what an earlier audit said: until this one is over nothing passed."""
    unfinished = {
        "run": record_path.stem,
        "build_sha256": sha256,
        "verdict": "unfinished",
        "accepted": [asdict(entry) for entry in accepted],
    }
    write_json(record_path, unfinished)


def _examine(
    home: Home, path: Path, sha256: str, expectations: Path
) -> tuple[date | None, list[Outcome]]:
    """Run every check; give the build's as_of and the outcomes."""
    built = _built(path)
    as_of = _day(built.get("as_of"))
    if as_of is None or built.get("sha256") != sha256:
        changed = _broken(
            "build",
            "is_as_it_was_built",
            Message(
                "{file} is not the file that was built; build again", file=path.name
            ),
        )
        return as_of, [changed]
    if failures := built.get("dbt_failures"):
        told = Message("{n} dbt tests failed; build again", n=len(failures))
        return as_of, [_broken("build", "dbt_tests_pass", told)]
    try:
        outcomes = _checked(home, path, as_of, expectations)
    except Exception as error:  # whatever goes wrong, the gate must stay shut
        reason = (
            error.message
            if isinstance(error, JikeError)
            else safe_message(f"{type(error).__name__}: {error}")
        )
        outcomes = [_broken("build", "can_be_checked", reason)]
    if sha256_of(path) != sha256:
        outcomes.append(
            _broken(
                "build",
                "stays_as_it_is",
                Message(
                    "{file} changed while it was audited; build again", file=path.name
                ),
            )
        )
    return as_of, outcomes


def _built(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None


def _checked(home: Home, path: Path, as_of: date, expectations: Path) -> list[Outcome]:
    files = load_expectations(expectations)
    with duckdb.connect(str(path), read_only=True) as con:
        tables = _tables(con)
        missing = [file for file in files if file.checked_table not in tables]
        outcomes = [_missing(file) for file in missing]
        there = [file for file in files if file not in missing]
        applicable, left_out = divide(delivered(con), there)
        evaluated = evaluate(path, applicable, as_of)
        if not evaluated:
            outcomes.append(
                _broken(
                    "build",
                    "is_checked",
                    Message("not one expectation applies; build again"),
                )
            )
        outcomes += [_placed(con, outcome) for outcome in evaluated]
        outcomes += left_out
        outcomes += reconcile(con, as_of)
        outcomes += _drift(home, con, files, _built(path).get("parameters") or {})
        lineage = Lineage(
            home.build / "dbt" / "target" / "manifest.json",
            _families(con),
            {file.checked_table: file.kpis for file in files if file.kpis},
        )
        touching = [
            replace(outcome, kpis=lineage.touched(outcome.checked_table))
            for outcome in outcomes
        ]
        return [about(con, files, outcome) for outcome in touching]


def _placed(con: duckdb.DuckDBPyConnection, outcome: Outcome) -> Outcome:
    """Name the row that is dated furthest from its delivery."""
    if outcome.checked_table != LATER_ROWS or outcome.status == "passed":
        return outcome
    file, line, column, dated_on, delivered_on = con.execute(
        "select file, line, column_name, dated_on, delivered_on from raw.later_rows "
        "order by dated_on - delivered_on desc, source, entity, file, line, column_name"
    ).fetchall()[0]
    place = Message(
        "{file} line {line}, column {column}: {dated_on}, delivered on {delivered_on}",
        file=file,
        line=line,
        column=column,
        dated_on=dated_on,
        delivered_on=delivered_on,
    )
    return replace(outcome, place=place)


def _tables(con: duckdb.DuckDBPyConnection) -> set[str]:
    found = con.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
    ).fetchall()
    return {name for (name,) in found}


def _families(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    try:
        rows = con.execute("select kpi, family from marts.dim_kpis").fetchall()
    except duckdb.Error:
        return {}
    return {str(kpi): str(family) for kpi, family in rows}


def _drift(
    home: Home,
    con: duckdb.DuckDBPyConnection,
    files: Iterable[ExpectationFile],
    parameters: Mapping[str, Any],
) -> list[Outcome]:
    """Compare with the release that is served; nothing to compare with is a warning.

    Before the first release there is nothing to compare. Other parameters make other
    rows: then the newest release before it that was made with these is compared. Rows
    of tables that mean something else by now are compared, and hold nothing.
    """
    if pointed(home) == (None, None) and not newest_first(home):
        return []
    may_fall = {file.table: file.rows_may_fall for file in files}
    try:
        release = _comparable(home, parameters)
        found = compare_rows(con, release.path, may_fall)
    except (JikeError, duckdb.Error) as error:
        reason = (
            error.message if isinstance(error, JikeError) else safe_message(str(error))
        )
        return [_not_compared(reason)]
    if release.tables_sha256 != tables_sha256():
        marts = {table.removeprefix("marts.") for table in _tables(con)}
        found = [o for o in found if o.checked_table.removeprefix("marts.") in marts]
    if release.schema_version == SCHEMA_VERSION:
        return found
    return [
        replace(outcome, status="warning") if outcome.status == "failed" else outcome
        for outcome in found
    ]


def _comparable(home: Home, parameters: Mapping[str, Any]) -> Release:
    """The served release, else the newest before it made with the same parameters.

    Raises:
        JikeError: no release can be read, or none was made with them.
    """
    served = current_release(home, any_version=True)
    different = _different(manifest_of(served), parameters)
    if not different:
        return served
    for name in newest_first(home):
        if number_of(name) >= served.number:
            continue
        try:
            manifest = read_manifest((home.releases / name).with_suffix(".json"))
            if not _different(manifest, parameters):
                return whole_release(home, name)
        except ReleaseError:
            continue
    raise ReleaseError(
        "no release was made with the parameters of this build ({names} differ); rows "
        "are compared again from the next build on",
        names=different,
    )


def _different(manifest: Mapping[str, Any], parameters: Mapping[str, Any]) -> list[str]:
    """The parameters that a release and a build have and that are not the same."""
    former = manifest.get("parameters") or {}
    return sorted(
        name
        for name in former.keys() & parameters.keys()
        if str(former[name]) != str(parameters[name])
    )


def _not_compared(reason: Message) -> Outcome:
    return replace(
        _broken("release", ROWS_DO_NOT_FALL, reason),
        severity="warning",
        status="warning",
        because_zh="没有可读的发布版本可比，看不出是否漏交了数据",
        because_en="no release to compare with: missing data would not be seen",
    )


def _missing(file: ExpectationFile) -> Outcome:
    told = Message("{table} is missing", table=file.checked_table)
    return _broken(file.checked_table, "exists", told)


def _broken(table: str, name: str, message: Message) -> Outcome:
    """Make the outcome of a check that could not be made."""
    return Outcome(
        checked_table=table,
        check_name=name,
        column_name=None,
        severity="critical",
        status="failed",
        observed=NOT_EVALUATED,
        because_zh="没有检查过的数字不能发布",
        because_en="a number that was not checked must not be published",
        message=message,
    )


def _write_checks(path: Path, record: AuditRecord) -> None:
    """Write build/<run>.checks.parquet, one row per outcome, in one step."""
    target = path.with_suffix(".checks.parquet")
    waiting = target.with_name(f".{target.name}.tmp")
    rows = [
        (
            record.run,
            result.checked_table,
            result.check_name,
            result.column_name,
            result.severity,
            result.status,
            result.observed,
            result.because_zh,
            result.because_en,
            result.kpis,
        )
        for result in record.results
    ]
    with duckdb.connect() as con:
        con.execute(f"create table checks ({CHECKS})")
        con.executemany(f"insert into checks values ({', '.join('?' * 10)})", rows)
        con.execute(f"copy checks to {literal(waiting)} (format parquet)")
    waiting.replace(target)


def _held(record: AuditRecord) -> AuditError:
    return AuditError(
        "build {run} is held: {failed}; see state/audits/{run}.json",
        run=record.run,
        failed=_named(record),
    )


def _named(record: AuditRecord) -> Message:
    """Name the first checks that failed, each with its reason."""
    failed = [result for result in record.results if result.status == "failed"]
    if not failed:
        return Message("not one check was made")
    named = one_after_another([_told(result) for result in failed[:NAMED_AT_MOST]])
    more = len(failed) - NAMED_AT_MOST
    if more <= 0:
        return named
    return Message("{named} and {more} more", named=named, more=more)


def _told(result: Outcome) -> Message:
    why = result.message or Message(
        "{because_en}", because_en=result.because_en, because_zh=result.because_zh
    )
    if result.place is None:
        return Message("{check} ({why})", check=result.check, why=why)
    return Message(
        "{check} ({why}; {place})", check=result.check, why=why, place=result.place
    )
