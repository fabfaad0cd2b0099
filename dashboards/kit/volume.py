"""Volume a month above, the share of it below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit.canvas import SMALL, figure, judged
from dashboards.kit.colours import Colours
from dashboards.kit.table import Column
from dashboards.kit.trend import main_figures, month_column
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame


@dataclass(frozen=True)
class Volume:
    """A month's volume over its share; rows: dashboards.cards.rows.call_months().

    heads: what the volume is and what of it counts; base: the target of the share, a
    dashed line, if any.
    """

    heads: tuple[str, str]
    base: float | None = None

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """Two charts on one time axis: a total over every bar, the share at points."""
        fig = figure(colours, 420)
        places = list(range(len(rows)))
        _stacks(fig, rows, words, colours)
        low, high = self._share(fig, rows, words, colours)
        pad = max(0.35 * (high - low), 1.5)
        right = 8 if self.base is None else 78
        fig.update_layout(
            barmode="stack",
            yaxis={"domain": [0.38, 1], "showticklabels": False},
            yaxis2={
                "domain": [0.0, 0.28],
                "anchor": "x",
                "range": [low - 1.2 * pad, high + 1.4 * pad],
                "nticks": 3,
                "showgrid": True,
                "tickformat": "~f",
                "fixedrange": True,
                "tickfont": {"size": SMALL, "color": colours.mid},
                "gridcolor": colours.grid,
                "zeroline": False,
                "ticksuffix": "%",
            },
            margin={"l": 8, "r": right, "t": 20, "b": 8, "pad": 4},
        )
        fig.update_xaxes(
            tickvals=places,
            ticktext=[
                wording.month_in_words(month, words.language) for month in rows["month"]
            ],
            range=[-0.6, len(places) - 0.4],
            anchor="y2",
            tickfont={"size": SMALL, "color": colours.ink},
        )
        return fig

    def _share(
        self, fig: go.Figure, rows: "Frame", words: Words, colours: Colours
    ) -> tuple[float, float]:
        """Draw the share and its target, and say between what they lie, per cent."""
        base, last = self.base, float(rows["rate"].iloc[-1])
        ink = colours.act if base is None else judged(round(last - base, 4), colours)
        rates = [100 * float(rate) for rate in rows["rate"]]
        fig.add_scatter(
            x=list(range(len(rows))),
            y=rates,
            yaxis="y2",
            mode="lines+markers+text",
            line={"color": ink, "width": 2.5},
            marker={"size": 7, "color": ink},
            text=[wording.plain(rate, 1) for rate in rates],
            textposition=_beside_line(rates),
            textfont={"size": SMALL, "color": colours.ink},
            cliponaxis=False,
            hoverinfo="skip",
        )
        if base is None:
            return min(rates), max(rates)
        _base_line(fig, 100 * base, len(rows), words, colours)
        return min(*rates, 100 * base), max(*rates, 100 * base)

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """What the share is of, what it counts, the share."""
        _ = words
        whole, counted = self.heads
        return [
            month_column(_),
            Column("demand", whole, wording.plain),
            Column("answered", counted, wording.plain),
            Column("rate", _("Share"), wording.rate),
        ]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """The share of every month."""
        return main_figures(rows, "rate", wording.rate)


def _stacks(fig: go.Figure, rows: "Frame", words: Words, colours: Colours) -> None:
    """What counts and the rest, a bar a month, with their sum above."""
    places = list(range(len(rows)))
    unit = wording.scale(float(rows["demand"].max()), words.language)
    for column, ink in (("answered", colours.act), ("unanswered", colours.badsoft)):
        fig.add_bar(
            x=places,
            y=list(rows[column]),
            marker={"color": ink, "line": {"width": 0}},
            hoverinfo="skip",
        )
    for x, total in zip(places, rows["demand"], strict=True):
        fig.add_annotation(
            x=x,
            y=total,
            text=_scaled(float(total), unit, words),
            yanchor="bottom",
            showarrow=False,
            font={"size": SMALL, "color": colours.ink},
        )


def _beside_line(values: Sequence[float]) -> list[str]:
    """Figures above their points, but below where the line comes from above."""
    around = [values[0], *values, values[-1]]
    return [
        "bottom center" if value < min(before, after) - 0.5 else "top center"
        for before, value, after in zip(around, values, around[2:], strict=False)
    ]


def _scaled(value: float, unit: str, words: Words) -> str:
    if unit == "":
        return wording.plain(value)
    return wording.plain(value / wording.divisor(unit, words.language), 1)


def _base_line(
    fig: go.Figure, base: float, months: int, words: Words, colours: Colours
) -> None:
    _ = words
    fig.add_shape(
        type="line",
        x0=-0.5,
        x1=months - 0.5,
        y0=base,
        y1=base,
        yref="y2",
        line={"color": colours.ink, "width": 1.2, "dash": "4px,3px"},
    )
    fig.add_annotation(
        x=months - 0.5,
        y=base,
        yref="y2",
        text=f"{_('base')} {wording.plain(base, 1)}",
        xanchor="left",
        xshift=6,
        showarrow=False,
        font={"size": SMALL, "color": colours.mid},
    )
