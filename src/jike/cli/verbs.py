"""What each verb does: the verbs are joined here and nowhere else.

Heavy packages are imported by the verb that needs them, so that --help and mistakes
are instant.
"""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from jike.ground.errors import (
    AuditError,
    JikeError,
    Message,
    WrongInputError,
)
from jike.ground.home import Home, find_home
from jike.ground.private import private
from jike.words.terminal import padded

if TYPE_CHECKING:
    from jike.build.build import BuildRecord
    from jike.checks.audit import AuditRecord
    from jike.deliveries.faults import FileReport
    from jike.deliveries.options import DeliveryOptions
    from jike.releases.manifest import Release

from jike.cli.printing import (
    CHECKS,
    STATUSES,
    Progress,
    alarmed,
    audit_sentence,
    build_sentence,
    print_json,
    print_plans,
    print_record_of_held,
    print_release,
    print_releases,
    print_reports,
    print_things,
    progress_of,
    release_sentence,
    say,
    tell,
)
from jike.cli.republish import republish
from jike.cli.steps import audit_run, build_run, publish_run

SAMPLE_DAY = "2025-09-30"
SAMPLE_SOURCE = "sample"
LOOK_AT = Message(
    """Look at:

  Scorecard    info revenue of the province and its cities against target and time
               progress; choose a city in the branch list
  Retention    the cohort of enterprise customers month by month against what was
               expected, and who was lost to whom
  Data quality what was delivered, which rows were rejected and why, which checks ran
"""
)


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
        tell(options, Message("The demo is built; see it with `jike serve`."))
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
    folder = _write_sample(out, options.scale, progress_of(options))
    if not options.json:
        told = Message(
            "{folder}: load it with `jike load {folder} --source {source}`",
            folder=folder,
            source=SAMPLE_SOURCE,
        )
        tell(options, told)
    return 0


def _write_sample(out: Path, scale: int, progress: "Progress") -> Path:
    from jike.sample.write import write_sample

    with progress.step(Message("sample")) as step, private():
        written = write_sample(out, scale)
        step.rows = sum(rows for _, rows in written)
    return out


def _load(options: argparse.Namespace) -> int:
    if options.new:
        return _new_mapping(options)
    if options.plan:
        return _plan(options)
    home, progress = _home(options), progress_of(options)
    try:
        reports = _load_folder(home, _delivery(home, options), progress)
    except WrongInputError as error:
        print_reports(getattr(error, "reports", ()), options)
        raise
    print_reports(reports, options)
    return 0


