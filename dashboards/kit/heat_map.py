"""Shades of cells: the deeper, the worse or the more."""

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboards.kit.canvas import CELL, SMALL, printable, unseen
from dashboards.kit.colours import Colours, blend
from jike.words.language import Words

# Shortfall, from none to the worst.
SHORTFALL = {
    "light": ("#F7F7F5", "#FBE9DD", "#F3C5A8", "#D4763E", "#C2480C", "#7C2C04"),
    "dark": ("#232A31", "#3B2C24", "#6B3F20", "#B4622E", "#F0955C", "#FAD0B4"),
}

AMOUNT = {
    "light": ("#F3F7FB", "#D3E2F0", "#9DBEDD", "#5389BC", "#205790", "#0A2F59"),
    "dark": ("#1B222A", "#1E3347", "#24486C", "#3F78AE", "#7FB2E6", "#CFE3F7"),
}


def shade(part: float, ramp: Sequence[str]) -> str:
    """The colour so far (0..1) along a ramp."""
    at = min(max(part, 0.0), 1.0) * (len(ramp) - 1)
    i = min(int(at), len(ramp) - 2)
    return blend(ramp[i], ramp[i + 1], at - i)


def week_axes(
    fig: go.Figure,
    hours: Sequence[int],
    weekdays: Sequence[str],
    words: Words,
    colours: Colours,
) -> None:
    """Weekdays across the top and hours down the side of a heat map of the week.

    hours: those that have a row; weekdays: their names, Monday first.
    """
    _ = words
    unseen(fig)
    fig.update_xaxes(
        side="top",
        tickvals=list(range(7)),
        ticktext=[printable(name) for name in weekdays],
        range=[-0.5, 6.5],
        tickfont={"size": SMALL, "color": colours.ink},
    )
    fig.update_yaxes(
        tickvals=list(range(len(hours))),
        ticktext=[_("{hour}:00", hour=int(hour)) for hour in hours],
        range=[len(hours) - 0.5, -0.5],
        tickfont={"size": CELL, "color": colours.mid},
    )
    fig.update_layout(margin={"l": 8, "r": 8, "t": 28, "b": 8, "pad": 4})
