"""Findings: the sentence a page or panel opens with, made from its data by rule.

Every figure and claim is computed from what stands below it. Pure functions: values or
a frame and the words in, a sentence out. Names come unescaped; the page escapes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from jike.releases.opening import Release
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def _sign(value: object, decimals: int = 1) -> int | None:
    """+1, −1 or 0 of a fraction as it is shown in per cent; None without a value."""
    share = wording.number(value)
    if share is None:
        return None
    shown = wording.rounded(100 * share, decimals)
    return (shown > 0) - (shown < 0)


def scorecard(
    branch: str,
    lead: float | None,
    revenue: float | None,
    retention: float | None,
    retention_lead: float | None,
    words: Words,
) -> str:
    """Where a branch stands: revenue against time, then the target market.

    branch: its name, "" for everything. lead, retention, retention_lead as fractions,
    revenue in yuan; None where there is nothing.
    """
    parts = [
        part
        for part in (
            _revenue_clause(branch, lead, revenue, words),
            _retention_clause(retention, retention_lead, words),
        )
        if part
    ]
    if not parts:
        _ = words
        return _("{branch}: no data", branch=branch) if branch else _("No data")
    comma = "，" if words.language == "zh" else ", "
    return comma.join(parts)


def _revenue_clause(
    branch: str, lead: float | None, revenue: float | None, words: Words
) -> str:
    _ = words
    sign = _sign(lead)
    head = _("{branch}: revenue", branch=branch) if branch else _("Revenue")
    if sign is None:
        if wording.is_missing(revenue):
            return ""
        amount = wording.amount(revenue, words.language)
        return _("{revenue} at {amount}", revenue=head, amount=amount)
    size = wording.points_in_words(lead, words.language)
    if sign > 0:
        return _("{revenue} {size} ahead of time", revenue=head, size=size)
    if sign < 0:
        return _("{revenue} {size} behind time", revenue=head, size=size)
    return _("{revenue} level with time", revenue=head)


def _retention_clause(
    retention: float | None, retention_lead: float | None, words: Words
) -> str:
    _ = words
    if wording.is_missing(retention):
        return ""
    rate = wording.rate(retention, 2)
    if _sign(retention_lead) == -1:
        return _("retention {rate}, below expected", rate=rate)
    return _("retention {rate}", rate=rate)


def judged(cards: Sequence[Any], words: Words) -> str:
    """How many cards stand well against what they are compared with, and which not.

    cards: dashboards.cards.Content, None for one that could not be written.
    """
    _ = words
    written = [card for card in cards if card is not None and card.verdict != 0]
    worse = [card.name for card in written if card.verdict < 0]
    if not written:
        return _("No comparison yet")
    better = len(written) - len(worse)
    if not worse:
        return words.many(
            "{n} KPI is better than what it is compared with, none worse",
            "{n} KPIs are better than what they are compared with, none worse",
            better,
        )
    comma = "、" if words.language == "zh" else ", "
    return words.many(
        "{n} KPI is better than what it is compared with; worse: {names}",
        "{n} KPIs are better than what they are compared with; worse: {names}",
        better,
        names=comma.join(worse),
    )


def standings(frame: "pd.DataFrame", words: Words) -> str:
    """Who is first and how far the last one is behind.

    frame: name, lead, behind; the first one first.
    """
    _ = words
    placed = frame[frame["lead"].notna()]
    if placed.empty:
        return _("No branch below has a revenue target")
    first, last = placed.iloc[0], placed.iloc[-1]
    if len(placed) == 1:
        return _("{first} is the only branch", first=first["name"])
    if _sign(last["behind"]) == 0:
        return _("The branches stand level")
    return _(
        "{first} leads, {last} is {gap} behind",
        first=first["name"],
        last=last["name"],
        gap=wording.points_in_words(last["behind"], words.language),
    )


def year_progress(frame: "pd.DataFrame", words: Words) -> str:
    """How many branches are behind time, and which when they are one or two.

    frame: name, lead, is_total; one row per branch and the total.
    """
    _ = words
    below = frame[~frame["is_total"].astype(bool)]
    if below.empty:
        return _own_progress(frame, words)
    behind = [
        name
        for name, lead in zip(below["name"], below["lead"], strict=True)
        if _sign(lead) == -1
    ]
    if not behind:
        return _("None of {of} branches is behind time", of=len(below))
    if len(behind) <= 2:
        comma = "、" if words.language == "zh" else " and "
        return words.many(
            "Of {of} branches, {names} is behind time",
            "Of {of} branches, {names} are behind time",
            len(behind),
            names=comma.join(behind),
            of=len(below),
        )
    return _("{n} of {of} branches are behind time", n=len(behind), of=len(below))


def _own_progress(frame: "pd.DataFrame", words: Words) -> str:
    _ = words
    done = wording.rate(frame.iloc[0]["completion"])
    return _("{rate} of the year's base target is reached", rate=done)


def retention(
    used: float | None, elapsed: float | None, rate: float | None, words: Words
) -> str:
    """How much of the year's loss budget is used, against how much of it has passed.

    used: loss_budget_used; elapsed: time_progress; rate: target_market_retention.
    """
    _ = words
    if wording.is_missing(used) or wording.is_missing(elapsed):
        if wording.is_missing(rate):
            return _("No cohort to follow")
        return _("Target-market retention is {rate}", rate=wording.rate(rate, 2))
    ahead = float(used or 0) - float(elapsed or 0)
    share = wording.rate(used)
    size = wording.points_in_words(ahead, words.language)
    if _sign(ahead) == 0:
        return _(
            "Losses used {share} of the year's budget, level with time progress",
            share=share,
        )
    if ahead < 0:
        return _(
            "Losses used {share} of the year's budget, {size} below time progress",
            share=share,
            size=size,
        )
    return _(
        "Losses used {share} of the year's budget, {size} above time progress",
        share=share,
        size=size,
    )


def cohort_curve(frame: "pd.DataFrame", is_cut: bool, words: Words) -> str:
    """Whether the cohort holds above its expected line, and where it comes closest.

    frame: day, retention, expected; the first row is the cohort's own day and is not
    spoken of. Rows without a retention are months to come. is_cut: a filter is set,
    and targets are not made by tier or industry.
    """
    _ = words
    months = frame.iloc[1:]
    months = months[months["retention"].notna() & months["expected"].notna()]
    if months.empty and is_cut:
        return _("No expected line: targets are not made by tier or industry")
    if months.empty:
        return _("No expected line: the year has no base target")
    gaps = (months["retention"] - months["expected"]).tolist()
    days = [day.date() if hasattr(day, "date") else day for day in months["day"]]
    signs = [_sign(gap, 2) for gap in gaps]
    now = wording.points_in_words(gaps[-1], words.language, 2)
    if -1 not in signs:
        return _closest(days, gaps, words)
    if signs[-1] == -1:
        since = _below_since(days, signs)
        if since == days[0] and len(days) > 1:
            return _("Below the expected line in every month, now {gap}", gap=now)
        month = _month(since, words)
        return _(
            "Below the expected line since {month}, now {gap}", month=month, gap=now
        )
    below = sum(sign == -1 for sign in signs)
    return words.many(
        "Below the expected line in {n} month, now {gap} above",
        "Below the expected line in {n} months, now {gap} above",
        below,
        gap=now,
    )


def curve_caption(day: date, has_expected: bool, words: Words) -> str:
    """What the curve measures and how its marks are read. day: the cohort's own."""
    _ = words
    cohort = wording.frame_day(day, words.language)
    if has_expected:
        return _(
            "Target-market retention, %, cohort of {day}; dashed = expected; "
            "the axis does not start at 0",
            day=cohort,
        )
    return _(
        "Target-market retention, %, cohort of {day}; the axis does not start at 0",
        day=cohort,
    )


