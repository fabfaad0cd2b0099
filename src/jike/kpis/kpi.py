"""`jike kpi`: ask the served release for a number, as table, CSV or JSON."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jike.ground.errors import Message, WrongInputError
from jike.ground.home import Home
from jike.kpis.ask import kpi_rows
from jike.kpis.catalogue import find_kpi
from jike.kpis.known import check_has_waves, check_members, load_catalogue, period_kind
from jike.kpis.listed import listing
from jike.kpis.reasons import told
from jike.releases.manifest import newest_first
from jike.releases.opening import ALL, Release, current_release, release_as_of, rows
from jike.releases.pointer import pointed
from jike.words.terminal import as_number, in_columns

FORMATS = ("table", "csv", "json")


def run(
    home: Home,
    codes: Sequence[str],
    *,
    period: str | None = None,
    by: str | None = None,
    where: Sequence[str] = (),
    as_of: str | None = None,
    fmt: str = "table",
    release: Release | None = None,
) -> str | Message:
    """Give the rows of the KPIs asked for as text.

    With a `release` it is asked, and rows for machines (csv, json) name it in columns
    release and as_of, and in alarm why it stands in for another one.

    Raises:
        WrongInputError: a code, dimension, member, period or date does not exist; the
            message says which do.
    """
    source = _named(release) if release and fmt != "table" else {}
    release = release or asked_release(home, as_of)
    kpis = load_catalogue(release)
    if not codes or period is None:
        raise WrongInputError("give a KPI and --period, or --list")
    kind = period_kind(period, release)
    dimensions = tuple(name.strip() for name in by.split(",")) if by else ()
    members = tuple(_pair(text) for text in where)
    found: list[dict[str, Any]] = []
    for code in codes:
        kpi = find_kpi(kpis, code)
        check_has_waves(kpi, period, kind)
        question = kpi_rows(kpi, (period,), dimensions, members)
        check_members(kpi, members, release)
        found += rows(question, ALL, release)
    return _written(
        [
            {name: as_number(value) for name, value in row.items()} | source
            for row in found
        ],
        fmt,
        dimensions,
    )


def run_list(
    release: Release | None,
    codes: Sequence[str],
    fmt: str,
    required: Mapping[str, Sequence[str]],
) -> str | Message:
    """Give the list of all KPIs, or of some, as text; also before any release.

    `required` are the columns that each table of the raw contract must have.

    Raises:
        WrongInputError: there is no KPI of a code.
    """
    source = _named(release) if release and fmt != "table" else {}
    return _written([row | source for row in listing(release, codes, required)], fmt)


def _named(release: Release) -> dict[str, Any]:
    named: dict[str, Any] = {
        "release": release.number,
        "as_of": release.as_of.isoformat(),
    }
    return named | ({"alarm": str(release.alarm)} if release.alarm else {})


def asked_release(home: Home, as_of: str | None) -> Release:
    """Give the release that is served, or the newest as of a day.

    Raises:
        WrongInputError: `as_of` is no date, or no release is as of it.
        JikeError: no release can be served.
    """
    if as_of is None:
        return current_release(home)
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        raise WrongInputError(
            "--as-of {as_of} is not a date like 2025-09-30", as_of=as_of
        ) from None
    return release_as_of(home, day)


def listed_release(home: Home, as_of: str | None) -> Release | None:
    """Give the release whose KPIs are listed; None before anything was published.

    Raises:
        as `asked_release`.
    """
    if as_of is None and not any(pointed(home)) and not newest_first(home):
        return None
    return asked_release(home, as_of)


def _pair(text: str) -> tuple[str, str]:
    dimension, sign, member = text.partition("=")
    if not sign or not dimension or not member:
        raise WrongInputError(
            "--where {text} is not written dimension=member", text=text
        )
    return dimension.strip(), member.strip()


def _written(
    found: Sequence[Mapping[str, Any]], fmt: str, by: Sequence[str] = ()
) -> str | Message:
    if fmt == "json":
        return json.dumps(found, ensure_ascii=False, indent=1)
    if not found:
        return Message("no rows")
    names = list(dict.fromkeys(name for row in found for name in row))
    if fmt == "table":
        return _as_table(names, found, by)
    text = io.StringIO()
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue().rstrip("\n")


def _as_table(
    names: Sequence[str], found: Sequence[Mapping[str, Any]], by: Sequence[str]
) -> Message:
    """The rows below each other, and after them why some have no value."""
    told_below = {"reason"} - {*by}
    names = [name for name in names if name not in told_below]
    cells = [names, *([_cell(row.get(name)) for name in names] for row in found)]
    text = Message("\n".join(in_columns(cells)))
    reasons: dict[str, list[str]] = {}
    for row in found:
        if told_below and row.get("reason"):
            reasons.setdefault(row["reason"], []).append(row["kpi"])
    for reason, kpis in reasons.items():
        codes = list(dict.fromkeys(kpis))
        text = Message(
            "{table}\n{kpis}: {reason}", table=text, kpis=codes, reason=told(reason)
        )
    return text


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1000 else f"{value:,.2f}"
    return str(value)
