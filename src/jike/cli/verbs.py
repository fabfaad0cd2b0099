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
from jike.ground.errors import (
    AuditError,
    JikeError,
    Message,
    WrongInputError,
    system_reason,
)
from jike.ground.home import Home, find_home
from jike.words.language import LANGUAGES, Words, chosen_language
from jike.words.terminal import in_columns, padded

if TYPE_CHECKING:
    from jike.build.build import BuildRecord
    from jike.checks.audit import AuditRecord
    from jike.deliveries.faults import FileReport, Plan
    from jike.deliveries.options import DeliveryOptions
    from jike.releases.manifest import Release

SAMPLE_DAY = "2025-09-30"
SAMPLE_SOURCE = "sample"
INTERRUPTED = 130

LOOK_AT = Message(
    """Look at:

  Scorecard    info revenue of the province and its cities against target and time
               progress; choose a city in the branch list
  Retention    the cohort of enterprise customers month by month against what was
               expected, and who was lost to whom
  Data quality what was delivered, which rows were rejected and why, which checks ran
"""
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb and give its exit code.

    0 done, 1 failed, 2 wrong usage or input, 3 audit failed, 4 busy. The message is
    one sentence; with --debug the traceback follows.
    """
    options = make_parser().parse_args(arguments)
    options.words = Words()
    try:
        options.words = Words(chosen_language(options.lang))
        _listen(options.words)
        return int(options.run(options) or 0)
    except JikeError as error:
        _show_trace(options)
        _fail(options, error.message)
        return error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough; keep Python quiet about it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        _fail(options, Message("stopped; what is served has not changed"))
        return INTERRUPTED
    except OSError as error:
        _show_trace(options)
        reason = Message(system_reason(error))
        if error.filename:
            reason = Message("{path}: {reason}", path=error.filename, reason=reason)
        _fail(options, reason)
        return 1
    except Exception as error:
        _show_trace(options)
        _fail(
            options,
            Message(
                "{verb} failed ({kind}); run it again with --debug for the trace",
                verb=options.verb,
                kind=type(error).__name__,
            ),
        )
        return 1


def _show_trace(options: argparse.Namespace) -> None:
    if options.debug:
        traceback.print_exc()


def _fail(options: argparse.Namespace, message: Message) -> None:
    _say(f"jike: {options.words.error(message)}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _tell(options: argparse.Namespace, message: Message) -> None:
    print(options.words.error(message), flush=True)


class _InWords(logging.Formatter):
    """Says our own messages in the language of the call, others as they are."""

    def __init__(self, words: Words) -> None:
        super().__init__("%(message)s")
        self._words = words

    def format(self, record: logging.LogRecord) -> str:
        if isinstance(record.msg, Message):
            return self._words.error(record.msg)
        return super().format(record)


def _listen(words: Words) -> None:
    # Set before any library does: what they find worth telling is not what we do.
    handler = logging.StreamHandler()
    handler.setFormatter(_InWords(words))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


# ---- what the verbs do ----


def _demo(options: argparse.Namespace) -> int:
    from jike.deliveries.options import DeliveryOptions

    home = _home(options)
    if not options.no_serve:
        from jike.ground.home import PROJECT
        from jike.project.serve import check_host, check_port

        check_host(options.host, PROJECT / ".streamlit" / "secrets.toml")
        check_port(options.host, options.port)
    _refuse_a_home_in_use(home)
    progress = Progress(loud=True, words=options.words)
    folder = _write_sample(home.root / f"sample-{SAMPLE_DAY}", 1, progress)
    day = date.fromisoformat(SAMPLE_DAY)
    delivery = DeliveryOptions(folder, SAMPLE_SOURCE, day)
    _through(home, delivery, _BuildOptions(), progress)
    if options.no_serve:
        _tell(options, Message("The demo is built; see it with `jike serve`."))
        return 0
    return _serve(options, LOOK_AT)


def _refuse_a_home_in_use(home: Home) -> None:
    folders = home.landing.iterdir() if home.landing.exists() else ()
    others = sorted(path.name for path in folders if path.name != SAMPLE_SOURCE)
    if others:
        raise WrongInputError(
            "{folder} holds deliveries of {others}; show the demo in a folder of its "
            "own: jike demo --home DIR",
            folder=home.root,
            others=others,
        )


def _sample(options: argparse.Namespace) -> int:
    home = _home(options)
    out = options.out or home.root / f"sample-{SAMPLE_DAY}"
    folder = _write_sample(out, options.scale, _progress(options))
    if not options.json:
        told = Message(
            "{folder}: load it with `jike load {folder} --source {source}`",
            folder=folder,
            source=SAMPLE_SOURCE,
        )
        _tell(options, told)
    return 0


def _write_sample(out: Path, scale: int, progress: "Progress") -> Path:
    from jike.sample.write import write_sample

    with progress.step(Message("sample")) as step:
        written = write_sample(out, scale)
        step.rows = sum(rows for _, rows in written)
    return out


def _load(options: argparse.Namespace) -> int:
    if options.new:
        return _new_mapping(options)
    if options.plan:
        return _plan(options)
    home, progress = _home(options), _progress(options)
    try:
        reports = _load_folder(home, _delivery(home, options), progress)
    except WrongInputError as error:
        _print_reports(getattr(error, "reports", ()), options)
        raise
    _print_reports(reports, options)
    return 0


def _delivery(home: Home, options: argparse.Namespace) -> "DeliveryOptions":
    from jike.deliveries.options import DeliveryOptions
    from jike.mappings.source import row_source

    return DeliveryOptions(
        options.folder,
        options.source,
        options.delivered_on,
        row_source(home, options.mapping) if options.mapping else None,
    )


def _load_folder(
    home: Home, asked: "DeliveryOptions", progress: "Progress"
) -> "Sequence[FileReport]":
    from jike.deliveries.load import load

    with progress.step(Message("load")) as step:
        reports = load(home, asked)
        step.rows = sum(report.accepted for report in reports if report.entity)
    return reports


def _plan(options: argparse.Namespace) -> int:
    from jike.deliveries.load import plan

    home = _home(options)
    try:
        reports, plans = plan(home, _delivery(home, options))
    except WrongInputError as error:
        _print_reports(getattr(error, "reports", ()), options)
        raise
    if options.json:
        _print_json([one.as_dict() for one in plans])
        return 0
    _print_plans(reports, plans, options)
    return 0


def _print_plans(
    reports: "Sequence[FileReport]",
    plans: "Sequence[Plan]",
    options: argparse.Namespace,
) -> None:
    """Print a line per entity, then what is not mapped and what is not used."""
    said = options.words.error
    table = [
        (
            one.entity,
            *(f"{n:,}" for n in (one.read, one.accepted, one.quarantined)),
            ", ".join(f"{rule} {n:,}" for rule, n in one.by_rule.items()),
            " – ".join(str(day) for day in (one.first_on, one.last_on) if day),
            ", ".join(f"{key} {n:,}" for key, n in one.distinct.items()),
        )
        for one in plans
    ]
    _print_table([said(head) for head in PLAN_HEADS], table)
    for report in reports:
        for fault in report.faults:
            print(said(fault.sentence))
    for one in plans:
        for column, values in one.unmapped.items():
            told = Message(
                "{entity}.{column}: values that are not in the contract: {values}",
                entity=one.entity,
                column=column,
                values=[f"{value} ({n:,})" for value, n in values.items()],
            )
            _tell(options, told)
    unused = {file: names for one in plans for file, names in one.unused.items()}
    for file, names in unused.items():
        told = Message("{file}: columns not used: {names}", file=file, names=names)
        _tell(options, told)
    _tell(options, Message("this was a plan: nothing is loaded"))


def _new_mapping(options: argparse.Namespace) -> int:
    from jike.mappings.skeleton import write_skeleton

    written = write_skeleton(_home(options), options.folder, options.new)
    if options.json:
        _print_json([str(path) for path in written])
        return 0
    for path in written:
        print(path)
    told = Message(
        "edit these files, then look with `jike load {folder} --mapping {name} --plan`",
        folder=options.folder,
        name=options.new,
    )
    _tell(options, told)
    return 0


def _print_reports(
    reports: "Sequence[FileReport]", options: argparse.Namespace
) -> None:
    if options.json:
        _print_json([report.as_dict() for report in reports])
        return
    said = options.words.error
    table = [
        (
            report.file,
            report.entity or "",
            f"{report.read:,}",
            f"{report.accepted:,}",
            f"{report.quarantined:,}",
            said(report.refused)
            if report.refused
            else ", ".join(
                f"{rule} {n:,}" for rule, n in (report.by_rule or {}).items()
            ),
        )
        for report in reports
    ]
    for report in reports:
        for warning in report.warnings:
            told = Message("warning: {file}: {why}", file=report.file, why=warning)
            _say(said(told))
    if table:
        _print_table([said(head) for head in FILE_HEADS], table)
    for report in reports:
        for fault in report.faults:
            _say(said(fault.sentence))


def _build(options: argparse.Namespace) -> int:
    progress = _progress(options)
    record = _build_run(_home(options), _build_options(options), progress)
    if options.json:
        _print_json(record)
    else:
        _tell(options, _build_sentence(record))
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
    from jike.build.build import build

    with progress.step(Message("build")) as step:
        record = build(home, asked.as_of, asked.parameters, asked.full)
        step.note = Message("{n} steps", n=record.steps)
    return record


def _build_sentence(record: "BuildRecord") -> Message:
    built = Message(
        "build {run}, data as of {as_of}", run=record.run, as_of=record.as_of
    )
    if not record.dbt_warnings:
        return built
    return Message("{built}, {n} warnings", built=built, n=len(record.dbt_warnings))


def _audit(options: argparse.Namespace) -> int:
    if bool(options.accept) != bool(options.because):
        raise WrongInputError("--accept CHECK and --because TEXT go together")
    home = _home(options)
    try:
        record = _audit_run(
            home,
            options.run_number,
            _progress(options),
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
        _tell(options, _audit_sentence(record))
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
    from jike.checks.audit import audit

    with progress.step(Message("audit")) as step:
        record = audit(home, run, accept, because)
        step.note = _audit_sentence(record)
    return record


def _audit_sentence(record: "AuditRecord") -> Message:
    """What a passed audit counted; one that held the build is an error."""
    return Message(
        "passed: {passed} passed, {warning} warning, {failed} failed", **record.counts
    )


def _publish(options: argparse.Namespace) -> int:
    release = _publish_run(_home(options), options.run_number, _progress(options))
    _print_release(release, options)
    return 0


def _publish_run(home: Home, run: str | None, progress: "Progress") -> "Release":
    from jike.pages.tried import questions_of_pages
    from jike.releases.publish import publish

    with progress.step(Message("publish")) as step:
        release = publish(home, run, questions=questions_of_pages)
        step.note = Message("release {number}", number=release.number)
    return release


def _print_release(release: "Release", options: argparse.Namespace) -> None:
    if options.json:
        _print_json(release)
        return
    told = Message(
        "release {number} is served, data as of {as_of}, {passed} checks passed, "
        "{warned} warned",
        number=release.number,
        as_of=release.as_of,
        passed=release.checks_passed,
        warned=release.checks_warned,
    )
    _tell(options, told)


def _run(options: argparse.Namespace) -> int:
    if options.plan or options.new:
        return _load(options)
    progress = _progress(options)
    home = _home(options)
    reports, built, audited, release = _through(
        home, _delivery(home, options), _build_options(options), progress
    )
    if options.json:
        files = [report.as_dict() for report in reports]
        steps = {"load": files, "build": built, "audit": audited, "publish": release}
        _print_json(steps)
        return 0
    _print_reports(reports, options)
    _tell(options, _build_sentence(built))
    _tell(options, _audit_sentence(audited))
    _print_release(release, options)
    return 0


def _through(
    home: Home,
    delivery: "DeliveryOptions",
    asked: _BuildOptions,
    progress: "Progress",
) -> "tuple[Sequence[FileReport], BuildRecord, AuditRecord, Release]":
    """Load, build, audit and publish; stop at the first that does not succeed."""
    reports = _load_folder(home, delivery, progress)
    built = _build_run(home, asked, progress)
    audited = _audit_run(home, built.run, progress)
    return reports, built, audited, _publish_run(home, built.run, progress)


def _releases(options: argparse.Namespace) -> int:
    from jike.releases.kept import releases

    listed = releases(_home(options))
    if options.json:
        _print_json(listed)
        return 0
    said = options.words.error
    table = [
        (
            ("* " if one.is_current else "  ") + str(one.number),
            one.as_of,
            one.published_at,
            "" if one.trouble else f"{one.checks_passed}/{one.checks_warned}",
            one.run,
            said(one.trouble or (Message("sample data") if one.is_sample else "")),
        )
        for one in listed
    ]
    if table:
        _print_table([said(head) for head in RELEASE_HEADS], table)
    else:
        _tell(options, Message("nothing is published yet"))
    return 0


def _rollback(options: argparse.Namespace) -> int:
    from jike.releases.kept import rollback

    _print_release(rollback(_home(options), options.number), options)
    return 0


def _close(options: argparse.Namespace) -> int:
    from jike.releases.closing import close

    closed = close(_home(options), options.month)
    if options.json:
        summary = vars(closed) | {"figures": len(closed.figures)}
        _print_json(summary)
        return 0
    told = Message(
        "{month} is closed as release {release} shows it: {figures} figures are kept",
        month=closed.month,
        release=closed.release,
        figures=len(closed.figures),
    )
    _tell(options, told)
    return 0


def _kpi(options: argparse.Namespace) -> int:
    from jike.kpis.kpi import run

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
    if isinstance(text, Message):
        text = options.words.error(text)
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    return 0


def _trace(options: argparse.Namespace) -> int:
    from jike.kpis.trace.told import run

    text = run(
        _home(options),
        options.customer,
        options.kpi,
        options.period,
        options.words,
        options.json,
    )
    print(text)
    return 0


def _serve(options: argparse.Namespace, look_at: Message | None = None) -> int:
    from jike.project.serve import serve

    def announce(address: str) -> None:
        served = Message(
            "The pages are at {address} (stop with Ctrl-C).", address=address
        )
        told = Message("{served} {look_at}", served=served, look_at=look_at)
        print()
        _tell(options, told if look_at else served)

    return serve(_home(options), options.host, options.port, announce)


def _test(options: argparse.Namespace) -> int:
    from jike.project.selftest import run_selftest

    steps = run_selftest(options.all, _say)
    for step in steps:
        verdict = Message("passed") if step.passed else Message("FAILED")
        told = options.words.error(verdict)
        print(f"{step.name:16} {told}  {step.seconds:6.1f} s")
    failed = [step.name for step in steps if not step.passed]
    if failed:
        raise JikeError("failed: {steps}; the reasons stand above", steps=failed)
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from jike.project.doctor import FAILED, examine

    findings = examine(_home(options))
    if options.json:
        _print_json(findings)
    else:
        said = options.words.error
        for finding in findings:
            told = said(finding.told)
            if finding.remedy:
                told = said(
                    Message(
                        "{told}; {remedy}", told=finding.told, remedy=finding.remedy
                    )
                )
            verdict, check = STATUSES[finding.status], CHECKS[finding.check]
            print(f"{padded(said(verdict), 8)} {padded(said(check), 12)} {told}")
    return int(any(finding.status == FAILED for finding in findings))


def _docs(options: argparse.Namespace) -> int:
    from jike.project.documents import write_documents

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
    parser.add_argument(
        "--lang",
        choices=LANGUAGES,
        default=home,
        help="language of messages (JIKE_LANG; zh)",
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
    parser.add_argument(
        "--mapping", metavar="NAME", help="how its files become the raw contract"
    )
    parser.add_argument(
        "--source", metavar="NAME", help="who delivers (the mapping's name, or default)"
    )
    parser.add_argument(
        "--delivered-on", type=_day, metavar="DATE", help="its logical date"
    )
    parser.add_argument(
        "--plan", action="store_true", help="say what would be loaded, write nothing"
    )
    parser.add_argument(
        "--new", metavar="NAME", help="write a mapping for its files, to be edited"
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
    close = _verb(verbs, "close", _close, "keep a month as it was published")
    close.add_argument("month", metavar="MONTH", help="2025-08")


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
    trace = _verb(verbs, "trace", _trace, "say why a customer counts as it does")
    trace.add_argument("customer", metavar="CUSTOMER", help="its id as delivered")
    trace.add_argument("--kpi", required=True, metavar="CODE")
    trace.add_argument("--period", required=True, metavar="P")
    serve = _verb(verbs, "serve", _serve, "show the pages in a browser")
    _add_address(serve)


def _add_address(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", metavar="HOST")
    parser.add_argument("--port", type=_positive, default=8501, metavar="PORT")


def _add_project_verbs(verbs: Verbs) -> None:
    _verb(verbs, "doctor", _doctor, "look whether everything is as it has to be")
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


FILE_HEADS = (
    Message("file"),
    Message("entity"),
    Message("read"),
    Message("accepted"),
    Message("quarantined"),
    Message("why"),
)
PLAN_HEADS = (
    Message("entity"),
    Message("read"),
    Message("accepted"),
    Message("quarantined"),
    Message("why"),
    Message("dates"),
    Message("distinct keys"),
)
STATUSES = {
    "ok": Message("ok"),
    "failed": Message("FAILED"),
    "absent": Message("absent"),
}
CHECKS = {
    "python": Message("Python"),
    "packages": Message("packages"),
    "language": Message("language"),
    "disk": Message("disk"),
    "permissions": Message("permissions"),
    "locks": Message("locks"),
    "state": Message("state"),
    "deliveries": Message("deliveries"),
    "lists": Message("lists"),
    "builds": Message("builds"),
    "releases": Message("releases"),
    "pointer": Message("pointer"),
    "journal": Message("journal"),
    "browser": Message("browser"),
    "fonts": Message("fonts"),
}
RELEASE_HEADS = (
    Message("release"),
    Message("data as of"),
    Message("published"),
    Message("checks"),
    Message("build"),
    "",
)


class Progress:
    """Lines with step, rows and seconds; silent when nobody watches."""

    def __init__(
        self, as_json: bool = False, loud: bool = False, words: Words | None = None
    ) -> None:
        """Be loud on a terminal, or when asked; never beside JSON for a machine."""
        self.is_loud = loud or (sys.stderr.isatty() and not as_json)
        self.said = (words or Words()).error

    @contextmanager
    def step(self, name: Message) -> Iterator["_Step"]:
        """Time a step; what it sets as rows or note is told when it is done."""
        step = _Step()
        started = time.monotonic()
        if self.is_loud and sys.stderr.isatty():
            print(
                padded(self.said(name), 8), "…", end="\r", file=sys.stderr, flush=True
            )
        yield step
        if self.is_loud:
            done = step.note
            if step.rows is not None:
                done = Message("{rows:,} rows", rows=step.rows)
            took = f"{time.monotonic() - started:6.1f} s"
            _say(f"{padded(self.said(name), 8)} {padded(self.said(done), 32)} {took}")


def _progress(options: argparse.Namespace) -> Progress:
    return Progress(options.json, words=options.words)


class _Step:
    rows: int | None = None
    note: str = ""


def _print_table(heads: Sequence[str], table: Sequence[Sequence[str]]) -> None:
    print("\n".join(in_columns([heads, *table])))


def _print_json(content: object) -> None:
    print(json.dumps(content, ensure_ascii=False, indent=1, default=_plain))


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
