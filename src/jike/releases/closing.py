"""Closed months: kept as they were published, so that a change of them is told.

state/closed/<month>.json holds the figures and is never written again.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jike.ground.disk import told_when_not_written
from jike.ground.durable import only_one, write_json
from jike.ground.errors import JikeError, WrongInputError
from jike.ground.home import Home, user_name
from jike.ground.private import private
from jike.releases.manifest import Release, manifest_of, newest_first
from jike.releases.opening import current_release, rows
from jike.releases.pointer import now, pointed
from jike.releases.question import Question
from jike.releases.scope import ALL

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


CLOSED_MONTHS = (
    ("kpi_month", "date"),
    ("release_number", "bigint"),
    ("as_of", "date"),
    ("closed_at", "varchar"),
    ("figures", "bigint"),
)


@dataclass(frozen=True)
class ClosedMonth:
    """A month as a release showed it when it was closed.

    `loads` is the number of the newest load the release was made of, `kpis` the codes
    the catalogue had, `figures` a row per KPI and branch that had a value: kpi,
    branch_id, numerator, denominator (decimals as text), value.
    """

    month: str
    closed_at: str
    by: str
    release: int
    as_of: str
    loads: int
    parameters: dict[str, Any]
    lists: dict[str, str]
    kpis: tuple[str, ...]
    figures: tuple[dict[str, Any], ...]

    @property
    def kpi_month(self) -> date:
        """The first day of the month."""
        return date.fromisoformat(f"{self.month}-01")


def closed_folder(home: Home) -> Path:
    """Where closed months are kept."""
    return home.state / "closed"


def closed_months(home: Home) -> list[ClosedMonth]:
    """Read the closed months, the oldest first.

    Raises:
        JikeError: the record of one cannot be read.
    """
    return [_read(path) for path in sorted(closed_folder(home).glob("????-??.json"))]


def _read(path: Path) -> ClosedMonth:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        lists = {name: tuple(raw[name]) for name in ("kpis", "figures")}
        return ClosedMonth(**{**raw, **lists})
    except (OSError, ValueError, KeyError, TypeError):
        raise JikeError(
            "{path} holds the figures of a closed month and cannot be read; put it "
            "back from a backup",
            path=path,
        ) from None


@private()
def close(home: Home, month: str) -> ClosedMonth:
    """Keep the figures of a month as the served release shows them.

    From then on every publish compares the month with them; what differs is a
    restatement. The record is written once and never replaced.

    Raises:
        WrongInputError: it is no month, not in the served release, not over by its
            data's date, or closed already; or nothing was published yet.
        BusyError: a publish or rollback runs.
        JikeError: no release can be served, one stands in for another, or the record
            cannot be written.
    """
    if not MONTH.fullmatch(month):
        raise WrongInputError("{month} is no month; write 2025-08", month=month)
    lock = home.state / "publish.lock"
    with told_when_not_written(), only_one(lock, "close"):
        for known in closed_months(home):
            if known.month == month:
                raise WrongInputError(
                    "{month} was closed at {closed_at} as release {release} showed it; "
                    "what changes it now is listed as a restatement",
                    month=month,
                    closed_at=known.closed_at,
                    release=known.release,
                )
        if pointed(home) == (None, None) and not newest_first(home):
            raise WrongInputError(
                "nothing is published yet, so {month} cannot be closed; run `jike run "
                "DIR` with a delivery first",
                month=month,
            )
        release = current_release(home)
        if release.alarm:
            raise JikeError(
                "{month} is not closed, release {release} only stands in: {alarm}; "
                "first make the right one served, see `jike doctor`",
                month=month,
                release=release.number,
                alarm=release.alarm,
            )
        _check_that_it_is_over(month, release)
        closed = _as_published(month, release)
        write_json(closed_folder(home) / f"{month}.json", vars(closed))
        return closed


def _check_that_it_is_over(month: str, release: Release) -> None:
    known = rows(
        Question(
            ("dim_periods",),
            "select period, is_partial from dim_periods where period_kind = 'month' "
            "order by starts_on",
        ),
        ALL,
        release,
    )
    over = [row["period"] for row in known if not row["is_partial"]]
    if month in over:
        return
    if any(row["period"] == month for row in known):
        raise WrongInputError(
            "{month} is not over: release {release} has data up to {as_of}; publish "
            "the whole month, then close it",
            month=month,
            release=release.number,
            as_of=release.as_of,
        )
    raise WrongInputError(
        "release {release} has no month {month}; it can close {first} to {last}",
        release=release.number,
        month=month,
        first=over[0] if over else "-",
        last=over[-1] if over else "-",
    )


def _as_published(month: str, release: Release) -> ClosedMonth:
    manifest = manifest_of(release)
    codes = Question(("dim_kpis",), "select kpi from dim_kpis order by 1")
    return ClosedMonth(
        month=month,
        closed_at=now(),
        by=user_name(),
        release=release.number,
        as_of=release.as_of.isoformat(),
        loads=newest_load(release),
        parameters=manifest.get("parameters", {}),
        lists=manifest.get("lists", {}),
        kpis=tuple(row["kpi"] for row in rows(codes, ALL, release)),
        figures=tuple(_figures(month, release)),
    )


def _figures(month: str, release: Release) -> list[dict[str, Any]]:
    found = rows(
        Question(
            ("kpi_values",),
            "select kpi, branch_id, cast(numerator as varchar) as numerator, "
            "cast(denominator as varchar) as denominator, kpi_value as value "
            "from kpi_values where period = ? order by kpi, branch_id",
            (month,),
        ),
        ALL,
        release,
    )
    return list(found)


def newest_load(release: Release) -> int:
    """The number of the newest load a release was made of."""
    question = Question(
        ("deliveries",), "select max(loaded_number) as loads from deliveries"
    )
    return int(rows(question, ALL, release)[0]["loads"] or 0)
