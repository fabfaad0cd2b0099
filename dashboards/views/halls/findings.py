"""What the page says of its data, by rule: values in, a sentence out."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from dashboards.cards.facts import Row
from dashboards.cards.findings import all_equal
from dashboards.kit import bars, labels
from dashboards.views.halls.charts import LEFT, LOW_BASE_N, minutes
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame

VERDICTS = ("pass", "fail", "no_data")


def halls(
    halls_: Sequence[Row], wait: float | None, within: float | None, words: Words
) -> str:
    """How many halls pass, and how long one waits; of one hall, how it stands.

    halls_: passes(); wait in minutes, within a share.
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
    return _.clauses([_("{n} of {of} halls pass", n=passing, of=len(judged)), said])


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
    """Which waits are beyond their limit on average. frame: waits()."""
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
    many = _("{n} of {of} mean waits beyond the limit", n=len(beyond), of=len(frame))
    return _.clauses([many, said])


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
    return _.clauses(parts)


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


def hours(frame: "Frame", measure: str, weekdays: Sequence[str], words: Words) -> str:
    """The hour of the week with the longest waits, or most who leave.

    frame: questions.hours(); cells on a low base do not count.
    """
    _ = words
    known = frame[frame[measure].notna() & (frame["tickets"] >= LOW_BASE_N)]
    if known.empty:
        return _("Too few visits to compare the hours")
    top = known.iloc[int(known[measure].to_numpy().argmax())]
    day = weekdays[int(top["weekday"]) - 1]
    write = wording.rate if measure == LEFT else partial(minutes, words=words)
    if all_equal(map(write, known[measure])):
        return _("All hours at {value}", value=write(top[measure]))
    if measure == LEFT:
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
    known = frame[frame["growth"].notna()]
    if not on or known.empty or len(known) > 3:
        return ""
    said = [
        _(
            "{name} {growth}",
            name=row["label"],
            growth=bars.change(row),
        )
        for row in known.to_dict("records")
    ]
    return _("{members}, {versus}", members=_.clauses(said), versus=on)