def _delivery(home: Home, options: argparse.Namespace) -> "DeliveryOptions":
    from jike.deliveries.options import DeliveryOptions
    from jike.mappings.source import row_source

    return DeliveryOptions(
        options.folder,
        options.source,
        options.delivered_on,
        row_source(home, options.mapping) if options.mapping else None,
        dict(options.param or ()),
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
        print_reports(getattr(error, "reports", ()), options)
        raise
    if options.json:
        print_json([one.as_dict() for one in plans])
        return 0
    print_plans(reports, plans, options)
    return 0


def _new_mapping(options: argparse.Namespace) -> int:
    from jike.mappings.skeleton import write_skeleton

    written = write_skeleton(_home(options), options.folder, options.new)
    if options.json:
        print_json([str(path) for path in written])
        return 0
    for path in written:
        print(path)
    told = Message(
        "edit these files, then look with `jike load {folder} --mapping {name} --plan`",
        folder=options.folder,
        name=options.new,
    )
    tell(options, told)
    return 0


def _build(options: argparse.Namespace) -> int:
    progress = progress_of(options)
    record = _built(_home(options), _build_options(options), progress)
    if options.json:
        print_json(record)
    else:
        tell(options, build_sentence(record))
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


def _built(home: Home, asked: _BuildOptions, progress: "Progress") -> "BuildRecord":
    return build_run(home, progress, asked.as_of, asked.parameters, asked.full)


def _audit(options: argparse.Namespace) -> int:
    if bool(options.accept) != bool(options.because):
        raise WrongInputError("--accept CHECK and --because TEXT go together")
    home = _home(options)
    try:
        record = audit_run(
            home,
            progress_of(options),
            options.run_number,
            options.accept,
            options.because,
        )
    except AuditError:
        if options.json:
            print_record_of_held(home, options.run_number)
        raise
    if options.json:
        print_json(record)
    else:
        tell(options, audit_sentence(record))
    return 0


def _publish(options: argparse.Namespace) -> int:
    release = publish_run(_home(options), progress_of(options), options.run_number)
    print_release(release, options)
    return 0


def _run(options: argparse.Namespace) -> int:
    if options.plan or options.new:
        return _load(options)
    progress = progress_of(options)
    home = _home(options)
    reports, built, audited, release = _through(
        home, _delivery(home, options), _build_options(options), progress
    )
    if options.json:
        files = [report.as_dict() for report in reports]
        steps = {"load": files, "build": built, "audit": audited, "publish": release}
        print_json(steps)
        return 0
    print_reports(reports, options)
    tell(options, build_sentence(built))
    tell(options, audit_sentence(audited))
    print_release(release, options)
    return 0


def _through(
    home: Home,
    delivery: "DeliveryOptions",
    asked: _BuildOptions,
    progress: "Progress",
) -> "tuple[Sequence[FileReport], BuildRecord, AuditRecord, Release]":
    """Load, build, audit and publish; stop at the first that does not succeed."""
    reports = _load_folder(home, delivery, progress)
    built = _built(home, asked, progress)
    audited = audit_run(home, progress, built.run)
    return reports, built, audited, publish_run(home, progress, built.run)


def _releases(options: argparse.Namespace) -> int:
    from jike.releases.kept import releases
    from jike.releases.opening import current_release

    home = _home(options)
    listed = releases(home)
    if options.json:
        print_json(listed)
    elif listed:
        print_releases(listed, options)
    else:
        tell(options, Message("nothing is published yet"))
    if not listed:
        return 0
    try:
        return alarmed(current_release(home), options)
    except JikeError as error:
        say(options.words.error(error.message))
        return int(options.strict)


def _rollback(options: argparse.Namespace) -> int:
    from jike.releases.kept import rollback

    print_release(rollback(_home(options), options.number), options)
    return 0


def _close(options: argparse.Namespace) -> int:
    from jike.releases.closing import close

    closed = close(_home(options), options.month)
    if options.json:
        summary = vars(closed) | {"figures": len(closed.figures)}
        print_json(summary)
        return 0
    told = Message(
        "{month} is closed as release {release} shows it: {figures} figures are kept",
        month=closed.month,
        release=closed.release,
        figures=len(closed.figures),
    )
    tell(options, told)
    return 0


def _kpi(options: argparse.Namespace) -> int:
    from jike.deliveries.contract import contract
    from jike.kpis.kpi import asked_release, listed_release, run, run_list

    home = _home(options)
    written_as = "json" if options.json else options.format
    release: Release | None
    if options.list:
        release = listed_release(home, options.as_of)
        required = contract().required_columns
        text = run_list(release, options.codes, written_as, required)
    else:
        release = asked_release(home, options.as_of)
        text = run(
            home,
            options.codes,
            period=options.period,
            by=",".join(options.by) if options.by else None,
            where=options.where or (),
            fmt=written_as,
            release=release,
        )
    if isinstance(text, Message):
        text = options.words.error(text)
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    if release is None:
        return 0
    if not options.json and options.format == "table":
        say(options.words.error(release_sentence(release)))
    return alarmed(release, options)


def _trace(options: argparse.Namespace) -> int:
    from jike.kpis.trace.told import run
    from jike.releases.opening import current_release

    release = current_release(_home(options))
    text = run(
        release,
        options.customer,
        options.kpi,
        options.period,
        options.words,
        options.json,
    )
    print(text)
    return alarmed(release, options)


def _serve(options: argparse.Namespace, look_at: Message | None = None) -> int:
    from jike.project.serve import serve

    def announce(address: str) -> None:
        served = Message(
            "The pages are at {address} (stop with Ctrl-C).", address=address
        )
        told = Message("{served} {look_at}", served=served, look_at=look_at)
        print()
        tell(options, told if look_at else served)

    return serve(_home(options), options.host, options.port, announce)


def _test(options: argparse.Namespace) -> int:
    from jike.project.selftest import run_selftest

    steps = run_selftest(options.all, say)
    for step in steps:
        verdict = Message("passed") if step.passed else Message("FAILED")
        told = options.words.error(verdict)
        counted = options.words.error(step.counted) if step.counted else ""
        print(f"{step.name:16} {told}  {step.seconds:6.1f} s  {counted}".rstrip())
        for name in step.failed:
            print(f"    {name}")
    failed = [step.name for step in steps if not step.passed]
    if failed:
        raise JikeError("failed: {steps}; the reasons stand above", steps=failed)
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from jike.project.doctor import FAILED, examine

    findings = examine(_home(options))
    if options.json:
        print_json(findings)
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


def _where(options: argparse.Namespace) -> int:
    from jike.project.where import where

    print_things(where(options.name), options)
    return 0


def _docs(options: argparse.Namespace) -> int:
    from jike.project.documents import write_documents

    for path in write_documents():
        print(path)
    return 0


def _home(options: argparse.Namespace) -> Home:
    return find_home(options.home)


Run = Callable[[argparse.Namespace], int]
VERBS: dict[str, Run] = {
    "demo": _demo,
    "sample": _sample,
    "load": _load,
    "build": _build,
    "run": _run,
    "audit": _audit,
    "publish": _publish,
    "republish": republish,
    "releases": _releases,
    "rollback": _rollback,
    "close": _close,
    "kpi": _kpi,
    "trace": _trace,
    "serve": _serve,
    "test": _test,
    "doctor": _doctor,
    "where": _where,
    "docs": _docs,
}
"""What a verb does, by its name; gives the exit code."""
