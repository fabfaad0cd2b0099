"""Tables of the pages: a frame as the reader sees it, numbers sortable as numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from dashboards.shell import state
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler

Row = Mapping[Any, Any]
Writer = Callable[[Any], str]
LISTED = 15
"""Rows of a listing that are seen without scrolling in it."""


def as_text(cell: object) -> str:
    """A cell as it is, a dash for nothing."""
    return wording.MISSING if wording.is_missing(cell) else str(cell)


def or_dash(text: str | None) -> str:
    """A text, a dash for none and for an empty one."""
    return text or wording.MISSING


@dataclass(frozen=True)
class Column:
    """One column of rows, written once for the table, the file, the grid and the ear.

    key: of the cell in a row; head: what stands above it; write: the cell as it is
    read; of: the cell of a row where it is not the row's own; text: what is read of a
    row where it is not the written cell; width: pixels in a grid;
    kind: in a grid numbers stay sortable as numbers (Streamlit writes them by `format`,
    if any), shares can be bars of progress, and exact figures are texts at the right;
    most: where a bar of progress ends, else at the largest cell;
    noted: head of a second column of the file that holds what is read, where a number
    alone does not tell its unit;
    is_pinned: it stays in sight when a grid is scrolled sideways.
    """

    key: str
    head: str
    write: Writer = as_text
    of: Callable[[Row], Any] | None = None
    text: Writer | None = None
    width: int | None = None
    kind: Literal["text", "exact", "number", "progress"] = "text"
    format: str | None = None
    most: float | None = None
    is_pinned: bool = False
    noted: str = ""

    def cell(self, row: Row) -> Any:  # noqa: ANN401 (a cell)
        """The plain value of a row's cell: what a file holds."""
        return row[self.key] if self.of is None else self.of(row)

    def said(self, row: Row) -> str:
        """A row's cell as it is read."""
        return self.write(self.cell(row)) if self.text is None else self.text(row)


@dataclass(frozen=True)
class Grid:
    """Rows as a table one can sort, scroll and tap in.

    most: rows seen without scrolling in it; leads: which choice of the page a tap on a
    row makes, and the code of every row; is_listing: it says below how many rows there
    are; has_file: its rows are offered as a file below it.
    """

    most: int = 22
    leads: tuple[str, Sequence[str]] | None = None
    is_listing: bool = False
    has_file: bool = True


def draw_grid(
    grid: Grid,
    rows: Sequence[Row],
    columns: Sequence[Column],
    key: str,
    alt: str,
    words: Words,
) -> None:
    """Draw rows by their columns, numbers as numbers; alt: the finding above them."""
    import pandas as pd

    shown = pd.DataFrame({column.key: _cells(column, rows) for column in columns})
    written: dict[Any, Any] = {
        column.key: column.write
        for column in columns
        if column.kind == "number" and column.write is not as_text
    }
    styled = shown.style.format(written, na_rep=wording.MISSING) if written else shown
    config = {column.key: _config(column, shown) for column in columns}
    if grid.is_listing:
        listing(styled, config, key, alt, words, grid.leads)
    else:
        table(styled, config, key, alt, grid.most, grid.leads)


def _cells(column: Column, rows: Sequence[Row]) -> Any:  # noqa: ANN401 (an array)
    """The cells of a column; whole numbers stay whole where some are missing."""
    import pandas as pd

    if column.kind in ("text", "exact"):
        return [column.said(row) for row in rows]
    cells = [_number(column.cell(row)) for row in rows]
    known = [cell for cell in cells if not wording.is_missing(cell)]
    if 0 < len(known) < len(cells) and all(isinstance(cell, int) for cell in known):
        cells = [None if wording.is_missing(cell) else cell for cell in cells]
        return pd.array(cells, dtype="Int64")
    return cells


def _number(cell: Any) -> Any:  # noqa: ANN401 (a cell)
    """A cell that can be sorted as a number: exact amounts cannot."""
    return float(cell) if isinstance(cell, Decimal) else cell


