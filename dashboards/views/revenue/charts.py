"""Charts of revenue by members: who brings it, what grew, what is overdue."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from dashboards.kit import columns as kit_columns
from dashboards.kit.canvas import (
    ROW,
    SMALL,
    Note,
    annotate,
    at_right,
    figure,
    judged,
    over_right,
    row_axes,
    row_height,
    ticks_on_bars,
)
from dashboards.kit.colours import Colours
from dashboards.kit.labels import wrapped
from dashboards.kit.table import Column, Row, Writer
from jike.kpis.cuts import LOW_BASE
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    from dashboards.kit.labels import Frame


def unit_of(values: Iterable[object], words: Words) -> str:
    """The one unit of a chart: that of its largest figure."""
    known = [wording.number(value) for value in values]
    sizes = [abs(value) for value in known if value is not None]
    return wording.scale(max(sizes), words.language) if sizes else ""


def amount(words: Words) -> Writer:
    """Write amounts in this language."""
    return lambda value: wording.amount(value, words.language)


def amounts(rows: "Frame", column: str, words: Words) -> list[str]:
    """The amount of every row, read out."""
    write = amount(words)
    return [f"{row['label']} {write(row[column])}" for row in rows.to_dict("records")]


@dataclass(frozen=True)
class Concentration:
    """The cumulative share of revenue over the share of customers, largest first.

    rows: jike.pages.revenue.concentration(). The diagonal is what equal customers
    would give; the dot is the largest ten.
    """

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """A curve above its diagonal, the largest ten written beside it."""
        fig = figure(colours, 280)
        customers = float(rows["customers"].iloc[0])
        xs = [0.0, *(100 * rows["place"] / customers)]
        ys = [0.0, *(100 * rows["cumulative_share"])]
        fig.add_scatter(
            x=[0, 100],
            y=[0, 100],
            mode="lines",
            line={"color": colours.rule, "width": 1.5, "dash": "dash"},
            hoverinfo="skip",
        )
        fig.add_scatter(
            x=xs,
            y=ys,
            mode="lines",
            line={"color": colours.act, "width": 2.5},
            hovertext=[
                f"{wording.plain(x, 1)}% → {wording.plain(y, 1)}%"
                for x, y in zip(xs, ys, strict=True)
            ],
            hoverinfo="text",
        )
        _largest_ten(fig, rows, words, colours)
        axis = {"range": [-2, 102], "ticksuffix": "%", "nticks": 6}
        fig.update_xaxes(**axis)
        fig.update_yaxes(showgrid=True, **axis)
        return fig

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """So many of the largest, and the share that they bring."""
        _ = words
        return [
            Column("place", _("Customers"), wording.plain),
            Column("cumulative_share", _("share of revenue"), wording.rate),
        ]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """The share of so many of the largest."""
        return [
            f"{wording.plain(row['place'])} {wording.rate(row['cumulative_share'])}"
            for row in rows.to_dict("records")
        ]


def _largest_ten(fig: go.Figure, rows: "Frame", words: Words, colours: Colours) -> None:
    _ = words
    ten = rows[rows["place"] <= 10].iloc[-1]
    x = 100 * ten["place"] / float(rows["customers"].iloc[0])
    y = 100 * ten["cumulative_share"]
    fig.add_scatter(
        x=[x],
        y=[y],
        mode="markers",
        marker={"size": 9, "color": colours.ink},
        hoverinfo="skip",
    )
    fig.add_annotation(
        x=x,
        y=y,
        text=_(
            "largest {n}: {share}",
            n=int(ten["place"]),
            share=wording.rate(ten["cumulative_share"]),
        ),
        showarrow=False,
        xanchor="left" if x < 50 else "right",
        xshift=10 if x < 50 else -10,
        yshift=-10 if x >= 50 else 0,
        font={"size": SMALL, "color": colours.ink},
    )


@dataclass(frozen=True)
class Amounts:
    """Amounts by member with last year's as a grey tick and the growth in figures.

    rows: by_member(), in the order drawn; head: what a member is. Growth is blue up,
    orange down.
    """

    head: str

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """A bar a member, its amount and growth at the right."""
        labels = [wrapped(label, words) for label in rows["label"]]
        fig = figure(colours, row_height(labels) * len(rows) + 52)
        fig.add_bar(
            y=list(range(len(rows))),
            x=list(rows["amount"]),
            orientation="h",
            marker={"color": colours.act, "line": {"width": 0}},
            hoverinfo="skip",
        )
        ticks_on_bars(fig, list(rows["before"]), colours.mid, colours)
        annotate(fig, _amounts_and_growth(rows, words, colours))
        largest = max(rows["amount"].max(), rows["before"].fillna(0).max())
        smallest = min(0.0, float(rows["amount"].min()))
        row_axes(fig, labels, colours, (smallest, 1.03 * largest), SMALL)
        fig.update_layout(margin={"l": 8, "r": 126, "t": 26, "b": 8, "pad": 4})
        return fig

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """Amount, last year's, growth, share."""
        _ = words
        return [
            Column("label", self.head),
            Column("amount", _("amount"), amount(_)),
            Column("before", _("last year"), amount(_)),
            Column("growth", _("yoy"), wording.growth),
            Column("share", _("share"), wording.rate),
        ]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """The amount of every member."""
        return amounts(rows, "amount", words)