def _closest(days: Sequence[date], gaps: Sequence[float], words: Words) -> str:
    _ = words
    least = min(range(len(gaps)), key=lambda i: (round(gaps[i], 4), -i))
    return _(
        "The cohort stays above the expected line; {month} is closest, {gap}",
        month=_month(days[least], words),
        gap=wording.points_in_words(gaps[least], words.language, 2),
    )


def _below_since(days: Sequence[date], signs: Sequence[int | None]) -> date:
    start = len(signs) - 1
    while start > 0 and signs[start - 1] == -1:
        start -= 1
    return days[start]


def _month(day: date, words: Words) -> str:
    if words.language == "zh":
        return f"{day.month} 月"
    return wording.month_in_words(day, "en")


def lost(all_rows: int, last_month_rows: int, month: date, words: Words) -> str:
    """How many customers were lost, and how many of them in the last month."""
    _ = words
    if all_rows == 0:
        return _("No customer was lost")
    return words.many(
        "{n} customer lost, {m} of them in {month}",
        "{n} customers lost, {m} of them in {month}",
        all_rows,
        m=last_month_rows,
        month=_month(month, words),
    )


def most(frame: "pd.DataFrame", words: Words) -> str:
    """Which member stands out, and which share of all it is.

    frame: label, rows; the largest first. Only a member with more than any other is
    called the largest.
    """
    _ = words
    total = int(frame["rows"].sum())
    if total == 0:
        return _("No customer was lost")
    first = frame.iloc[0]
    if len(frame) > 1 and first["rows"] == frame.iloc[1]["rows"]:
        return _("No single reason stands out among {total} losses", total=total)
    return _(
        "{name}: {n} of {total} losses ({share})",
        name=first["label"],
        n=int(first["rows"]),
        total=total,
        share=wording.rate(first["rows"] / total),
    )


