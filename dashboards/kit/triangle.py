"""Customers by the month of their first order or bill: who is still there, how old."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit import labels
from dashboards.kit.canvas import BODY, CELL, ROW, Cell, draw_cells, figure, unseen
from dashboards.kit.colours import Colours, ink_on
from dashboards.kit.heat_map import AMOUNT, shade
from dashboards.kit.table import Column
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

LOW_BASE_N = 30


def pooled(rows: "pd.DataFrame") -> dict[int, float]:
    """The share still there by age in months, over all months of acquisition."""
    sums = rows.groupby("age_months")[["active", "customers"]].sum()
    return {
        int(age): float(active) / float(customers)
        for age, active, customers in sums.itertuples()
    }


@dataclass(frozen=True)
class Triangle:
    """Months of acquisition by age; rows: jike.pages.retention.acquired().

    A cell of fewer than 30 customers carries ° and no colour.
    """

    def draw(self, rows: "pd.DataFrame", words: Words, colours: Colours) -> go.Figure:
        """The share in every cell, per cent, deeper where it is more."""
        months = sorted(rows["acquired_month"].unique())
        fig = figure(colours, ROW * len(months) + 40)
        draw_cells(fig, _cells(rows, months, colours))
        unseen(fig)
        ages = list(range(1, int(rows["age_months"].max()) + 1))
        fig.update_xaxes(
            side="top",
            tickvals=ages,
            ticktext=[str(age) for age in ages],
            range=[0.5, len(ages) + 0.5],
            tickfont={"size": CELL, "color": colours.mid},
        )
        fig.update_yaxes(
            tickvals=list(range(len(months))),
            ticktext=months,
            range=[len(months) - 0.5, -0.5],
            tickfont={"size": BODY, "color": colours.ink},
        )
        fig.update_layout(
            margin={"l": 8, "r": 8, "t": 28, "b": 8, "pad": 4},
            meta={"language": words.language},
        )
        return fig

    def columns(self, rows: "pd.DataFrame", words: Words) -> list[Column]:
        """A cell a row, with its revenue."""
        _ = words
        return [
            Column("acquired_month", _("Month of acquisition")),
            Column("age_months", _("Age, months"), wording.plain),
            Column("customers", _("Customers"), wording.plain),
            Column("active", _("Still there"), wording.plain),
            Column("retention", _("Share still there"), labels.rate),
            Column("revenue", _("Revenue over that of the first month"), labels.rate),
        ]

    def figures(self, rows: "pd.DataFrame", words: Words) -> list[str]:
        """The share by age, over all months of acquisition."""
        _ = words
        return [
            _("after {n} month(s) {share}", n=age, share=wording.rate(share))
            for age, share in pooled(rows).items()
        ]


def _cells(rows: "pd.DataFrame", months: list[str], colours: Colours) -> list[Cell]:
    places = {month: place for place, month in enumerate(months)}
    judged = rows[rows["customers"] >= LOW_BASE_N]["retention"]
    most = float(judged.max()) if len(judged) else 1.0
    cells = []
    for row in rows.to_dict("records"):
        is_low = row["customers"] < LOW_BASE_N
        part = float(row["retention"]) / most if most > 0 else 0.0
        fill = colours.band if is_low else shade(part, AMOUNT[colours.theme])
        text = f"{wording.plain(100 * row['retention'])}{'°' if is_low else ''}"
        ink = colours.soft if is_low else ink_on(fill)
        place = places[row["acquired_month"]]
        cells.append(Cell(int(row["age_months"]), place, text, ink, fill))
    return cells
