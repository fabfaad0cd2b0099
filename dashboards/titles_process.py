"""Findings of halls, tickets and orders, made from their data by rule; their tables."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboards import behind, charts_process, titles
from dashboards.facts import Facts, Row
from dashboards.titles_service import comma, listed
from jike.kpis.cuts import UNKNOWN
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

    Frame = pd.DataFrame

Write = Callable[[float], str]
VERDICTS = ("pass", "fail", "no_data")
# Days from which an open order or overdue ticket is called old.
OLD = ("31-90", "91+")


def versus(facts: Facts) -> str:
    """What a change is on, one word: month or year before; "" without either."""
    from dashboards.plotted_process import earlier

    _ = facts.words
    if earlier(facts) is None:
        return ""
    return _("mom") if facts.period.kind in ("month", "quarter") else _("yoy")


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
        return titles.scoped(scope, time, words)
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

    frame: jike.pages.halls.hours(); cells on a low base do not count.
    """
    _ = words
    known = frame[
        frame[measure].notna() & (frame["tickets"] >= charts_process.LOW_BASE_N)
    ]
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


def since(name: str, frame: "Frame", column: str, write: Write, words: Words) -> str:
    """How a KPI moved from the first month drawn to the last, as it is written."""
    _ = words
    known = frame[frame[column].notna()]
    if known.empty:
        return _("Nothing to show")
    first, last = known.iloc[0], known.iloc[-1]
    before, now = write(float(first[column])), write(float(last[column]))
    month = wording.period(f"{first['month']:%Y-%m}", words.language)
    if len(known) == 1 or before == now:
        return _("{name} {now}", name=name, now=now)
    if last[column] > first[column]:
        said = _(
            "{name} {now}, up from {before} in {month}",
            name=name,
            now=now,
            before=before,
            month=month,
        )
    else:
        said = _(
            "{name} {now}, down from {before} in {month}",
            name=name,
            now=now,
            before=before,
            month=month,
        )
    return said


def counted(what: str, frame: "Frame", on: str, words: Words) -> str:
    """How many there are, how that changed, and which member has most.

    frame: plotted_process.members() of a count; what: e.g. complaints at halls; on:
    versus().
    """
    _ = words
    if frame.empty:
        return _("{what}: none", what=what)
    total = float(frame["value"].sum())
    said = _("{what} {n}", what=what, n=wording.plain(total))
    before = float(frame["before"].fillna(0).sum())
    if on and before > 0:
        said = _(
            "{what} {n}, {growth} {versus}",
            what=what,
            n=wording.plain(total),
            growth=wording.growth(total / before - 1, words.language),
            versus=on,
        )
    marked = frame[frame["is_marked"].astype(bool)]
    if marked.empty or total == 0:
        return said
    share = wording.rate(float(marked.iloc[0]["value"]) / total)
    return comma(
        [
            said,
            _("{name} most: {share}", name=marked.iloc[0]["label"], share=share),
        ],
        words,
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
            growth=charts_process.change(row, words),
        )
        for row in known.to_dict("records")
    ]
    return _("{members}, {versus}", members=comma(said, words), versus=on)


def slowest(frame: "Frame", write: Write, words: Words) -> str:
    """Which member takes longest; the one that is marked, when it is alone."""
    _ = words
    if frame.empty:
        return _("Nothing finished in this period")
    marked = frame[frame["is_marked"].astype(bool)]
    top = frame.iloc[0] if marked.empty else marked.iloc[0]
    if marked.empty and len(frame) > 1:
        return _("No single one is slowest")
    return _(
        "{name} takes longest: {time}",
        name=top["label"],
        time=write(float(top["value"])),
    )


def widest(frame: "Frame", words: Words) -> str:
    """Which product reaches most customers. frame: members() of penetration."""
    _ = words
    marked = frame[frame["is_marked"].astype(bool)]
    if marked.empty:
        return _("No product is ahead of all others")
    return _(
        "{name} reaches most: {rate} of customers",
        name=marked.iloc[0]["label"],
        rate=wording.rate(marked.iloc[0]["value"]),
    )


def worse(frame: "Frame", words: Words) -> str:
    """How many members are worse than the others, and the worst; never by chance.

    frame: plotted_process.shares(), the worst first.
    """
    _ = words
    if frame.empty:
        return _("Nothing to show")
    below = frame[frame["verdict"] < 0]
    if len(frame) == 1:
        row = frame.iloc[0]
        return _(
            "{name} {rate}%", name=row["label"], rate=wording.plain(row["value"], 1)
        )
    if below.empty:
        return _("No branch or hall is worse than the others by more than chance")
    return _(
        "{n} of {of} are worse than the others, {name} most: {rate}%",
        n=len(below),
        of=len(frame),
        name=below.iloc[0]["label"],
        rate=wording.plain(below.iloc[0]["value"], 1),
    )


def moved(frame: "Frame", words: Words) -> str:
    """Which of several shares got worse, else better, by more than chance.

    frame: plotted_process.several().
    """
    _ = words
    for sign, said in (
        (-1, _("{names} worse than before")),
        (1, _("{names} better than before")),
    ):
        names = list(frame[frame["verdict"] == sign]["label"])
        if 0 < len(names) <= 2:
            return said.format(names=listed(names, words))
        if names:
            return (
                _("{n} of {of} rates worse than before", n=len(names), of=len(frame))
                if sign < 0
                else _(
                    "{n} of {of} rates better than before", n=len(names), of=len(frame)
                )
            )
    return _("No rate changed by more than chance")


