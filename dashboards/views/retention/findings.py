"""What the page says of its data, by rule: values in, a sentence out."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboards.cards import findings
from dashboards.cards.findings import all_equal
from dashboards.kit.triangle import pooled
from dashboards.views.retention.rows import counted
from jike.kpis.cuts import LOW_BASE
from jike.words import wording
from jike.words.deployment import chosen
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

LEVELS = ("start", "end")
"""Steps of the bridge that are levels; the others are changes."""


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
    if findings.sign(ahead) == 0:
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
    signs = [findings.sign(gap, 2) for gap in gaps]
    now = wording.points_in_words(gaps[-1], words.language, 2)
    if -1 not in signs:
        return _closest(days, gaps, words)
    if signs[-1] == -1:
        since = _below_since(days, signs)
        if since == days[0] and len(days) > 1:
            return _("Below the expected line in every month, now {gap}", gap=now)
        month = wording.month_in_a_sentence(since, words.language)
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
        month=wording.month_in_a_sentence(days[least], words.language),
        gap=wording.points_in_words(gaps[least], words.language, 2),
    )


def _below_since(days: Sequence[date], signs: Sequence[int | None]) -> date:
    start = len(signs) - 1
    while start > 0 and signs[start - 1] == -1:
        start -= 1
    return days[start]


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
        month=wording.month_in_a_sentence(month, words.language),
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


def expiring(rows: Sequence[Mapping[str, Any]], words: Words) -> str:
    """How many customers' contracts end, and on which day most of them do."""
    _ = words
    total = sum(int(row["customers"]) for row in rows)
    most = max(rows, key=lambda row: (row["customers"], -row["ends_on"].toordinal()))
    return words.many(
        "The contract of {n} customer ends within 60 days, on {day} ({most})",
        "Contracts of {n} customers end within 60 days, most on {day} ({most})",
        total,
        day=wording.day_in_words(most["ends_on"], words.language, year=False),
        most=wording.plain(most["customers"]),
    )


def tiers_by_branch(frame: "pd.DataFrame", expected: float | None, words: Words) -> str:
    """How many cells lie below the expected value, and which one is the lowest.

    frame: rows.tiers_by_branch(). Cells below 30 are not spoken of.
    """
    _ = words
    cells = counted(frame)
    if cells.empty:
        return _("Every group is smaller than {n} customers", n=chosen("low_base_n"))
    worst = cells.sort_values("value").iloc[0]
    lowest = {
        "branch": worst["label"],
        "tier": worst["tier"],
        "rate": wording.rate(worst["value"]),
    }
    if expected is None:
        if all_equal(map(wording.rate, cells["value"])):
            return _("All groups at {rate}", rate=lowest["rate"])
        return _("{branch} {tier} is the lowest, {rate}", **lowest)
    below = cells[[_below(value, expected) for value in cells["value"]]]
    if below.empty:
        return _("None of {of} groups is below expected", of=len(cells))
    if len(below) > 1 and all_equal(map(wording.rate, below["value"])):
        return _(
            "{n} of {of} groups are below expected, at {rate}",
            n=len(below),
            of=len(cells),
            rate=lowest["rate"],
        )
    return words.many(
        "{n} of {of} groups is below expected: {branch} {tier}, {rate}",
        "{n} of {of} groups are below expected, {branch} {tier} most, {rate}",
        len(below),
        of=len(cells),
        **lowest,
    )


def _below(value: float, expected: float) -> bool:
    """Below as both are written, with one decimal."""
    return wording.rounded(100 * value, 1) < wording.rounded(100 * expected, 1)


def tiers_caption(centre: float, is_expected: bool, words: Words) -> str:
    """What the cells and their colours mean."""
    _ = words
    rate, least = wording.rate(centre), chosen("low_base_n")
    if is_expected:
        return _(
            "Target-market retention, %; colour = against expected {rate}: blue above, "
            "orange below; ° fewer than {least}; tap a cell to see it",
            rate=rate,
            least=least,
        )
    return _(
        "Target-market retention, %; colour = against the whole, {rate}: blue above, "
        "orange below; ° fewer than {least}; tap a cell to see it",
        rate=rate,
        least=least,
    )


def cell(value: float, status: str) -> str:
    """A cell's text: one decimal, ° on a low base."""
    return f"{wording.plain(100 * value, 1)}{'°' if status == LOW_BASE else ''}"


def bridge(frame: "pd.DataFrame", words: Words) -> str:
    """Whether what stayed grew more than contraction and churn took away.

    frame: rows.bridge().
    """
    _ = words
    decimals = decimals_of(frame)
    change = dict(zip(frame["step"], frame["change"], strict=True))
    gain = wording.rounded(change["expansion"], decimals)
    loss = -wording.rounded(change["contraction"], decimals) - wording.rounded(
        change["churn"], decimals
    )
    sizes = {
        "gain": wording.plain(float(gain), decimals),
        "loss": wording.plain(float(loss), decimals),
    }
    if gain > loss:
        return _("Growth of {gain} outweighs the {loss} lost", **sizes)
    if gain < loss:
        return _("Growth of {gain} is less than the {loss} lost", **sizes)
    return _("Growth of {gain} makes up for what was lost", **sizes)


def acquired(rows: "pd.DataFrame", words: Words) -> str:
    """How many are there after a month, and at the oldest age shown.

    rows: jike.pages.retention.acquired().
    """
    _ = words
    by_age = pooled(rows)
    first, last = min(by_age), max(by_age)
    if first == last:
        return _(
            "{n} month(s) after their first order or bill {share} are there",
            n=first,
            share=wording.rate(by_age[first]),
        )
    return _(
        "{n} month(s) after their first order or bill {share} are there, after {m} "
        "{later}",
        n=first,
        share=wording.rate(by_age[first]),
        m=last,
        later=wording.rate(by_age[last]),
    )


def decimals_of(frame: "pd.DataFrame") -> int:
    """Decimals with which the steps add up to the end as they are written."""
    return wording.decimals_that_reconcile([float(v) for v in frame["change"]])


def steps(words: Words) -> dict[str, str]:
    """What the steps of the bridge are called."""
    _ = words
    return {
        "start": _("Before"),
        "expansion": _("Expansion"),
        "contraction": _("Contraction"),
        "churn": _("Churn"),
        "end": _("Now"),
    }


def step_text(step: str, value: float, decimals: int) -> str:
    """A step's figure: levels plain, changes with their sign."""
    if step in LEVELS:
        return wording.plain(value, decimals)
    return wording.signed(value, decimals)


def switching(frame: "pd.DataFrame", words: Words) -> str:
    """Which tier is likeliest to switch, when its interval lies above the others'.

    frame: rows.switching(). Small groups are not spoken of.
    """
    _ = words
    told = frame[(frame["status"] == "ok") & frame["value"].notna()]
    if told.empty:
        return _("Too few answers to say who would switch")
    ordered = told.sort_values("value", ascending=False)
    first, others = ordered.iloc[0], ordered.iloc[1:]
    said = {"tier": first["label"], "rate": f"{wording.plain(first['value'], 1)}%"}
    if len(others) and first["low"] <= others["high"].max():
        return _("Tiers are too close to call; {tier} {rate}", **said)
    return _("{tier}: {rate} would switch", **said)


def switching_figures(frame: "pd.DataFrame", words: Words) -> list[str]:
    """Every tier's switching intention with its interval."""
    return [
        f"{row['label']} {wording.plain(row['value'], 1)}% "
        f"({wording.interval(row['low'], row['high'], row['n'], words.language)})"
        for row in frame.to_dict("records")
    ]
