"""What the page says of its data, by rule: values in, a sentence out."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboards.cards import findings
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


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
    return words.many(
        "{n} KPI is better than what it is compared with; worse: {names}",
        "{n} KPIs are better than what they are compared with; worse: {names}",
        better,
        names=_.listed(worse),
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
    if findings.sign(last["behind"]) == 0:
        return _("The branches stand level")
    return _(
        "{first} leads, {last} is {gap} behind",
        first=first["name"],
        last=last["name"],
        gap=wording.points_in_words(last["behind"], words.language),
    )


def short_boards(row: Mapping[str, Any], words: Words) -> str:
    """What of a branch is below its comparison, in words; "none" when nothing is.

    row: lead, retention_lead, nrr, nrr_base. What is missing is not judged, and where
    nothing could be judged a dash stands.
    """
    _ = words
    missing = wording.is_missing(row["nrr"]) or wording.is_missing(row["nrr_base"])
    signs = {
        _("revenue"): findings.sign(row["lead"]),
        _("retention"): findings.sign(row["retention_lead"], 2),
        "NRR": None if missing else findings.sign(row["nrr"] - row["nrr_base"]),
    }
    if set(signs.values()) == {None}:
        return wording.MISSING
    below = [name for name, sign in signs.items() if sign == -1]
    return _.listed(below) or _("none")


def weakest(row: Mapping[str, Any], kpis: Mapping[str, str], words: Words) -> str:
    """The KPIs of a branch that are below base, in words.

    row: of jike.pages.scorecard.ranked(); kpis: code → name.
    """
    _ = words
    if wording.is_missing(row["score"]):
        return wording.MISSING
    if wording.is_missing(row["weakest"]):
        return _("none")
    return _.listed(kpis.get(code, code) for code in str(row["weakest"]).split())


def score(
    total: float | None, coverage: float | None, rows: Sequence[Any], words: Words
) -> str:
    """The total score and which KPI scores lowest.

    rows: jike.pages.scorecard.scores(); total and coverage: of the KPI scorecard.
    """
    _ = words
    known = [row for row in rows if row["score"] is not None]
    if total is None or not known:
        return _("No score for this period")
    said = wording.index(total)
    if coverage is not None and coverage < 1:
        return _(
            "Total score {score} over {coverage} of the weight, not ranked",
            score=said,
            coverage=wording.rate(coverage),
        )
    low = min(known, key=lambda row: row["score"])
    if wording.rounded(low["score"], 1) >= 100:
        return _("Total score {score}: every KPI meets its challenge", score=said)
    if findings.all_equal(wording.index(row["score"]) for row in known):
        return _(
            "Total score {score}; every KPI scores {low}",
            score=said,
            low=wording.index(low["score"]),
        )
    return _(
        "Total score {score}; {name} is the lowest, {low}",
        score=said,
        name=low["name"],
        low=wording.index(low["score"]),
    )


def ranked(frame: "pd.DataFrame", words: Words) -> str:
    """Who is first by score and how far the last one is behind.

    frame: jike.pages.scorecard.ranked() with `name`.
    """
    _ = words
    placed = frame[frame["place"].notna()]
    if placed.empty:
        return _("No branch below has a whole score")
    first, last = placed.iloc[0], placed.iloc[-1]
    if len(placed) == 1:
        return _("{first} is the only branch", first=first["name"])
    gap = -float(last["gap"])
    if wording.rounded(gap, 1) == 0:
        return _("The branches stand level")
    return _(
        "{first} leads with {score}, {last} is {gap} points behind",
        first=first["name"],
        score=wording.index(first["score"]),
        last=last["name"],
        gap=wording.plain(gap, 1),
    )
