"""Charts of the hotline: what is drawn, and that it can be read."""

from itertools import pairwise

import pandas as pd
import pytest

from dashboards.kit.behind import behind
from dashboards.kit.colours import LIGHT, contrast
from dashboards.views.hotline import charts
from dashboards.views.hotline.rows import worst_block
from jike.words.language import Words
from tests.fixtures.page_views import THEMES, texts

ZH, EN = Words("zh"), Words("en")


def call_hours():
    return pd.DataFrame(
        [
            {
                "hour": hour,
                "weekday": day,
                "demand": 100.0,
                "answered": 60.0 if 9 <= hour <= 11 and day <= 5 else 90.0,
                "rate": 0.6 if 9 <= hour <= 11 and day <= 5 else 0.9,
                "calls": 25.0,
                "is_low": (hour, day) == (3, 7),
            }
            for hour in range(24)
            for day in range(1, 8)
        ]
    )


@THEMES
@pytest.mark.parametrize("measure", ["rate", "calls"])
def test_every_cell_of_the_week_carries_its_figure(theme, measure):
    frame = call_hours()
    block = worst_block(frame)
    days = list("一二三四五六日")
    figure = charts.Hours(measure, block, days, days).draw(frame, ZH, theme)
    assert len(figure.layout.annotations) == 168
    framed = [shape for shape in figure.layout.shapes if shape.line.width == 2]
    assert len(framed) == (measure == "rate")
    for shape, text in zip(
        figure.layout.shapes, figure.layout.annotations, strict=False
    ):
        if text.text != "90°":
            assert contrast(text.font.color, shape.fillcolor) >= 4.5
    assert ("90°" in texts(figure)) == (measure == "rate")


def test_reasons_of_calls_carry_share_and_change_of_rank():
    frame = pd.DataFrame(
        [("账单", 60, 0.6, 0.0, False), ("流量", 40, 0.4, 3.0, True)],
        columns=["label", "rows", "share", "moved", "is_marked"],
    )
    assert texts(charts.CallReasons().draw(frame, ZH, LIGHT)) == [
        "60.0% =",
        "<b>40.0% ↑3</b>",
    ]
    assert charts.moved(-2.0) == "↓2"
    assert charts.moved(None) == ""


def test_days_that_stand_out_are_framed_in_all_three_strips():
    every = pd.date_range("2025-08-01", "2025-08-31")
    frame = pd.DataFrame({"day": every, "demand": 100, "connection_rate": 0.83})
    frame["ivr_containment"] = 0.3
    frame["is_marked"] = [day.day in (12, 13, 14) for day in every]
    figure = charts.Days().draw(frame, ZH, LIGHT)
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert [len(trace.x) for trace in marks] == [3, 3, 3]
    assert marks[0].marker.line.color == LIGHT.ink


def test_coverage_labels_every_change():
    months = pd.date_range("2023-01-01", periods=14, freq="MS")
    covered = [0, 0, 4, 4, 4, 6, 6, 6, 6, 6, 6, 6, 21, 21]
    frame = pd.DataFrame({"month": months, "covered": covered, "cities": 21})
    figure = charts.Coverage().draw(frame, ZH, LIGHT)
    assert texts(figure) == [
        "<b>0/21</b> 2023-01",
        "<b>4/21</b> 2023-03",
        "<b>6/21</b> 2023-06",
        "<b>21/21</b> 2024-01",
    ]
    heights = [annotation.y for annotation in figure.layout.annotations]
    assert all(b - a > 3 for a, b in pairwise(heights))


def test_staffing_marks_the_half_hour_that_was_chosen():
    halves = [f"{h:02d}:{m}" for h in range(8, 12) for m in ("00", "30")]
    rows = [
        {"half_hour": half, "agents": n}
        for half, n in zip(halves, [3, 5, 8, 9, 7, 6, 4, 2], strict=True)
    ]
    figure = charts.Agents("08:30").draw(rows, ZH, LIGHT)
    colours = list(figure.data[0].marker.color)
    assert colours[1] == LIGHT.act
    assert set(colours[:1] + colours[2:]) == {LIGHT.py}
    assert "<b>5</b> 08:30" in texts(figure)


def test_a_cell_of_the_week_is_a_row_behind_it():
    rows = call_hours()
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Sat", "Sun"]
    chart = charts.Hours(charts.RATE, None, days, days)
    table = behind(rows.to_dict("records"), chart.columns(rows, EN))
    assert table.written[63] == ["Monday", "9:00", "60.0%", "100", "60", "25.0"]
    assert [len(row) for row in table.values] == [len(table.heads)] * 168
    assert "60.0%" in chart.figures(rows, EN)[0]


def test_days_that_stand_out_are_marked_in_the_table_and_read_out():
    every = pd.date_range("2025-08-01", "2025-08-03")
    rows = pd.DataFrame({"day": every, "demand": 100, "connection_rate": 0.83})
    rows = rows.assign(ivr_containment=0.3, is_marked=[False, True, False])
    table = behind(rows.to_dict("records"), charts.Days().columns(rows, EN))
    assert table.written[1] == ["2025-08-02", "100", "83.0%", "30.0%", "■"]
    assert table.written[2][-1] == ""
    assert charts.Days().figures(rows, EN) == ["2025-08-02 100 83.0% 30.0%"]
