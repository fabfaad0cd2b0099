"""The steps from loaded rows to a release, as verbs take them: told while they run."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from jike.cli.printing import Progress, audit_sentence
from jike.ground.errors import Message
from jike.ground.home import Home

if TYPE_CHECKING:
    from jike.build.build import BuildRecord
    from jike.checks.audit import AuditRecord
    from jike.checks.gate import Accepted
    from jike.ground.parameters import Value
    from jike.releases.manifest import Release


def build_run(
    home: Home,
    progress: Progress,
    as_of: date | None,
    parameters: "Mapping[str, Value]",
    full: bool = False,
) -> "BuildRecord":
    """Build what is loaded."""
    from jike.build.build import build

    with progress.step(Message("build")) as step:
        record = build(home, as_of, parameters, full)
        step.note = Message("{n} steps", n=record.steps)
    return record


def audit_run(
    home: Home,
    progress: Progress,
    run: str | None,
    accept: str | None = None,
    because: str | None = None,
    carried: "tuple[Accepted, ...]" = (),
) -> "AuditRecord":
    """Audit a build."""
    from jike.checks.audit import audit

    with progress.step(Message("audit")) as step:
        record = audit(home, run, accept, because, carried=carried)
        step.note = audit_sentence(record)
    return record


def publish_run(home: Home, progress: Progress, run: str | None) -> "Release":
    """Publish a build."""
    from jike.pages.tried import questions_of_pages
    from jike.releases.publish import publish

    with progress.step(Message("publish")) as step:
        release = publish(home, run, questions=questions_of_pages)
        step.note = Message("release {number}", number=release.number)
    return release
