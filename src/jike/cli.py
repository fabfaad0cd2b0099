"""The command line: one verb a job, joined here and nowhere else.

Results go to the output, progress and errors to the error output. Heavy packages are
imported by the verb that needs them, so that --help and mistakes are instant.
"""

import argparse
import json
import logging
import os
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jike import __version__
from jike.errors import AuditError, JikeError, WrongInputError
from jike.home import Home, find_home

if TYPE_CHECKING:
    from jike.audit import AuditRecord
    from jike.build import BuildRecord
    from jike.load import FileReport
    from jike.release import Release

SAMPLE_DAY = "2025-09-30"
SAMPLE_SOURCE = "sample"
INTERRUPTED = 130

LOOK_AT = """ Look at:

  Scorecard    info revenue of the province and its cities against target and time
               progress; choose a city in the branch list
  Retention    the cohort of enterprise customers month by month against what was
               expected, and who was lost to whom
  Data quality what was delivered, which rows were rejected and why, which checks ran
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and give its exit code.

    0 done, 1 failed, 2 wrong usage or input, 3 audit failed, 4 busy. The message is
    one sentence; with --debug the traceback follows.
    """
    options = make_parser().parse_args(arguments)
    # Set before any library does: what they find worth telling is not what we do.
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    try:
        return int(options.run(options) or 0)
    except JikeError as error:
        _show_trace(options)
        _say(f"jike: {error}")
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough; keep Python quiet about it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        _say("jike: stopped; what is served has not changed")
        return INTERRUPTED
    except OSError as error:
        _show_trace(options)
        about = f"{error.filename}: " if error.filename else ""
        _say(f"jike: {about}{error.strerror or error}")
        return 1
    except Exception as error:
        _show_trace(options)
        _say(
            f"jike: {options.verb} failed ({type(error).__name__}); run it again with "
            "--debug for the trace"
        )
        return 1


def _show_trace(options: argparse.Namespace) -> None:
    if options.debug:
        traceback.print_exc()


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


# ---- what the verbs do ----


def _demo(options: argparse.Namespace) -> int:
    home = _home(options)
    if not options.no_serve:
        from jike.home import PROJECT
        from jike.serve import check_host, check_port

        check_host(options.host, PROJECT / ".streamlit" / "secrets.toml")
        check_port(options.host, options.port)
    _refuse_a_home_in_use(home)
    progress = Progress(loud=True)
    folder = _write_sample(home.root / f"sample-{SAMPLE_DAY}", 1, progress)
    day = date.fromisoformat(SAMPLE_DAY)
    _through(home, folder, SAMPLE_SOURCE, day, _BuildOptions(), progress)
    if options.no_serve:
        print("The demo is built; see it with `jike serve`.")
        return 0
    return _serve(options, LOOK_AT)


def _refuse_a_home_in_use(home: Home) -> None:
    folders = home.landing.iterdir() if home.landing.exists() else ()
    others = sorted(path.name for path in folders if path.name != SAMPLE_SOURCE)
    if others:
        raise WrongInputError(
            f"{home.root} holds deliveries of {', '.join(others)}; show the demo in "
            "a folder of its own: jike demo --home DIR"
        )


def _sample(options: argparse.Namespace) -> int:
    home = _home(options)
    out = options.out or home.root / f"sample-{SAMPLE_DAY}"
    folder = _write_sample(out, options.scale, Progress(options.json))
    if not options.json:
        print(f"{folder}: load it with `jike load {folder} --source {SAMPLE_SOURCE}`")
    return 0


def _write_sample(out: Path, scale: int, progress: "Progress") -> Path:
    from jike.sampling import write_sample

    with progress.step("sample") as step:
        written = write_sample(out, scale)
        step.rows = sum(rows for _, rows in written)
    return out


def _load(options: argparse.Namespace) -> int:
    progress = Progress(options.json)
    try:
        reports = _load_folder(
            _home(options),
            options.folder,
            options.source,
            options.delivered_on,
            progress,
        )
    except WrongInputError as error:
        _print_reports(getattr(error, "reports", ()), options.json)
        raise
    _print_reports(reports, options.json)
    return 0


def _load_folder(
    home: Home,
    folder: Path,
    source: str | None,
    delivered_on: date | None,
    progress: "Progress",
) -> "Sequence[FileReport]":
    from jike.load import load

    with progress.step("load") as step:
        reports = load(home, folder, source=source, delivered_on=delivered_on)
        step.rows = sum(report.accepted for report in reports)
    return reports


