"""The verb close: keep a month as it was published, so that a change of it is told."""

import re
from datetime import UTC, datetime
from typing import Any

from jike.ground.durable import only_one, write_json
from jike.ground.errors import WrongInputError
from jike.ground.home import Home, user_name
from jike.releases.opening import (
    ALL,
    Release,
    current_release,
    pointed,
    read_manifest,
    rows,
)
from jike.releases.question import Question
from jike.releases.restated import (
    ClosedMonth,
    closed_folder,
    closed_months,
    newest_load,
)

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def close(home: Home, month: str) -> ClosedMonth:
    """Keep the figures of a month as the served release shows them.

    From then on every publish compares the month with them; what differs is a
    restatement. The record is written once and never replaced.

    Raises:
        WrongInputError: it is no month, not in the served release, not over by its
            data's date, or closed already; or nothing was published yet.
        BusyError: a publish or rollback runs.
        JikeError: no release is whole.
    """
    if not MONTH.fullmatch(month):
        raise WrongInputError("{month} is no month; write 2025-08", month=month)
    with only_one(home.state / "publish.lock", "close"):
        for known in closed_months(home):
            if known.month == month:
                raise WrongInputError(
                    "{month} was closed at {closed_at} as release {release} showed it; "
                    "what changes it now is listed as a restatement",
                    month=month,
                    closed_at=known.closed_at,
                    release=known.release,
                )
        if pointed(home) == (None, None):
            raise WrongInputError(
                "nothing is published yet, so {month} cannot be closed; run `jike run "
                "DIR` with a delivery first",
                month=month,
            )
        release = current_release(home)
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
    manifest = read_manifest(release.path.with_suffix(".json"))
    codes = Question(("dim_kpis",), "select kpi from dim_kpis order by 1")
    return ClosedMonth(
        month=month,
        closed_at=datetime.now(UTC).isoformat(timespec="seconds"),
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
