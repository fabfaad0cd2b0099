"""How the command line writes results and progress."""

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from jike.ground.errors import Message
from jike.ground.home import Home
from jike.words.language import Words
from jike.words.terminal import in_columns, padded

if TYPE_CHECKING:
    from jike.build.build import BuildRecord
    from jike.checks.audit import AuditRecord
    from jike.deliveries.faults import FileReport, Plan
    from jike.project.where.things import Thing
    from jike.releases.kept import Listed
    from jike.releases.manifest import Release

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


NAMES_SHOWN = 3
UNSEEN_IN_JSON = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\U000e0001-\U000e007f]"
)
KINDS = {
    "KPI": Message("KPI"),
    "part": Message("part"),
    "page": Message("page"),
    "panel": Message("panel"),
    "check": Message("check"),
    "list": Message("list"),
    "model": Message("model"),
    "row": Message("row of a list"),
    "text": Message("text"),
}
ROLES = {
    "list": Message("list"),
    "contract": Message("raw contract"),
    "mart": Message("mart"),
    "model": Message("model"),
    "macro": Message("macro"),
    "mapping": Message("mapping"),
    "check": Message("check"),
    "question": Message("question"),
    "navigation": Message("navigation"),
    "drawing": Message("drawing"),
    "card": Message("card"),
    "page": Message("page"),
    "text": Message("text"),
    "test": Message("test"),
    "code": Message("code"),
}


def say(text: str) -> None:
    """Write to the error output."""
    print(text, file=sys.stderr, flush=True)


def tell(options: argparse.Namespace, message: Message) -> None:
    """Write a sentence to the output, in the language of the call."""
    print(options.words.error(message), flush=True)


def print_plans(
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
    print_table([said(head) for head in PLAN_HEADS], table)
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
            tell(options, told)
    unused = {file: names for one in plans for file, names in one.unused.items()}
    for file, names in unused.items():
        told = Message("{file}: columns not used: {names}", file=file, names=names)
        tell(options, told)
    tell(options, Message("this was a plan: nothing is loaded"))


def print_reports(reports: "Sequence[FileReport]", options: argparse.Namespace) -> None:
    """Print a line per file, warnings and faults beside them."""
    if options.json:
        print_json([report.as_dict() for report in reports])
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
            say(said(told))
    if table:
        print_table([said(head) for head in FILE_HEADS], table)
    for report in reports:
        for fault in report.faults:
            say(said(fault.sentence))


def print_record_of_held(home: Home, run: str | None) -> None:
    """Print the audit record of a run, or the newest, as it was written."""
    records = sorted((home.state / "audits").glob(f"{run or '*'}.json"))
    for path in records[-1:]:
        print(path.read_text(encoding="utf-8"))


def print_release(release: "Release", options: argparse.Namespace) -> None:
    """Say which release is served now."""
    if options.json:
        print_json(release)
        return
    told = Message(
        "release {number} is served, data as of {as_of}, {passed} checks passed, "
        "{warned} warned",
        number=release.number,
        as_of=release.as_of,
        passed=release.checks_passed,
        warned=release.checks_warned,
    )
    tell(options, told)


def release_sentence(release: "Release") -> Message:
    """Which release figures are of."""
    return Message(
        "release {number}, data as of {as_of}",
        number=release.number,
        as_of=release.as_of,
    )


def alarmed(release: "Release", options: argparse.Namespace) -> int:
    """Say why a release stands in for another; give the exit code of the call."""
    if not release.alarm:
        return 0
    told = Message(
        "release {number}, data as of {as_of}, stands in: {alarm}",
        number=release.number,
        as_of=release.as_of,
        alarm=release.alarm,
    )
    say(f"jike: {options.words.error(told)}")
    return int(options.strict)


def print_releases(listed: "Sequence[Listed]", options: argparse.Namespace) -> None:
    """Print a line per release; * is served."""
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
    print_table([said(head) for head in RELEASE_HEADS], table)


def build_sentence(record: "BuildRecord") -> Message:
    """What was built, and with how many warnings."""
    built = Message(
        "build {run}, data as of {as_of}", run=record.run, as_of=record.as_of
    )
    if not record.dbt_warnings:
        return built
    return Message("{built}, {n} warnings", built=built, n=len(record.dbt_warnings))


def audit_sentence(record: "AuditRecord") -> Message:
    """What a passed audit counted; one that held the build is an error."""
    return Message(
        "passed: {passed} passed, {warning} warning, {failed} failed", **record.counts
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
            say(f"{padded(self.said(name), 8)} {padded(self.said(done), 32)} {took}")


def progress_of(options: argparse.Namespace) -> Progress:
    """The progress a call wants to see."""
    return Progress(options.json, words=options.words)


class _Step:
    rows: int | None = None
    note: str = ""


def print_things(things: "Sequence[Thing]", options: argparse.Namespace) -> None:
    """Print what has a name, and below it every line that makes it."""
    from jike.project.where.things import role

    if options.json:
        print_json(things)
        return
    said = options.words.error
    for thing in things:
        print(said(KINDS[thing.kind]), *thing.names[:NAMES_SHOWN], sep="  ")
        rows = [
            ("", said(ROLES[role(spot)]), f"{spot.file}:{spot.line}")
            for spot in thing.spots
        ]
        print("\n".join(in_columns(rows)))


def print_table(heads: Sequence[str], table: Sequence[Sequence[str]]) -> None:
    """Print rows in columns under their heads."""
    print("\n".join(in_columns([heads, *table])))


def print_json(content: object) -> None:
    """Print dataclasses, dates and plain values as JSON.

    What a terminal would not show stands as its code: text is not otherwise changed.
    """
    text = json.dumps(content, ensure_ascii=False, indent=1, default=_plain)
    print(UNSEEN_IN_JSON.sub(lambda found: json.dumps(found[0])[1:-1], text))


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value)
