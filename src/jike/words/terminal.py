"""Rows of text in columns, as a terminal shows them."""

import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from jike.ground.errors import visible


def in_columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """One line a row, every column as wide as its widest cell; nothing in it acts."""
    rows = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(width_of, cells)) for cells in zip(*rows, strict=True)]
    return [
        "  ".join(
            padded(cell, width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def padded(text: str, width: int) -> str:
    """A text filled up with spaces to a width on a terminal."""
    return text + " " * (width - width_of(text))


def width_of(text: str) -> int:
    """Columns a text takes on a terminal: a Chinese character takes two."""
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)


def as_number(value: object) -> object:
    """A decimal as a whole number or a float, for JSON and tables; others as is."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value
