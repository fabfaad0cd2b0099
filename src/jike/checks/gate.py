"""The gate between build and publish: single results in, one verdict out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from jike.checks.reconcile import ROWS_DO_NOT_FALL
from jike.checks.running import NOT_APPLICABLE, Outcome
from jike.ground.errors import Message, WrongInputError
from jike.ground.home import user_name

STATUSES = ("passed", "warning", "failed", NOT_APPLICABLE)


@dataclass(frozen=True)
class Accepted:
    """A failed check that a person let pass, with the reason given."""

    check: str
    because: str
    by: str
    at: str


def gate(
    outcomes: Iterable[Outcome], accepted: Iterable[Accepted]
) -> tuple[str, dict[str, int], tuple[Outcome, ...]]:
    """Compute the verdict: passed when something was checked and nothing failed.

    Gives it with the counts by status and the outcomes, accepted ones as warnings. What
    is not applicable is told and neither checked nor failed.
    """
    names = {entry.check for entry in accepted}
    results = tuple(
        replace(outcome, status="warning")
        if outcome.status == "failed"
        and outcome.check in names
        and _can_be_accepted(outcome)
        else outcome
        for outcome in outcomes
    )
    counts = Counter(result.status for result in results)
    is_checked = bool(counts["passed"] + counts["warning"])
    passed = is_checked and counts.keys() <= {"passed", "warning", NOT_APPLICABLE}
    return (
        "passed" if passed else "held",
        {status: counts[status] for status in STATUSES},
        results,
    )


def refusal(accept: str, outcomes: Iterable[Outcome]) -> WrongInputError | None:
    """Say why a check cannot be accepted, None when it can."""
    failed = [outcome for outcome in outcomes if outcome.status == "failed"]
    if accept not in {outcome.check for outcome in failed}:
        there = [outcome.check for outcome in failed] or Message("none")
        return WrongInputError(
            "--accept {accept}: no such check failed; failed: {there}",
            accept=accept,
            there=there,
        )
    if not any(_can_be_accepted(o) for o in failed if o.check == accept):
        return WrongInputError(
            "--accept {accept}: what was computed here must be right, only what"
            " a source delivered and row counts can be accepted",
            accept=accept,
        )
    return None


def _can_be_accepted(outcome: Outcome) -> bool:
    """A source may know better than a rule; our own arithmetic may not."""
    if outcome.check_name == ROWS_DO_NOT_FALL:
        return True
    return outcome.checked_table.startswith("raw.") and outcome.message is None


def acceptance(check: str, because: str) -> Accepted:
    """Write down who accepts a check now, and why."""
    return Accepted(check=check, because=because, by=user_name(), at=now())


def now() -> str:
    """Give this moment in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
