"""A panel is a value: its finding, its rows, how they are drawn, where a tap leads.

One function draws it: heading, choices, what stands there without rows, the chart with
its alternative text, the table behind it and the file to take along.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

import streamlit as st

from dashboards.kit import behind, table
from dashboards.kit.colours import Colours, colours
from dashboards.kit.table import Column, Grid
from dashboards.shell import data
from dashboards.shell.guarded import guarded
from dashboards.shell.state import clear_filters
from dashboards.shell.view import View
from jike.kpis.reasons import named
from jike.pages import frame as frame_questions
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

Height = Literal["stretch", "content"]


class Chart(Protocol):
    """A kind of drawing with its choices; one file of kit a kind.

    rows: the frame the kind asks for, as its docstring says.
    """

    def draw(
        self,
        rows: Any,  # noqa: ANN401 (the kind's own frame)
        words: Words,
        colours: Colours,
    ) -> "go.Figure":
        """The figure."""

    def columns(self, rows: Any, words: Words) -> Sequence[Column]:  # noqa: ANN401
        """The columns of the table behind it."""

    def figures(self, rows: Any, words: Words) -> Sequence[str]:  # noqa: ANN401
        """What is read out after the finding, figure by figure."""


@dataclass(frozen=True)
class Panel:
    """What one panel says and shows.

    title, caption: its finding, and how to read its marks. rows: what is drawn, nothing
    when empty. chart: how; None for text alone. columns, table: of the table behind
    (the chart's own when none) and its rows when they are not the drawn ones. figures:
    read out after the title (the chart's own when None). empty: the KPI whose absence
    is explained when there are no rows, or a title and a reason; None leaves it at
    the heading. taps: where marks lead. controls: choices below the heading; below:
    what follows the chart, or what stands in its place. name: of the chart and its
    file, when a choice in the panel makes it another one. heard: read out instead of
    the title.
    """

    key: str
    title: str
    caption: str
    rows: "pd.DataFrame | Sequence[Mapping[str, Any]]"
    chart: Chart | Grid | None = None
    columns: Sequence[Column] = ()
    table: "pd.DataFrame | Sequence[Mapping[str, Any]] | None" = None
    figures: Sequence[str] | None = None
    empty: str | tuple[str, str] | None = ""
    taps: behind.Taps | None = None
    controls: Callable[[], object] | None = None
    below: Callable[[], object] | None = None
    height: Height = "stretch"
    name: str = ""
    heard: str = ""


Build = Callable[[], Panel | None]
"""Asks for a panel's rows and gives its value; it runs within the panel's own frame."""


def draw_row(
    view: View,
    widths: Sequence[int],
    builds: Mapping[str, Build],
    height: Height = "stretch",
) -> None:
    """Draw panels side by side, by their keys."""
    stacks = [{key: build} for key, build in builds.items()]
    draw_stacks(view, widths, stacks, height)


def draw_stacks(
    view: View,
    widths: Sequence[int],
    stacks: Sequence[Mapping[str, Build]],
    height: Height = "stretch",
    low: Collection[str] = (),
) -> None:
    """Draw columns of panels side by side, each from the top down, by their keys.

    low: the panels that are only as high as what they hold.
    """
    columns = st.columns(list(widths))
    for column, builds in zip(columns, stacks, strict=True):
        with column:
            for key, build in builds.items():
                draw(view, key, build, "content" if key in low else height)


def draw(view: View, key: str, build: Build, height: Height = "content") -> None:
    """Draw one panel in its frame; when it fails the rest of the page stands."""
    with panel(key, height):
        made = build()
        if made is not None:
            show(view, made)


def show(view: View, made: Panel) -> None:
    """Draw what a panel says and shows."""
    panel_head(made.title, made.caption)
    if made.controls:
        made.controls()
    if not len(made.rows):
        _why_empty(view, made)
    elif isinstance(made.chart, Grid):
        key, rows = made.name or made.key, _records(made.rows)
        draw_grid(view, made.chart, rows, made.columns, key, made.title)
    elif made.chart is not None:
        plot(view, made, made.chart)
    if made.below:
        made.below()


def draw_grid(
    view: View,
    grid: Grid,
    rows: Sequence[Mapping[Any, Any]],
    columns: Sequence[Column],
    key: str,
    alt: str,
) -> None:
    """Draw rows one can sort and tap in, and offer them as a file; alt: the finding."""
    table.draw_grid(grid, rows, columns, key, alt, view.words)
    if grid.has_file:
        behind.offer(behind.behind(rows, columns), key, view, is_quiet=True)


def plot(view: View, made: Panel, chart: Chart) -> None:
    """Draw a panel's rows as a chart, with the table behind it, without its heading."""
    words = view.words
    figures = made.figures
    if figures is None:
        figures = chart.figures(made.rows, words)
    columns = made.columns or chart.columns(made.rows, words)
    rows = _records(made.rows if made.table is None else made.table)
    behind.plot(
        chart.draw(made.rows, words, colours(view.theme)),
        behind.behind(rows, columns),
        made.name or made.key,
        words.told(made.heard or made.title, figures),
        view,
        taps=made.taps,
        height=made.height,
    )


def _records(
    rows: "pd.DataFrame | Sequence[Mapping[str, Any]]",
) -> Sequence[Mapping[Any, Any]]:
    return rows if isinstance(rows, Sequence) else rows.to_dict("records")


def _why_empty(view: View, made: Panel) -> None:
    if isinstance(made.empty, tuple):
        empty(*made.empty)
    elif made.empty is not None:
        nothing(view, made.empty, made.key)


def head(title: str, caption: str) -> None:
    """The page's finding and, small, what it was measured on."""
    st.title(wording.escaped(title), anchor=False)
    st.caption(wording.escaped(caption))


@contextmanager
def panel(
    key: str, height: Literal["stretch", "content"] = "stretch"
) -> Iterator[None]:
    """A bordered panel; when it cannot be drawn the rest of the page stands."""
    with st.container(border=True, height=height, key=f"panel_{key}"), guarded(key):
        yield


def panel_head(title: str, caption: str) -> None:
    """A panel's finding and how to read its marks."""
    st.subheader(wording.escaped(title), anchor=False)
    st.caption(wording.escaped(caption))


def draw_empty(key: str, title: str, why: str) -> None:
    """Draw a panel that only says that there is nothing, and why."""
    with panel(key, "content"):
        empty(title, why)


def empty(title: str, why: str) -> None:
    """Say in the panel's middle that there is nothing, and why."""
    with st.container(
        height=200,
        border=False,
        horizontal_alignment="center",
        vertical_alignment="center",
    ):
        st.markdown(f"**{wording.escaped(title)}**", text_alignment="center")
        st.caption(wording.escaped(why), text_alignment="center")


def empty_by_filter(words: Words, key: str) -> None:
    """Say that the filter leaves nothing, with the one button that mends it."""
    _ = words
    with st.container(
        height=200,
        border=False,
        horizontal_alignment="center",
        vertical_alignment="center",
    ):
        st.markdown(_("Nothing matches the filters"), text_alignment="center")
        st.button(_("Clear filters"), on_click=clear_filters, key=f"clear_{key}")


def not_delivered(missing: data.Rows, words: Words) -> None:
    """Say what nobody delivered, and when there was some the last time.

    missing: jike.pages.frame.undelivered().
    """
    _ = words
    days = [row["last_on"] for row in missing if row["last_on"]]
    names = _.listed(_.error(named(row["lacking"])) for row in missing)
    empty(
        _("Not delivered: {entities}", entities=names),
        _("Last available: {day}", day=wording.iso(max(days)))
        if days
        else _("It appears here as soon as it is delivered, checked and published"),
    )


def nothing(view: View, kpi: str, key: str) -> None:
    """Say why a panel is empty: by nature, not delivered, filtered away, or nothing."""
    _ = view.words
    asked = frame_questions.undelivered(kpi, view.period.code)
    missing = data.ask_rows(asked)
    if missing:
        not_delivered(missing, _)
    elif view.where:
        empty_by_filter(_, key)
    else:
        empty(_("Nothing to show"), _("Nothing to count in this period"))
