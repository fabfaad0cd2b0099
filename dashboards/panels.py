"""Panels that several pages draw the same way."""

from collections.abc import Sequence
from datetime import date

from dashboards import behind, charts_rows, drawing, titles_customers
from dashboards.frame import View


def months(
    view: View,
    days: Sequence[date],
    lines: Sequence[charts_rows.Series],
    key: str,
    caption: str,
    zero: bool = False,
) -> None:
    """Lines over months with their finding, table and file; there must be a line."""
    title = titles_customers.series(days, lines, view.words)
    drawing.panel_head(title, caption)
    behind.plot(
        charts_rows.months(days, lines, view.words, view.colours, zero),
        months_table(days, lines, view),
        key,
        titles_customers.series_alt(title, days, lines, view.words),
        view,
        height="stretch",
    )


def months_table(
    days: Sequence[date], lines: Sequence[charts_rows.Series], view: View
) -> behind.Behind:
    """The table behind lines over months."""
    _ = view.words
    return behind.Behind(
        heads=[_("Month"), *(line.name for line in lines)],
        written=[
            [f"{day:%Y-%m}", *(line.texts[i] for line in lines)]
            for i, day in enumerate(days)
        ],
        values=[
            [f"{day:%Y-%m}", *(line.values[i] for line in lines)]
            for i, day in enumerate(days)
        ],
    )