def tickets(
    opened: float | None, compliance: float | None, overdue: float | None, words: Words
) -> str:
    """How many tickets were opened, how many promises kept, how many are overdue."""
    _ = words
    if wording.is_missing(opened):
        return _("No tickets in this period")
    parts = [_("{n} tickets", n=wording.plain(opened))]
    if not wording.is_missing(compliance):
        parts.append(_("{rate} of promises kept", rate=wording.rate(compliance)))
    if not wording.is_missing(overdue):
        parts.append(_("{n} overdue", n=wording.plain(overdue)))
    return comma(parts, words)


def orders(
    received: float | None, on_time: float | None, days: float | None, words: Words
) -> str:
    """How many orders came, how many are on time, how long supply takes."""
    _ = words
    if wording.is_missing(received):
        return _("No orders in this period")
    parts = [_("{n} orders", n=wording.plain(received))]
    if not wording.is_missing(on_time):
        parts.append(_("{rate} on time", rate=wording.rate(on_time)))
    if not wording.is_missing(days):
        time = wording.value(days, "days", words.language)
        parts.append(_("half supplied within {time}", time=time))
    return comma(parts, words)


def overdue(rows: Sequence[Mapping[str, Any]], words: Words) -> str:
    """How many tickets are overdue, and for how long the oldest of them."""
    _ = words
    if not rows:
        return _("No ticket is overdue")
    return words.many(
        "{n} ticket overdue, for up to {days} days",
        "{n} tickets overdue, for up to {days} days",
        len(rows),
        days=wording.plain(max(row["days"] for row in rows)),
    )


def backlog(rows: Sequence[Mapping[str, Any]], words: Words) -> str:
    """How many orders are open, and how many of them for more than 30 days."""
    _ = words
    if not rows:
        return _("No order is open")
    old = sum(row["age"] in OLD for row in rows)
    return words.many(
        "{n} order open, {old} for more than 30 days",
        "{n} orders open, {old} for more than 30 days",
        len(rows),
        old=wording.plain(old),
    )


def ages(frame: "Frame", words: Words) -> str:
    """Which age most have. frame: plotted_process.members() by age."""
    _ = words
    marked = frame[frame["is_marked"].astype(bool)]
    if marked.empty:
        return _("No age is most frequent")
    row = marked.iloc[0]
    return _(
        "{n} of {of} are {age} old",
        n=wording.plain(row["value"]),
        of=wording.plain(frame["value"].sum()),
        age=row["label"],
    )


def bars_alt(
    title: str,
    frame: "Frame",
    write: Write,
    words: Words,
    is_points: bool = False,
) -> str:
    """Bars in words: every value, and its change where there is one."""
    figures = []
    for row in frame.to_dict("records"):
        said = f"{row['label']} {write(row['value'])}"
        if not wording.is_missing(row["limit"]):
            said += f" / {write(row['limit'])}"
        if not wording.is_missing(row["before"]):
            said += f" ({charts_process.change(row, words, is_points)})"
        figures.append(said)
    return titles.listed(title, figures, words)


def _known(write: Write) -> behind.Writer:
    """Write what is known, and a dash for what is not."""

    def written(value: Any) -> str:  # noqa: ANN401 (a cell)
        return wording.MISSING if wording.is_missing(value) else write(value)

    return written


def bars_table(
    frame: "Frame",
    head: str,
    write: Write,
    words: Words,
    is_points: bool = False,
) -> behind.Behind:
    """The rows behind bars: value, the period before, the change, the limit if any."""
    _ = words
    rows = [
        row | {"change": charts_process.change(row, words, is_points)}
        for row in frame.to_dict("records")
    ]
    known = _known(write)
    heads, columns = (
        [head, _("Value")],
        dict[str, behind.Writer]({"label": str, "value": known}),
    )
    if frame["limit"].notna().any():
        heads.append(_("Limit"))
        columns["limit"] = known
    if frame["before"].notna().any():
        heads += [_("Before"), _("change")]
        columns |= {"before": known, "change": str}
    if "p90" in frame:
        heads.append(_("90% within"))
        columns["p90"] = known
    return behind.of(heads, rows, columns)


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
    return titles.listed(title, figures, words)


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


def months_alt(
    title: str, frame: "Frame", names: Mapping[str, str], write: Write, words: Words
) -> str:
    """Lines in words: every month of the first one, the last of the others."""
    column, *others = names
    figures = [
        f"{row['month']:%Y-%m} {write(row[column])}"
        for row in frame[frame[column].notna()].to_dict("records")
    ]
    for other in others:
        known = frame[frame[other].notna()]
        if not known.empty:
            figures.append(f"{names[other]} {write(float(known[other].iloc[-1]))}")
    return titles.listed(title, figures, words)


def months_table(
    frame: "Frame", names: Mapping[str, str], write: Write, words: Words
) -> behind.Behind:
    """Lines month by month, one column a line."""
    _ = words
    known = _known(write)
    rows = [
        row | {"month": f"{row['month']:%Y-%m}"} for row in frame.to_dict("records")
    ]
    columns: dict[str, behind.Writer] = {"month": str}
    columns |= dict.fromkeys(names, known)
    return behind.of([_("Month"), *names.values()], rows, columns)


def kept_table(frame: "Frame", heads: tuple[str, str], words: Words) -> behind.Behind:
    """A share month by month: what it is of, what it counts, the share.

    frame: plotted_service.call_months(); heads: of the first two.
    """
    _ = words
    rows = [
        row | {"month": f"{row['month']:%Y-%m}"} for row in frame.to_dict("records")
    ]
    return behind.of(
        [_("Month"), *heads, _("Share")],
        rows,
        {
            "month": str,
            "demand": wording.plain,
            "answered": wording.plain,
            "rate": wording.rate,
        },
    )


def is_unknown(member: str) -> bool:
    """Whether a member stands for what nobody knows."""
    return member == UNKNOWN
