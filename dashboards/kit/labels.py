"""Texts in and under charts: wrapped, joined, read out."""

import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dashboards.kit.canvas import printable
from dashboards.kit.table import Writer
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

    Frame = pd.DataFrame

Write = Callable[[float], str]

# A label longer than this stands on two lines, so that a phone keeps room for bars;
# without spaces between its words a sign is as wide as two letters.
LONGEST, LONGEST_WIDE = 17, 9


def wrapped(label: str, words: Words, most: int = 2) -> str:
    """A label of the data on at most so many lines, its signs harmless."""
    if words.has_spaces:
        lines = textwrap.wrap(label, LONGEST) or [label]
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    else:
        lines = _cut_wide(label, LONGEST_WIDE)
    return "<br>".join(printable(line) for line in lines if line)


def _cut_wide(label: str, width: int) -> list[str]:
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


def tenth(value: Any) -> str:  # noqa: ANN401 (a cell)
    """A figure as a table writes it, one decimal."""
    return wording.plain(value, 1)


def hundredth(value: Any) -> str:  # noqa: ANN401 (a cell)
    """A figure as a table writes it, two decimals."""
    return wording.plain(value, 2)


def branch(row: Mapping[str, Any], words: Words) -> str:
    """The name of a row's branch; unknown where nobody knows it."""
    _ = words
    is_known = not wording.is_missing(row["branch_en"])
    return words.name(row, "branch") if is_known else _("unknown")


def scoped(scope: str, time: str, words: Words) -> str:
    """What a page was measured on: branch and filters, then the days."""
    _ = words
    return _("{scope}, {time}", scope=scope, time=time)


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


def lowered(names: Iterable[str], words: Words) -> list[str]:
    """Names as they stand within a sentence."""
    if words.has_spaces:
        return [name[:1].lower() + name[1:] for name in names]
    return list(names)


def capital(text: str) -> str:
    """A sentence with its first letter large."""
    return text[:1].upper() + text[1:]


def shares(frame: "pd.DataFrame") -> list[str]:
    """The share of every bar, read out."""
    return [f"{row['label']} {rate(row['share'])}" for row in frame.to_dict("records")]