def _print_reports(reports: "Sequence[FileReport]", as_json: bool) -> None:
    if as_json:
        _print_json([report.as_dict() for report in reports])
        return
    table = [
        (
            report.file,
            report.entity or "",
            f"{report.read:,}",
            f"{report.accepted:,}",
            f"{report.quarantined:,}",
            report.refused
            or ", ".join(f"{rule} {n:,}" for rule, n in (report.by_rule or {}).items()),
        )
        for report in reports
    ]
    for report in reports:
        for warning in report.warnings:
            _say(f"warning: {report.file}: {warning}")
    if table:
        heads = ("file", "entity", "read", "accepted", "quarantined", "why")
        _print_table(heads, table)


def _build(options: argparse.Namespace) -> int:
    progress = Progress(options.json)
    record = _build_run(_home(options), _build_options(options), progress)
    if options.json:
        _print_json(record)
    else:
        print(_build_sentence(record))
    return 0


class _BuildOptions:
    """What a build was asked for on the command line."""

    def __init__(
        self,
        as_of: date | None = None,
        parameters: Mapping[str, str] | None = None,
        full: bool = False,
    ) -> None:
        self.as_of = as_of
        self.parameters = dict(parameters or {})
        self.full = full


def _build_options(options: argparse.Namespace) -> _BuildOptions:
    return _BuildOptions(options.as_of, dict(options.param or ()), options.full)


def _build_run(home: Home, asked: _BuildOptions, progress: "Progress") -> "BuildRecord":
    from jike.build import build

    with progress.step("build") as step:
        record = build(home, asked.as_of, asked.parameters, asked.full)
        step.note = f"{record.steps} steps"
    return record


def _build_sentence(record: "BuildRecord") -> str:
    warned = f", {len(record.dbt_warnings)} warnings" if record.dbt_warnings else ""
    return f"build {record.run}, data as of {record.as_of}{warned}"


def _audit(options: argparse.Namespace) -> int:
    if bool(options.accept) != bool(options.because):
        raise WrongInputError("--accept CHECK and --because TEXT go together")
    home = _home(options)
    try:
        record = _audit_run(
            home,
            options.run_number,
            Progress(options.json),
            options.accept,
            options.because,
        )
    except AuditError:
        if options.json:
            _print_record_of_held(home, options.run_number)
        raise
    if options.json:
        _print_json(record)
    else:
        print(_audit_sentence(record))
    return 0


def _print_record_of_held(home: Home, run: str | None) -> None:
    records = sorted((home.state / "audits").glob(f"{run or '*'}.json"))
    for path in records[-1:]:
        print(path.read_text(encoding="utf-8"))


def _audit_run(
    home: Home,
    run: str | None,
    progress: "Progress",
    accept: str | None = None,
    because: str | None = None,
) -> "AuditRecord":
    from jike.audit import audit

    with progress.step("audit") as step:
        record = audit(home, run, accept, because)
        step.note = _audit_sentence(record)
    return record


def _audit_sentence(record: "AuditRecord") -> str:
    counts = ", ".join(f"{number} {name}" for name, number in record.counts.items())
    return f"{record.verdict}: {counts}"


def _publish(options: argparse.Namespace) -> int:
    release = _publish_run(_home(options), options.run_number, Progress(options.json))
    _print_release(release, options.json)
    return 0


def _publish_run(home: Home, run: str | None, progress: "Progress") -> "Release":
    from jike.publish import publish

    with progress.step("publish") as step:
        release = publish(home, run)
        step.note = f"release {release.number}"
    return release


def _print_release(release: "Release", as_json: bool) -> None:
    if as_json:
        _print_json(release)
    else:
        print(
            f"release {release.number} is served, data as of {release.as_of}, "
            f"{release.checks_passed} checks passed, {release.checks_warned} warned"
        )


def _run(options: argparse.Namespace) -> int:
    progress = Progress(options.json)
    reports, built, audited, release = _through(
        _home(options),
        options.folder,
        options.source,
        options.delivered_on,
        _build_options(options),
        progress,
    )
    if options.json:
        files = [report.as_dict() for report in reports]
        steps = {"load": files, "build": built, "audit": audited, "publish": release}
        _print_json(steps)
        return 0
    _print_reports(reports, False)
    print(_build_sentence(built))
    print(_audit_sentence(audited))
    _print_release(release, False)
    return 0


