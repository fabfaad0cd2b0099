"""What the page says of its data, by rule: values in, a sentence out."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dashboards.cards.facts import Row
from dashboards.kit.labels import capital, lowered
from dashboards.views.satisfaction.rows import Mode
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def satisfaction(
    now: Row, change: int, first: Sequence[str], words: Words, *, of_all: bool = False
) -> str:
    """What contacts think and what to improve first.

    now: the KPI row of the contacts' satisfaction, of_all: of all respondents' where
    no contact was told apart; change: +1 or −1 when it differs from the wave before by
    more than chance; first: indicators to improve first.
    """
    _ = words
    parts = []
    if not wording.is_missing(now.get("value")):
        value = wording.index(now["value"])
        said = {
            1: _("Contact satisfaction rises to {value}", value=value),
            -1: _("Contact satisfaction falls to {value}", value=value),
            0: _("Contact satisfaction is {value}", value=value),
        }
        if of_all:
            said = {
                1: _("Satisfaction of all respondents rises to {value}", value=value),
                -1: _("Satisfaction of all respondents falls to {value}", value=value),
                0: _("Satisfaction of all respondents is {value}", value=value),
            }
        parts.append(said[change])
    if first and len(first) <= 2:
        parts.append(
            _("improve {names} first", names=words.together(lowered(first, words)))
        )
    if not parts:
        if of_all:
            return _("No item of this survey speaks of satisfaction as a whole")
        return _("No interviews in this wave")
    return words.findings(parts)


def wave_caption(
    wave: str, asked: str, complete: float | None, rate: float | None, words: Words
) -> str:
    """Which wave is shown, of how many interviews.

    wave: its code. asked: the frame's period when that is no wave, else "".
    """
    _ = words
    name = wording.period(wave, words.language)
    said = _("Wave {wave}", wave=name)
    if asked:
        said = _(
            "Wave {wave}, the newest one over by the end of {period}",
            wave=name,
            period=wording.period(asked, words.language),
        )
    if wording.is_missing(complete):
        return said
    return _(
        "{wave}: {n} complete interviews, response rate {rate}; "
        "lines are 95% intervals",
        wave=said,
        n=wording.plain(complete),
        rate=wording.rate(rate),
    )


def roles(
    verdicts: Mapping[str, int],
    names: Mapping[str, str],
    target: float | None,
    words: Words,
) -> str:
    """Which roles are above the target, below it, or too close to call.

    verdicts: by role; names: of the roles. Without a target they are held against the
    wave before.
    """
    _ = words
    by_sign = {
        sign: words.together(
            lowered([names[role] for role, v in verdicts.items() if v == sign], words)
        )
        for sign in (1, -1, 0)
    }
    if not verdicts:
        return _("No interviews in this wave")
    if set(verdicts.values()) == {0}:
        if target is None:
            return _("No role differs from the wave before by more than chance")
        return _("All roles are too close to the target to call")
    parts = []
    for sign, roles_said in by_sign.items():
        if not roles_said:
            continue
        if target is not None:
            parts.append(_against(sign, roles_said, wording.index(target), words))
        else:
            parts.append(_since(sign, roles_said, words))
    return capital(words.clauses(parts))


def _against(sign: int, roles: str, target: str, words: Words) -> str:
    _ = words
    if sign > 0:
        return _("{roles} above the target of {target}", roles=roles, target=target)
    if sign < 0:
        return _("{roles} below the target of {target}", roles=roles, target=target)
    return _("{roles} too close to call", roles=roles)


def _since(sign: int, roles: str, words: Words) -> str:
    _ = words
    if sign > 0:
        return _("{roles} higher than in the wave before", roles=roles)
    if sign < 0:
        return _("{roles} lower than in the wave before", roles=roles)
    return _("{roles} unchanged within chance", roles=roles)


def priorities(first: Sequence[str], words: Words) -> str:
    """What to improve first: what counts more than the mean and scores below it."""
    _ = words
    if not first:
        return _("Nothing that counts much scores below the mean")
    return capital(
        _(
            "improve {names} first: high impact, low score",
            names=words.together(lowered(first, words)),
        )
    )


def priorities_caption(n: int, is_ranked: bool, words: Words) -> str:
    """How to read the map, and how importance was found.

    is_ranked: by Spearman's correlation, because the indicators move together.
    """
    _ = words
    count = wording.plain(n)
    if is_ranked:
        return _(
            "Across: performance (index); up: importance (Spearman's correlation with "
            "the item overall: indicators move together, VIF > 5), n={n}; lines = "
            "means",
            n=count,
        )
    return _(
        "Across: performance (index); up: importance (standardised coefficient on "
        "the item overall), n={n}; lines = means",
        n=count,
    )


def reasons(frame: "pd.DataFrame", words: Words) -> str:
    """Which reason the dissatisfied name most, or all, and how many of them do."""
    _ = words
    heads = frame[~frame["is_child"].astype(bool)]
    if heads.empty:
        return _("No reason is recorded")
    first = heads.iloc[0]
    is_of_all = bool(frame.attrs.get("is_of_all"))
    if len(heads) > 1 and heads.iloc[1]["rows"] == first["rows"]:
        if is_of_all:
            return _(
                "No single reason stands out among {of} interviewed",
                of=int(first["of"]),
            )
        return _(
            "No single reason stands out among {of} dissatisfied", of=int(first["of"])
        )
    if is_of_all:
        return _(
            "{name} is named most: by {n} of {of} interviewed, dissatisfied or not",
            name=first["label"],
            n=wording.plain(int(first["rows"])),
            of=wording.plain(int(first["of"])),
        )
    return _(
        "{name} is named most: by {n} of {of} dissatisfied",
        name=first["label"],
        n=wording.plain(int(first["rows"])),
        of=wording.plain(int(first["of"])),
    )


def scores(frame: "pd.DataFrame", words: Words) -> str:
    """Which score is given most, and by what share."""
    _ = words
    if frame.empty:
        return _("No item was scored")
    marked = frame[frame["is_marked"].astype(bool)]
    if marked.empty:
        return _("No single score of {item} stands out", item=frame.attrs["label"])
    first = marked.iloc[0]
    return _(
        "{item}: most give {score}, {share} of {n}",
        item=frame.attrs["label"],
        score=first["label"],
        share=wording.rate(first["share"]),
        n=wording.plain(int(frame["rows"].sum())),
    )


def modes(mode: Mode | None, count: int, words: Words) -> str:
    """Whether answers on the web differ: an effect of the mode, not of the service.

    count: how many modes there are.
    """
    _ = words
    if count == 1:
        return _("All interviews were held in one mode, so nothing to compare")
    if mode is None:
        return _("No interviews on the web to compare")
    if not mode.difference.is_real:
        return _("Modes of interview do not differ by more than chance")
    size = wording.plain(abs(mode.difference.value), 1)
    if mode.difference.value > 0:
        return _(
            "The web scores {size} points higher: an effect of the mode, "
            "not better service",
            size=size,
        )
    return _(
        "The web scores {size} points lower: an effect of the mode, not worse service",
        size=size,
    )


def modes_caption(mode: Mode | None, words: Words) -> str:
    """How the web's difference was measured."""
    _ = words
    if mode is None:
        return _("Satisfaction by mode of interview, index 0–100")
    return _(
        "Satisfaction by mode, index 0–100; web minus all others {difference} "
        "({interval}, Welch)",
        difference=wording.signed(mode.difference.value),
        interval=wording.range_of(mode.difference.low, mode.difference.high),
    )


