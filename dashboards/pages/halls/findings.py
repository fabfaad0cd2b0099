"""What the page says of its data, by rule: values in, a sentence out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dashboards.cards.facts import Row
from dashboards.kit import bars, behind, labels
from dashboards.kit.labels import Write, comma
from dashboards.pages.halls import charts
from jike.kpis.cuts import UNKNOWN
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame

VERDICTS = ("pass", "fail", "no_data")


def minutes(value: object, words: Words) -> str:
    """A mean time in minutes: 7.3分钟; 7.3 min."""
    return wording.value(wording.number(value), "minutes", words.language)


def halls(
    halls_: Sequence[Row], wait: float | None, within: float | None, words: Words
) -> str:
    """How many halls pass, and how long one waits; of one hall, how it stands.

    halls_: plotted_process.passes(); wait in minutes, within a share.
    """
    _ = words
    if wording.is_missing(wait) or wording.is_missing(within):
        return _("No visits to halls in this period")
    said = _(
        "{rate} of waits within the limit, {wait} on average",
        rate=wording.rate(within),
        wait=minutes(wait, words),
    )
    if len(halls_) == 1:
        return _("{name}: {said}", name=halls_[0]["label"], said=said)
    judged = [row for row in halls_ if row["verdict"] != "no_data"]
    if not judged:
        return said
    passing = sum(row["verdict"] == "pass" for row in judged)
    return comma([_("{n} of {of} halls pass", n=passing, of=len(judged)), said], words)


def visits_caption(scope: str, time: str, row: Row, words: Words) -> str:
    """Whose halls, when, how many queue tickets; row: the KPI row of walk_away_rate."""
    _ = words
    if wording.is_missing(row.get("denominator")):
        return labels.scoped(scope, time, words)
    return _(
        "{scope}, {time}: {n} queue tickets taken, {left} left without being served",
        scope=scope,
        time=time,
        n=wording.plain(row["denominator"]),
        left=wording.plain(row["numerator"]),
    )


def waits(frame: "Frame", words: Words) -> str:
    """Which waits are beyond their limit on average. frame: plotted_process.waits()."""
    _ = words
    if frame.empty:
        return _("No visits to halls in this period")
    beyond = frame[frame["verdict"] < 0]
    if beyond.empty:
        return _("All mean waits are within their limits")
    worst = beyond.iloc[int((beyond["value"] - beyond["limit"]).to_numpy().argmax())]
    said = _(
        "{name}: {wait} on average, limit {limit}",
        name=worst["label"],
        wait=minutes(worst["value"], words),
        limit=minutes(worst["limit"], words),
    )
    if len(beyond) == 1:
        return said
    return comma(
        [
            _("{n} of {of} mean waits beyond the limit", n=len(beyond), of=len(frame)),
            said,
        ],
        words,
    )


def verdicts(halls_: Sequence[Row], words: Words) -> str:
    """How many halls pass, fail, and have no verdict."""
    _ = words
    n = {
        verdict: sum(row["verdict"] == verdict for row in halls_)
        for verdict in VERDICTS
    }
    if not halls_:
        return _("No halls")
    parts = [
        words.many("{n} hall passes", "{n} halls pass", n["pass"]),
        words.many("{n} fails", "{n} fail", n["fail"]),
    ]
    if n["no_data"]:
        parts.append(
            words.many("{n} without a verdict", "{n} without a verdict", n["no_data"])
        )
    return comma(parts, words)


def verdict(code: str, words: Words) -> str:
    """A verdict with its sign: ✓ passes; × fails; – no verdict."""
    _ = words
    return {
        "pass": _("✓ passes"),
        "fail": _("× fails"),
        "no_data": _("– no verdict"),
    }[code]


def because(code: str | None, words: Words) -> str:
    """Why a hall has no verdict."""
    _ = words
    said = {
        "closed": _("closed on more than half of the days"),
        "few_visit_days": _("visits on fewer than 12 days of a month"),
        "few_waits": _("fewer than 5 waits in every kind"),
    }
    return said.get(code or "", "")


def watched_table(halls_: Sequence[Row], words: Words) -> behind.Behind:
    """Halls with their verdict, and their mean wait or why there is no verdict."""
    _ = words
    rows = [
        {
            "label": row["label"],
            "verdict": verdict(row["verdict"], words),
            "wait": because(row["because"], words) or wording.plain(row["wait"], 1),
        }
        for row in halls_
    ]
    return behind.of(
        [_("Hall"), _("Verdict"), _("Mean wait, minutes")],
        rows,
        {"label": str, "verdict": str, "wait": str},
    )


def hours(frame: "Frame", measure: str, weekdays: Sequence[str], words: Words) -> str:
    """The hour of the week with the longest waits, or most who leave.

    frame: questions.hours(); cells on a low base do not count.
    """
    _ = words
    known = frame[frame[measure].notna() & (frame["tickets"] >= charts.LOW_BASE_N)]
    if known.empty:
        return _("Too few visits to compare the hours")
    top = known.iloc[int(known[measure].to_numpy().argmax())]
    day = weekdays[int(top["weekday"]) - 1]
    if measure == "walk_away_rate":
        return _(
            "Most leave on {day} at {hour}:00: {rate}",
            day=day,
            hour=int(top["hour"]),
            rate=wording.rate(top[measure]),
        )
    return _(
        "Longest on {day} at {hour}:00: {wait} on average",
        day=day,
        hour=int(top["hour"]),
        wait=minutes(top[measure], words),
    )


def each(frame: "Frame", on: str, words: Words) -> str:
    """How every member changed: own-built own-run +17.5%, ...; "" without a change."""
    _ = words
    known = frame[frame["before"].notna()]
    if not on or known.empty or len(known) > 3:
        return ""
    said = [
        _(
            "{name} {growth}",
            name=row["label"],
            growth=bars.change(row, words),
        )
        for row in known.to_dict("records")
    ]
    return _("{members}, {versus}", members=comma(said, words), versus=on)


def hours_alt(
    title: str,
    frame: "Frame",
    measure: str,
    weekdays: Sequence[str],
    words: Words,
) -> str:
    """The hours in words: the highest and the lowest cell."""
    known = frame[frame[measure].notna()].sort_values(measure, ascending=False)
    write = _written(measure, words)
    figures = [
        f"{weekdays[int(row['weekday']) - 1]} {int(row['hour'])}:00 "
        f"{write(row[measure])}"
        for row in known.iloc[[0, -1]].to_dict("records")
    ]
    return labels.listed(title, figures, words)


def _written(measure: str, words: Words) -> Write:
    if measure == "walk_away_rate":
        return wording.rate
    return lambda value: minutes(value, words)


def hours_table(frame: "Frame", weekdays: Sequence[str], words: Words) -> behind.Behind:
    """The cells of the week, one a row."""
    _ = words
    rows = [
        row
        | {
            "weekday": weekdays[int(row["weekday"]) - 1],
            "hour": _("{hour}:00", hour=int(row["hour"])),
        }
        for row in frame.sort_values(["weekday", "hour"]).to_dict("records")
    ]
    return behind.of(
        [
            _("Weekday"),
            _("Hour"),
            _("Queue tickets"),
            _("Mean wait, minutes"),
            _("Left without being served"),
        ],
        rows,
        {
            "weekday": str,
            "hour": str,
            "tickets": wording.plain,
            "wait_minutes": lambda value: wording.plain(value, 1),
            "walk_away_rate": wording.rate,
        },
    )


def is_unknown(member: str) -> bool:
    """Whether a member stands for what nobody knows."""
    return member == UNKNOWN
