"""The data behind a chart: a table one click away, and a file to take along."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from dashboards.kit import canvas
from dashboards.kit.table import Column
from dashboards.shell.state import follow
from jike.words import wording

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from dashboards.shell.view import View

Writer = Callable[[Any], str]

Cell = str | int | float | Decimal | None

# What a spreadsheet would take for a formula, as it is typed in East Asia too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")

NO_BREAK_HYPHEN = "\u2011"

# A table of more rows scrolls within itself.
MOST_ROWS = 24


@dataclass(frozen=True)
class Behind:
    """A chart's rows: heads, cells as written, and the same cells as plain values.

    `written` is what the reader sees, `values` what the file holds: shares as
    fractions, amounts in yuan, nothing for what is missing. `notes` are heads of second
    columns of the file by the place of a column: they hold what is read of it.
    """

    heads: Sequence[str]
    written: Sequence[Sequence[str]]
    values: Sequence[Sequence[Cell]]
    notes: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Taps:
    """Where a tap on a mark leads: per mark of one trace the codes of the new view.

    `targets`: key of the URL → code, one per mark, in order; `curve`: the trace's
    number, None for the only one that can be tapped; `state`: what else than branch,
    period and filter the chart is of, so that a mark is not still chosen in the next.
    """

    targets: Sequence[Mapping[str, str]]
    curve: int | None = None
    state: str = ""


def plot(
    figure: "go.Figure",
    table: Behind,
    key: str,
    alt: str,
    view: "View",
    *,
    taps: Taps | None = None,
    height: Literal["content", "stretch"] = "content",
) -> None:
    """Draw a chart with its table and file below it; a tapped mark becomes the view.

    key: of the panel, and of its file's name. alt: the finding and its key figures.
    """
    tapped: dict[str, Any] = {}
    name = f"{key}_chart"
    if taps and any(taps.targets):
        cuts = [member for _dimension, member in view.where]
        parts = [name, view.branch, view.period.code, *cuts, taps.state]
        name = "_".join(part for part in parts if part)
        tapped = {
            "on_select": lambda: follow(name, taps.targets, taps.curve),
            "selection_mode": "points",
        }
    st.plotly_chart(
        figure,
        theme=None,
        config=canvas.CONFIG,
        height=height,
        key=name,
        alt=alt,
        **tapped,
    )
    draw(table, key, view)


def as_csv(behind: Behind) -> bytes:
    """The values as a file that spreadsheets open in UTF-8, without any formula.

    Numbers stay numbers, below 0 too: only texts are kept from being formulas.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(_beside(behind.heads, behind.notes))
    for line, values in enumerate(behind.values):
        notes = {at: behind.written[line][at] for at in behind.notes}
        writer.writerow(_beside(values, notes))
    return text.getvalue().encode("utf-8-sig")


def _beside(cells: Sequence[Cell], notes: Mapping[int, str]) -> list[Cell]:
    """Cells of a line of the file, each followed by its note when it has one."""
    return [
        _plain(cell)
        for at, value in enumerate(cells)
        for cell in ([value, notes[at]] if at in notes else [value])
    ]


def _plain(value: Cell) -> str | int | float | Decimal:
    if value is None or wording.is_missing(value):
        return ""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def draw(behind: Behind, key: str, view: "View") -> None:
    """Offer the table and its file."""
    _ = view.words
    with st.popover(_("See as table"), icon=":material/table:", type="tertiary"):
        is_long = len(behind.written) > MOST_ROWS
        with st.container(height=420 if is_long else "content", border=False):
            st.markdown(as_markdown(behind))
        offer(behind, key, view)


def offer(behind: Behind, key: str, view: "View", *, is_quiet: bool = False) -> None:
    """Offer the file, named after page, branch, period and release."""
    _ = view.words
    st.download_button(
        _("Download as CSV"),
        as_csv(behind),
        file_name=f"jike-{key}-{view.branch}-{view.period.code}"
        f"-r{view.release.number}.csv",
        mime="text/csv",
        icon=":material/download:",
        type="tertiary" if is_quiet else "secondary",
        on_click="ignore",
        key=f"{key}_csv",
    )


def _unbroken(cell: str) -> str:
    """A date that stays on one line in a narrow column."""
    return cell.replace("-", NO_BREAK_HYPHEN) if DATE.fullmatch(cell) else cell


def as_markdown(behind: Behind) -> str:
    """The table as written: names to the left, figures to the right."""
    return markdown(
        [wording.escaped(head) for head in behind.heads],
        [[wording.escaped(_unbroken(cell)) for cell in row] for row in behind.written],
    )


def markdown(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown; heads and cells are Markdown already."""
    lines = [
        f"| {' | '.join(heads).lstrip()} |",
        f"|---{'|--:' * (len(heads) - 1)}|",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]
    return "\n".join(lines)


def stand(rows: Sequence[Mapping[Any, Any]], columns: Sequence[Column]) -> None:
    """Draw rows as a table that stands open."""
    st.markdown(as_markdown(behind(rows, columns)))


def behind(rows: Sequence[Mapping[Any, Any]], columns: Sequence[Column]) -> Behind:
    """The table behind rows: every cell as it is read and as a plain value."""
    return Behind(
        heads=[column.head for column in columns],
        written=[[column.said(row) for column in columns] for row in rows],
        values=[[column.cell(row) for column in columns] for row in rows],
        notes={at: column.noted for at, column in enumerate(columns) if column.noted},
    )