def quality(
    release: int,
    passed: int,
    warned: int,
    held_on: date | None,
    is_held: bool,
    words: Words,
) -> str:
    """Whether what is shown passed its checks, and whether something newer did not."""
    _ = words
    if is_held and held_on is not None:
        day = wording.day_in_words(held_on, words.language, year=False)
        return _(
            "The delivery of {day} failed its checks; release {number} is still shown",
            day=day,
            number=release,
        )
    if is_held:
        return _(
            "The newest build failed its checks; release {number} is still shown",
            number=release,
        )
    if warned:
        return words.many(
            "Release {number}: {passed} checks passed, {n} warns",
            "Release {number}: {passed} checks passed, {n} warn",
            warned,
            number=release,
            passed=passed,
        )
    return _(
        "Release {number}: all {passed} checks passed", number=release, passed=passed
    )


def deliveries(frame: "pd.DataFrame", words: Words) -> str:
    """How the newest delivery of the grid went, over all its feeds.

    frame: entity, delivered_on, status; what failed its checks is "failed".
    """
    _ = words
    newest = frame[frame["delivered_on"] == frame["delivered_on"].max()]
    status: Mapping[str, int] = newest["status"].value_counts().to_dict()
    if failed := status.get("failed", 0):
        return _("{n} of {of} feeds failed", n=failed, of=frame["entity"].nunique())
    if status.get("passed", 0) == len(newest):
        return _("All {of} feeds of the newest delivery arrived whole", of=len(newest))
    return _(
        "Newest delivery: {passed} of {of} feeds whole, {warned} with rejected rows, "
        "{missing} missing",
        passed=status.get("passed", 0),
        of=len(newest),
        warned=status.get("warning", 0),
        missing=status.get("missing", 0),
    )


def quarantine(rows: int, share: float | None, most_of: str, words: Words) -> str:
    """How many rows were rejected, their share, and by which rule most of them."""
    _ = words
    if rows == 0:
        return _("No row was rejected")
    decimals = 1 if (share or 0) >= 0.01 else 2
    return words.many(
        "{n} row quarantined ({share}), most by: {rule}",
        "{n} rows quarantined ({share}), most by: {rule}",
        rows,
        share=wording.rate(share, decimals),
        rule=most_of,
    )


def checks(statuses: Sequence[str], words: Words) -> str:
    """How many checks failed or warn, of how many; one status (passed, …) a check."""
    _ = words
    of = len(statuses)
    failed, warned = statuses.count("failed"), statuses.count("warning")
    if failed:
        return _("{n} of {of} checks failed; each says why it matters", n=failed, of=of)
    if warned:
        return _("{n} of {of} checks warn; each says why it matters", n=warned, of=of)
    return _("All {of} checks passed; each says why it matters", of=of)


def short_boards(row: Mapping[str, Any], words: Words) -> str:
    """What of a branch is below its comparison, in words; "none" when nothing is.

    row: lead, retention_lead, nrr, nrr_base. What is missing is not judged, and where
    nothing could be judged a dash stands.
    """
    _ = words
    missing = wording.is_missing(row["nrr"]) or wording.is_missing(row["nrr_base"])
    signs = {
        _("revenue"): _sign(row["lead"]),
        _("retention"): _sign(row["retention_lead"], 2),
        "NRR": None if missing else _sign(row["nrr"] - row["nrr_base"]),
    }
    if set(signs.values()) == {None}:
        return wording.MISSING
    below = [name for name, sign in signs.items() if sign == -1]
    return ("、" if words.language == "zh" else ", ").join(below) or _("none")