def _amounts_and_growth(rows: "Frame", words: Words, colours: Colours) -> list[Note]:
    _ = words
    unit = unit_of(rows["amount"], words)
    notes = [
        over_right(wording.unit_of_amounts(unit, words.language), 62, colours),
        over_right(_("yoy"), 122, colours),
    ]
    for place, row in enumerate(rows.to_dict("records")):
        written = wording.scaled(row["amount"], words.language, unit)
        notes.append(at_right(place, written, 62, colours.ink))
        grown = _shown(row["growth"])
        ink = judged(row["change"] if grown is None else grown, colours)
        notes.append(at_right(place, wording.growth(row["growth"]), 122, ink))
    return notes


def _shown(growth: object) -> float | None:
    """A growth as it is written, so that +0.0% is not called better."""
    share = wording.number(growth)
    return None if share is None else float(wording.rounded(100 * share, 1))


def in_unit(rows: "Frame", unit: str, words: Words) -> list[float]:
    """The changes in a unit of amounts."""
    return [float(v) / wording.divisor(unit, words.language) for v in rows["change"]]


def decimals_of(rows: "Frame", unit: str, words: Words) -> int:
    """Decimals with which the rows of changes() add up to their total as written."""
    values = in_unit(rows, unit, words)
    # Three digits say enough: tenths only where the total has fewer.
    least = 0 if abs(values[0]) >= 100 else 1
    return wording.decimals_that_reconcile([*values[1:], values[0]], least)


@dataclass(frozen=True)
class Changes:
    """Gains and losses since last year, the total first; written figures add up.

    rows: changes(). Gains blue, losses orange, the total slate; bars start at 0.
    """

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """A bar a product line, its change at the end."""
        fig = figure(colours, ROW * len(rows) + 24)
        unit = unit_of(rows["change"], words)
        decimals = decimals_of(rows, unit, words)
        values = in_unit(rows, unit, words)
        inks = [
            colours.act if total else judged(value, colours)
            for value, total in zip(values, rows["is_total"], strict=True)
        ]
        texts = [wording.signed(value, decimals) for value in values]
        fig.add_bar(
            y=list(range(len(rows))),
            x=values,
            orientation="h",
            marker={"color": inks, "line": {"width": 0}},
            text=[
                f"<b>{text}</b>" if total else text
                for text, total in zip(texts, rows["is_total"], strict=True)
            ],
            textposition="outside",
            textfont={"size": SMALL, "color": [colours.ink, *inks[1:]]},
            cliponaxis=False,
            hoverinfo="skip",
        )
        labels = [wrapped(label, words) for label in rows["label"]]
        low, high = min(0.0, *values), max(0.0, *values)
        room = 0.3 * (high - low)
        reach = (low - room if low < 0 else 0, high + room if high > 0 else 0)
        row_axes(fig, [f"<b>{labels[0]}</b>", *labels[1:]], colours, reach)
        return fig

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """A product line and its change."""
        _ = words
        return [
            Column("label", _("Product line")),
            Column("change", _("change"), amount(_)),
        ]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """The change of every line, the total first."""
        return amounts(rows, "change", words)


@dataclass(frozen=True)
class Arrears:
    """What is overdue by age; rows: arrears()."""

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """A bar an age, its amount and share at the right."""
        _ = words
        unit = unit_of(rows["amount"], words)
        size = [wording.scaled(v, words.language, unit) for v in rows["amount"]]
        shares = [wording.rate(v) for v in rows["share"]]
        return kit_columns.rows(
            list(rows["label"]),
            list(rows["amount"]),
            [
                kit_columns.Column(wording.unit_of_amounts(unit, _.language), size),
                kit_columns.Column(_("share"), shares, width=52),
            ],
            colours,
        )

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """An age, its amount, its share of all arrears."""
        _ = words
        return [
            Column("label", _("Days overdue")),
            Column("amount", _("amount"), amount(_)),
            Column("share", _("share"), wording.rate),
        ]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """The amount of every age."""
        return amounts(rows, "amount", words)


@dataclass(frozen=True)
class Products:
    """Who holds what; rows: products()."""

    def draw(self, rows: "Frame", words: Words, colours: Colours) -> go.Figure:
        """A bar a product, the share that holds it and its lines at the right."""
        _ = words
        records = rows.to_dict("records")
        lines = [wording.plain(row["lines"]) for row in records]
        return kit_columns.rows(
            [wrapped(label, words, most=3) for label in rows["label"]],
            [100 * share for share in rows["penetration"]],
            [
                kit_columns.Column("%", [_held(row) for row in records]),
                kit_columns.Column(_("lines"), lines),
            ],
            colours,
            end=100.0 if rows["penetration"].max() > 0.5 else None,
        )

    def columns(self, rows: "Frame", words: Words) -> list[Column]:
        """Who holds a product, of how many, and its lines."""
        _ = words
        return [
            Column("label", _("Product")),
            Column("penetration", _("penetration"), wording.rate),
            Column("customers", _("customers"), wording.plain),
            Column("of", _("of"), wording.plain),
            Column("lines", _("lines in service"), wording.plain),
            Column("dedicated", _("dedicated lines"), wording.plain),
        ]

    def figures(self, rows: "Frame", words: Words) -> list[str]:
        """Of every product who holds it, and its lines."""
        return [
            f"{row['label']} {wording.rate(row['penetration'])} "
            f"({row['customers']}/{row['of']}, {wording.plain(row['lines'])})"
            for row in rows.to_dict("records")
        ]


def _held(row: Row) -> str:
    """A penetration as it is written, ° on a low base."""
    mark = "°" if row["status"] == LOW_BASE else ""
    return f"{wording.rate(row['penetration'])}{mark}"