def rivals(pooled: Row, words: Words) -> str:
    """Whether we are ahead of the rivals, all of them taken together."""
    _ = words
    if wording.is_missing(pooled.get("value")) or wording.is_missing(pooled.get("low")):
        return _("No rival interviews in this wave, so no comparison")
    value = wording.plain(abs(float(pooled["value"])), 1)
    if pooled["low"] <= 0 <= pooled["high"]:
        return _("The lead over rivals is too close to call")
    if pooled["value"] > 0:
        return _("{value} points ahead of the rivals together", value=value)
    return _("{value} points behind the rivals together", value=value)


def cities(frame: "pd.DataFrame", words: Words) -> str:
    """How far the cities are apart, and whether any differs by more than chance."""
    _ = words
    shown = frame[frame["value"].notna()]
    if shown.empty:
        return _("No interviews by city")
    if len(shown) == 1:
        return _("{name} is the only city with interviews", name=shown.iloc[0]["label"])
    if not (shown["verdict"] != 0).any():
        return _("The cities do not differ by more than chance")
    first, last = shown.iloc[0], shown.iloc[-1]
    return _(
        "{first} first at {high}, {last} {gap} points behind",
        first=first["label"],
        high=wording.index(first["value"]),
        last=last["label"],
        gap=wording.plain(
            float(wording.rounded(first["value"], 1))
            - float(wording.rounded(last["value"], 1)),
            1,
        ),
    )


def cities_caption(spread: Row, cities: int, where: str, words: Words) -> str:
    """What the chart of so many cities shows; spread: the KPI row of consistency."""
    _ = words
    if cities < 2:
        return _("{where}, index 0–100, 95% interval", where=where)
    said = _(
        "{where}, index 0–100 by city; coloured = differs from the others "
        "(Benjamini–Hochberg, 5%); tap a row to see that city",
        where=where,
    )
    if wording.is_missing(spread.get("value")):
        return said
    return _(
        "{said}; standard deviation of {n} cities {value}",
        said=said,
        n=wording.plain(spread["n"]),
        value=wording.plain(spread["value"], 2),
    )
