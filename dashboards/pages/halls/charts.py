"""Charts of this page alone: a frame, words and colours in, a figure out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit.canvas import CELL, SMALL, Cell, draw_cells, figure
from dashboards.kit.colours import Colours, ink_on
from dashboards.kit.heat_map import SHORTFALL, shade
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd


def hours(
    frame: "pd.DataFrame",
    weekdays: Sequence[str],
    words: Words,
    colours: Colours,
    measure: str,
) -> go.Figure:
    """Hours by weekdays, the figure in every cell, deeper where it is worse.

    frame: questions.hours(); measure: wait_minutes (minutes printed) or
    walk_away_rate (per cent). A cell of fewer than 30 carries ° and no colour.
    """
    _ = words
    present = sorted(set(frame["hour"]))
    place = {hour: i for i, hour in enumerate(present)}
    times = 100 if measure == "walk_away_rate" else 1
    known = frame[frame[measure].notna()]
    values = times * known[measure].astype(float)
    low, high = float(values.min()), float(values.max())
    fig = figure(colours, 24 * len(present) + 40)
    cells = []
    for row, value in zip(known.to_dict("records"), values, strict=True):
        is_low = row["tickets"] < LOW_BASE_N
        part = (value - low) / (high - low) if high > low else 0.0
        fill = colours.band if is_low else shade(part, SHORTFALL[colours.theme])
        text = f"{wording.plain(value, 1)}{'°' if is_low else ''}"
        ink = colours.soft if is_low else ink_on(fill)
        cells.append(Cell(int(row["weekday"]) - 1, place[row["hour"]], text, ink, fill))
    draw_cells(fig, cells)
    fig.add_scatter(
        x=[0], y=[0], mode="markers", marker={"opacity": 0}, hoverinfo="skip"
    )
    fig.update_xaxes(
        side="top",
        tickvals=list(range(7)),
        ticktext=list(weekdays),
        range=[-0.5, 6.5],
        tickfont={"size": SMALL, "color": colours.ink},
    )
    fig.update_yaxes(
        tickvals=list(range(len(present))),
        ticktext=[_("{hour}:00", hour=int(hour)) for hour in present],
        range=[len(present) - 0.5, -0.5],
        tickfont={"size": CELL, "color": colours.mid},
    )
    fig.update_layout(margin={"l": 8, "r": 8, "t": 28, "b": 8, "pad": 4})
    return fig


LOW_BASE_N = 30
