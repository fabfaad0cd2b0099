"""Texts in and under charts: wrapped, joined, read out."""

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dashboards.kit.canvas import printable
from dashboards.kit.table import Writer
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

    Frame = pd.DataFrame

# A label longer than this stands on two lines, so that a phone keeps room for bars.
LONGEST = 17
LONGEST_WITHOUT_SPACES = 9


def wrapped(label: str, words: Words, most: int = 2) -> str:
    """A label of the data on at most so many lines, its signs harmless."""
    if words.has_spaces:
        lines = textwrap.wrap(label, LONGEST) or [label]
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    else:
        lines = _cut(label, LONGEST_WITHOUT_SPACES)
    return "<br>".join(printable(line) for line in lines if line)


def _cut(label: str, width: int) -> list[str]:
    """Cut before a bracket, or in the middle; two Latin letters are one sign wide."""
    wide = sum(0.55 if sign.isascii() else 1 for sign in label)
    if wide <= width:
        return [label]
    bracket = max(label.find("("), label.find("（"))
    at = bracket if bracket > 0 else (len(label) + 1) // 2
    return [label[:at], label[at:]]


def rate(value: Any) -> str:  # noqa: ANN401 (a cell)
    """A share as a table writes it, two decimals."""
    return wording.rate(value, 2)


def index(value: Any) -> str:  # noqa: ANN401 (a cell)
    """An index of 0 to 100 as a table writes it, one decimal."""
    return wording.plain(value, 1)


def branch(row: Mapping[str, Any], words: Words) -> str:
    """The name of a row's branch; unknown where nobody knows it."""
    _ = words
    name = words.name(row, "branch")
    return _("unknown") if wording.is_missing(row["branch_en"]) else name


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


def scoped(scope: str, time: str, words: Words) -> str:
    """What a page was measured on: branch and filters, then the days."""
    _ = words
    return _("{scope}, {time}", scope=scope, time=time)


def listed(title: str, figures: Sequence[str], words: Words) -> str:
    """A finding and the figures under it as one text, for those who hear a chart."""
    return words.told(title, figures)


Write = Callable[[float], str]


def known(write: Write) -> Writer:
    """Write what is known, and a dash for what is not."""

    def written(value: Any) -> str:  # noqa: ANN401 (a cell)
        return wording.MISSING if wording.is_missing(value) else write(value)

    return written


def time_in(unit: str, words: Words) -> Write:
    """Write lengths of time with one decimal: 2.5小时; 2.5 h.

    unit: as wording.time_in() takes it.
    """
    return lambda value: wording.time_in(wording.plain(value, 1), unit, words.language)


def tenth(value: float) -> str:
    """A figure with one decimal."""
    return wording.plain(value, 1)


def joined(names: Sequence[str], words: Words) -> str:
    """Names in a row: a、b; a and b; a, b and c."""
    return words.together(names)


def comma(parts: Sequence[str], words: Words) -> str:
    """Clauses of one sentence."""
    return words.clauses(parts)


def lowered(names: Iterable[str], words: Words) -> list[str]:
    """Names as they stand within a sentence."""
    if not words.has_spaces:
        return list(names)
    return [name[:1].lower() + name[1:] for name in names]


def capital(text: str) -> str:
    """A sentence with its first letter large."""
    return text[:1].upper() + text[1:]


def share_alt(title: str, frame: "pd.DataFrame", words: Words) -> str:
    """Bars of shares in words."""
    figures = [
        f"{row['label']} {wording.rate(row['share'], 2)}"
        for row in frame.to_dict("records")
    ]
    return listed(title, figures, words)
