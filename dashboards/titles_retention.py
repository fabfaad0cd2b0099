"""Findings of the heat map and of the bridge, made from their frames by rule."""

from typing import TYPE_CHECKING

from dashboards import titles
from dashboards.facts import LOW_BASE
from dashboards.plotted_retention import counted
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def tiers_by_branch(frame: "pd.DataFrame", expected: float | None, words: Words) -> str:
    """How many cells lie below the expected value, and which one is the lowest.

    frame: plotted_retention.tiers_by_branch(). Cells below 30 are not spoken of.
    """
    _ = words
    cells = counted(frame)
    if cells.empty:
        return _("Every group is smaller than 30 customers")
    worst = cells.sort_values("value").iloc[0]
    lowest = {
        "branch": worst["label"],
        "tier": worst["tier"],
        "rate": wording.rate(worst["value"]),
    }
    if expected is None:
        return _("{branch} {tier} is the lowest, {rate}", **lowest)
    below = cells[[_below(value, expected) for value in cells["value"]]]
    if below.empty:
        return _("None of {of} groups is below expected", of=len(cells))
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
    rate = wording.rate(centre)
    if is_expected:
        return _(
            "Target-market retention, %; colour = against expected {rate}: blue above, "
            "orange below; ° fewer than 30; tap a cell to see it",
            rate=rate,
        )
    return _(
        "Target-market retention, %; colour = against the whole, {rate}: blue above, "
        "orange below; ° fewer than 30; tap a cell to see it",
        rate=rate,
    )


def cells_alt(title: str, frame: "pd.DataFrame", words: Words) -> str:
    """The heat map in words: its finding and every cell."""
    figures = [
        f"{label} {tier} {cell(value, status)}"
        for label, tier, value, status in zip(
            frame["label"], frame["tier"], frame["value"], frame["status"], strict=True
        )
        if tier != "total"
    ]
    return titles.listed(title, figures, words)


def cell(value: float, status: str) -> str:
    """A cell's text: one decimal, ° on a low base."""
    return f"{wording.plain(100 * value, 1)}{'°' if status == LOW_BASE else ''}"


def bridge(frame: "pd.DataFrame", words: Words) -> str:
    """Whether what stayed grew more than contraction and churn took away.

    frame: plotted_retention.bridge().
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


def decimals_of(frame: "pd.DataFrame") -> int:
    """Decimals with which the steps add up to the end as they are written."""
    return wording.decimals_that_reconcile([float(v) for v in frame["change"]])


def steps(words: Words) -> dict[str, str]:
    """What the steps of the bridge are called."""
    _ = words
    return {
        "start": _("A year ago"),
        "expansion": _("Expansion"),
        "contraction": _("Contraction"),
        "churn": _("Churn"),
        "end": _("Now"),
    }


def bridge_alt(title: str, frame: "pd.DataFrame", words: Words) -> str:
    """The bridge in words: its finding and every step."""
    named, decimals = steps(words), decimals_of(frame)
    figures = [
        f"{named[step]} {step_text(step, value, decimals)}"
        for step, value in zip(frame["step"], frame["change"], strict=True)
    ]
    return titles.listed(title, figures, words)


def step_text(step: str, value: float, decimals: int) -> str:
    """A step's figure: levels plain, changes with their sign."""
    if step in ("start", "end"):
        return wording.plain(value, decimals)
    return wording.signed(value, decimals)


def switching(frame: "pd.DataFrame", words: Words) -> str:
    """Which tier is likeliest to switch, when its interval lies above the others'.

    frame: plotted_retention.switching(). Small groups are not spoken of.
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


def switching_alt(title: str, frame: "pd.DataFrame", words: Words) -> str:
    """Switching intention in words: its finding and every tier with its interval."""
    figures = [
        f"{row['label']} {wording.plain(row['value'], 1)}% "
        f"({wording.interval(row['low'], row['high'], row['n'], words.language)})"
        for row in frame.to_dict("records")
    ]
    return titles.listed(title, figures, words)