def _through(
    home: Home,
    folder: Path,
    source: str | None,
    delivered_on: date | None,
    asked: _BuildOptions,
    progress: "Progress",
) -> "tuple[Sequence[FileReport], BuildRecord, AuditRecord, Release]":
    """Load, build, audit and publish; stop at the first that does not succeed."""
    reports = _load_folder(home, folder, source, delivered_on, progress)
    built = _build_run(home, asked, progress)
    audited = _audit_run(home, built.run, progress)
    return reports, built, audited, _publish_run(home, built.run, progress)


def _releases(options: argparse.Namespace) -> int:
    from jike.publish import releases

    listed = releases(_home(options))
    if options.json:
        _print_json(listed)
        return 0
    heads = ("release", "data as of", "published", "checks", "build", "")
    table = [
        (
            ("* " if one.is_current else "  ") + str(one.number),
            one.as_of,
            one.published_at,
            "" if one.trouble else f"{one.checks_passed}/{one.checks_warned}",
            one.run,
            one.trouble or ("sample data" if one.is_sample else ""),
        )
        for one in listed
    ]
    if table:
        _print_table(heads, table)
    else:
        print("nothing is published yet")
    return 0


def _rollback(options: argparse.Namespace) -> int:
    from jike.publish import rollback

    _print_release(rollback(_home(options), options.number), options.json)
    return 0


def _kpi(options: argparse.Namespace) -> int:
    from jike.kpi import run

    text = run(
        _home(options),
        options.codes,
        period=options.period,
        by=",".join(options.by) if options.by else None,
        where=options.where or (),
        as_of=options.as_of,
        fmt="json" if options.json else options.format,
        listing=options.list,
    )
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    return 0


def _serve(options: argparse.Namespace, look_at: str = "") -> int:
    from jike.serve import serve

    def announce(address: str) -> None:
        print(f"\nThe pages are at {address} (stop with Ctrl-C).{look_at}", flush=True)

    return serve(_home(options), options.host, options.port, announce)


def _test(options: argparse.Namespace) -> int:
    from jike.selftest import run_selftest

    steps = run_selftest(options.all, _say)
    for step in steps:
        verdict = "passed" if step.passed else "FAILED"
        print(f"{step.name:16} {verdict}  {step.seconds:6.1f} s")
    failed = [step.name for step in steps if not step.passed]
    if failed:
        raise JikeError(f"failed: {', '.join(failed)}; the reasons stand above")
    return 0


def _docs(options: argparse.Namespace) -> int:
    from jike.documents import write_documents

    for path in write_documents():
        print(path)
    return 0


# ---- how the verbs are called ----


def make_parser() -> argparse.ArgumentParser:
    """Give the parser of all verbs; `run` in its result is the verb's function."""
    parser = argparse.ArgumentParser(
        prog="jike",
        description="KPI warehouse for enterprise customers: load, build, audit, "
        "publish, look.",
        epilog="exit codes: 0 done, 1 failed, 2 wrong usage or input, 3 audit failed, "
        "nothing published, 4 busy",
    )
    parser.add_argument("--version", action="version", version=__version__)
    _add_common(parser, None, False)
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    _add_input_verbs(verbs)
    _add_gate_verbs(verbs)
    _add_reading_verbs(verbs)
    _add_project_verbs(verbs)
    return parser


def _add_common(parser: argparse.ArgumentParser, home: object, off: object) -> None:
    parser.add_argument(
        "--home", metavar="DIR", default=home, help="where state lives (JIKE_HOME)"
    )
    parser.add_argument(
        "--json", action="store_true", default=off, help="print JSON for machines"
    )
    parser.add_argument(
        "--debug", action="store_true", default=off, help="print tracebacks"
    )


Verbs = Any
Run = Callable[[argparse.Namespace], int]