def cohort_caption(scope: str, row: Mapping[str, Any], time: str, words: Words) -> str:
    """Whose cohort it is, how many customers, how many of them are active.

    row: the KPI row of target_market_retention; {} when there is none.
    """
    _ = words
    if wording.is_missing(row.get("denominator")):
        return _("{scope}, {time}", scope=scope, time=time)
    return _(
        "{scope}, target market: cohort of {of}, {n} in service and billed; {time}. "
        "The last two months are provisional",
        scope=scope,
        of=wording.plain(row["denominator"]),
        n=wording.plain(row["numerator"]),
        time=time,
    )


def release_caption(release: Release, is_held: bool, words: Words) -> str:
    """When the release shown was made, and that nothing held is in it."""
    _ = words
    day = wording.local(release.published_at).date()
    time = wording.time_of_day(release.published_at)
    made = f"{wording.frame_day(day, words.language)} {time}"
    said = _(
        "Release {number} of {made}, data as of {day}",
        number=release.number,
        made=made,
        day=wording.frame_day(release.as_of, words.language),
    )
    if not is_held:
        return said
    return _("{said}; what was held touches no page", said=said)


def releases(n: int, words: Words) -> str:
    """How many releases one can go back to."""
    return words.many("{n} release is kept", "{n} releases are kept", n)


def feed(entity: str, words: Words) -> str:
    """An entity of the raw contract in words; a name of its own as it is."""
    _ = words
    said = {
        "customers": _("customers"),
        "members": _("members"),
        "member_usage": _("member usage"),
        "orders": _("orders"),
        "order_steps": _("order steps"),
        "bills": _("bills"),
        "survey_responses": _("interviews"),
        "survey_answers": _("interview answers"),
        "calls": _("calls"),
        "tickets": _("tickets"),
        "ticket_routes": _("dispatches"),
        "hall_queue": _("hall queues"),
        "hall_transactions": _("hall transactions"),
        "visits": _("visits"),
        "competitor_events": _("rival moves"),
        "control_totals": _("control totals"),
    }
    return said.get(entity, entity)


def rule(code: str, words: Words) -> str:
    """A rule of the raw contract in words; a code of its own as it is."""
    _ = words
    said = {
        "structure": _("wrong number of fields"),
        "encoding": _("unreadable characters"),
        "nul": _("NUL characters"),
        "type": _("not of its type"),
        "required": _("required value missing"),
        "code": _("code not in the list"),
        "reference": _("refers to nothing"),
        "duplicate": _("repeated row"),
        "key": _("repeated key"),
    }
    return said.get(code, code)


def alt(
    title: str, labels: Iterable[str], shares: Iterable[float | None], words: Words
) -> str:
    """A chart in words: its finding and the figure of every bar (shares)."""
    figures = [
        f"{label} {wording.rate(share)}"
        for label, share in zip(labels, shares, strict=True)
    ]
    return listed(title, figures, words)


def count_alt(
    title: str, labels: Iterable[str], counts: Iterable[int], words: Words
) -> str:
    """A chart in words: its finding and the count of every bar."""
    figures = [
        f"{label} {wording.plain(n)}" for label, n in zip(labels, counts, strict=True)
    ]
    return listed(title, figures, words)


def curve_alt(title: str, frame: "pd.DataFrame", words: Words) -> str:
    """The cohort curve in words: its finding and every month's retention."""
    known = frame[frame["retention"].notna()]
    figures = [
        f"{wording.iso(day)} {wording.rate(share, 2)}"
        for day, share in zip(known["day"], known["retention"], strict=True)
    ]
    return listed(title, figures, words)


def scoped(scope: str, time: str, words: Words) -> str:
    """What a page was measured on: branch and filters, then the days."""
    _ = words
    return _("{scope}, {time}", scope=scope, time=time)


def listed(title: str, figures: Sequence[str], words: Words) -> str:
    """A finding and the figures under it as one text, for those who hear a chart."""
    if words.language == "zh":
        return f"{title}：{'、'.join(figures)}"
    return f"{title}: {', '.join(figures)}"