def _config(column: Column, shown: "pd.DataFrame") -> Any:  # noqa: ANN401 (Streamlit's)
    pinned = True if column.is_pinned else None
    if column.kind == "progress":
        top = column.most or float(shown[column.key].max())
        return st.column_config.ProgressColumn(
            column.head,
            format="%.1f",
            min_value=0,
            max_value=top if top == top and top > 0 else 100,
            color="gray",
            width=column.width,
            pinned=pinned,
        )
    if column.kind == "number":
        return st.column_config.NumberColumn(
            column.head, width=column.width, pinned=pinned, format=column.format
        )
    return st.column_config.TextColumn(
        column.head,
        width=column.width,
        pinned=pinned,
        alignment="right" if column.kind == "exact" else None,
    )


def table(
    shown: "pd.DataFrame | Styler",
    columns: Mapping[str, Any],
    key: str,
    alt: str,
    most: int = 22,
    leads: tuple[str, Sequence[str]] | None = None,
) -> None:
    """Draw a table; it scrolls inside from `most` rows on.

    leads: which choice of the page a tap on a row makes, and the code of every row.
    """
    name = f"{key}_table"
    taps: dict[str, Any] = {}
    if leads is not None:
        choice, codes = leads
        taps = {
            "on_select": lambda: state.follow_row(name, choice, codes),
            "selection_mode": "single-cell",
        }
    st.dataframe(
        shown,
        column_config=columns,
        hide_index=True,
        height=height(len(shown.index), most),
        row_height=ROW_HEIGHT,
        placeholder=wording.MISSING,
        key=name,
        alt=alt,
        **taps,
    )


def listing(
    shown: "pd.DataFrame | Styler",
    columns: Mapping[str, Any],
    key: str,
    alt: str,
    words: Words,
    leads: tuple[str, Sequence[str]] | None = None,
) -> None:
    """Draw a table that scrolls inside, and say below how many rows it has."""
    _ = words
    table(shown, columns, key, alt, LISTED, leads)
    of = len(shown.index)
    st.caption(
        _("Shown: {n} of {of} rows; the table scrolls", n=min(LISTED, of), of=of)
    )


Columns = Mapping[str, Any]

ROW_HEIGHT = 30


def height(rows: int, most: int) -> int:
    """The height in pixels of a table that shows all its rows, up to `most`."""
    return ROW_HEIGHT * (1 + max(1, min(rows, most))) + 2


# Sign and word of a check's result; the sign repeats what the colour would say.
RESULTS = {"failed": "×", "warning": "!", "passed": "✓", "not_applicable": "·"}


def check_columns(words: Words) -> list[Column]:
    """Of results of checks, each with why it matters.

    rows: the answer to jike.pages.quality.checks(), or data.failures().
    """
    _ = words
    said = {
        **{"failed": _("failed"), "warning": _("warning"), "passed": _("passed")},
        "not_applicable": _("not applicable"),
    }

    def because(row: Row) -> str:
        is_told = not wording.is_missing(row["because_en"])
        if not is_told:
            return wording.MISSING
        told = words.name(row, "because")
        return told[:1].upper() + told[1:]

    return [
        Column(
            "status",
            _("Result"),
            lambda status: f"{RESULTS[status]} {said[status]}",
            width=76,
            is_pinned=True,
        ),
        Column("checked_table", _("Checked table"), width=130),
        Column("because", _("Why it matters"), of=because, width=400),
        Column("check_name", _("Check"), width=240),
        Column("kpis", "KPI", lambda codes: _few(codes, words), width=200),
        Column("column_name", _("Column"), or_dash, width=120),
        Column("observed", _("Observed"), or_dash, width=150),
    ]


def _few(codes: object, words: Words) -> str:
    listed = str(codes).split() if isinstance(codes, str) else []
    if len(listed) <= 1:
        return "".join(listed) or wording.MISSING
    _ = words
    return _("{first} and {n} more", first=listed[0], n=len(listed) - 1)