def _verb(verbs: Verbs, name: str, run: Run, about: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = verbs.add_parser(
        name, help=about, description=about[0].upper() + about[1:] + "."
    )
    # Given after the verb or before it: suppressed defaults do not undo the latter.
    _add_common(parser, argparse.SUPPRESS, argparse.SUPPRESS)
    parser.set_defaults(run=run)
    return parser


def _add_input_verbs(verbs: Verbs) -> None:
    demo = _verb(verbs, "demo", _demo, "make the sample province and show it")
    demo.add_argument("--no-serve", action="store_true", help="stop before the pages")
    _add_address(demo)
    sample = _verb(verbs, "sample", _sample, "write a delivery of the sample province")
    sample.add_argument("--scale", type=_positive, default=1, metavar="N")
    sample.add_argument("--out", type=Path, metavar="DIR")
    load = _verb(verbs, "load", _load, "check a delivery and land its accepted rows")
    _add_delivery(load)
    build = _verb(verbs, "build", _build, "compute every KPI from what was loaded")
    _add_build(build)
    run = _verb(verbs, "run", _run, "load, build, audit and publish a delivery")
    _add_delivery(run)
    _add_build(run)


def _add_delivery(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="the delivery")
    parser.add_argument("--source", metavar="NAME", help="who delivers (default)")
    parser.add_argument(
        "--delivered-on", type=_day, metavar="DATE", help="its logical date"
    )


def _add_build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help="compute everything anew")
    parser.add_argument("--as-of", type=_day, metavar="DATE", help="the last day known")
    parser.add_argument(
        "--param",
        type=_pair,
        action="append",
        metavar="NAME=VALUE",
        help="a parameter of this build; again for more",
    )


def _add_gate_verbs(verbs: Verbs) -> None:
    audit = _verb(verbs, "audit", _audit, "check a build before anyone sees it")
    _add_run(audit)
    audit.add_argument("--accept", metavar="CHECK", help="let a held check pass")
    audit.add_argument("--because", metavar="TEXT", help="why; it is recorded")
    publish = _verb(verbs, "publish", _publish, "serve an audited build")
    _add_run(publish)
    _verb(verbs, "releases", _releases, "list the releases; * is served")
    rollback = _verb(verbs, "rollback", _rollback, "serve a former release")
    rollback.add_argument("number", type=_positive, nargs="?", metavar="N")


def _add_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--run", dest="run_number", metavar="RUN", help="the build (the newest)"
    )


def _add_reading_verbs(verbs: Verbs) -> None:
    kpi = _verb(verbs, "kpi", _kpi, "print KPIs of the current release")
    kpi.add_argument("codes", nargs="*", metavar="CODE")
    kpi.add_argument("--list", action="store_true", help="list the KPIs there are")
    kpi.add_argument("--period", metavar="P", help="2025-09, 2025Q3, 2025, 2025YTD")
    kpi.add_argument("--by", action="append", metavar="DIM[,DIM]")
    kpi.add_argument("--where", action="append", metavar="DIM=MEMBER")
    kpi.add_argument("--as-of", metavar="DATE", help="an older release")
    kpi.add_argument("--format", choices=("table", "csv", "json"), default="table")
    serve = _verb(verbs, "serve", _serve, "show the pages in a browser")
    _add_address(serve)


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST")
    parser.add_argument("--port", type=_positive, default=8501, metavar="PORT")


def _add_project_verbs(verbs: Verbs) -> None:
    _verb(verbs, "docs", _docs, "write the generated pages of the documentation")
    test = _verb(verbs, "test", _test, "run the checks of the project itself")
    test.add_argument("--all", action="store_true", help="slow and browser tests too")


def _day(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date YYYY-MM-DD") from None


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is not of the form name=value")
    return name, value


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def _home(options: argparse.Namespace) -> Home:
    return find_home(options.home)


# ---- how results and progress are written ----


class Progress:
    """Lines with step, rows and seconds; silent when nobody watches."""

    def __init__(self, as_json: bool = False, loud: bool = False) -> None:
        """Be loud on a terminal, or when asked; never beside JSON for a machine."""
        self.is_loud = loud or (sys.stderr.isatty() and not as_json)

    @contextmanager
    def step(self, name: str) -> Iterator["_Step"]:
        """Time a step; what it sets as rows or note is told when it is done."""
        step = _Step()
        started = time.monotonic()
        if self.is_loud and sys.stderr.isatty():
            print(f"{name:8} …", end="\r", file=sys.stderr, flush=True)
        yield step
        if self.is_loud:
            rows = f"{step.rows:,} rows" if step.rows is not None else step.note
            _say(f"{name:8} {rows:32} {time.monotonic() - started:6.1f} s")


class _Step:
    rows: int | None = None
    note: str = ""


def _print_table(heads: Sequence[str], table: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(heads, *table, strict=True)]
    for row in [heads, *table]:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip())


def _print_json(content: object) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)


if __name__ == "__main__":
    sys.exit(main())
