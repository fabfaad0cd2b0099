"""The charts of the service pages: what is drawn, and that it can be read."""

from itertools import combinations, pairwise

import pandas as pd
import pytest

from dashboards.cards import rows as cards_rows
from dashboards.kit import dots, heat_map, volume
from dashboards.kit.colours import DARK, LIGHT, contrast, ink_on
from dashboards.pages.hotline import charts as hotline_charts
from dashboards.pages.hotline import rows as hotline_rows
from dashboards.pages.satisfaction import charts as satisfaction_charts
from jike.words.language import Words

ZH, EN = Words("zh"), Words("en")
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.theme)


def texts(figure):
    return [annotation.text for annotation in figure.layout.annotations]


def interview_dots():
    def row(value, n, status="ok"):
        low, high = (None, None) if value is None else (value - 2, value + 2)
        return {"value": value, "low": low, "high": high, "n": n, "status": status}

    return cards_rows.dots(
        [
            cards_rows.head("决策人"),
            cards_rows.dot("A", row(86.0, 148), row(84.0, 90), 1),
            cards_rows.dot("B", row(78.0, 97), None, -1),
            cards_rows.dot("C", row(88.4, 19, "low_base")),
            cards_rows.dot("<D>", row(None, 7, "hidden")),
        ]
    )


@THEMES
def test_dots_show_value_interval_n_target_and_the_wave_before(theme):
    figure = dots.dots(interview_dots(), ZH, theme, 83.0, "目标 83.0")
    assert {"目标 83.0", "<b>86.0</b> n=148", "<b>78.0</b> n=97"} <= set(texts(figure))
    inks = [trace.line.color for trace in figure.data if trace.mode == "lines"]
    assert inks == [theme.good, theme.bad, theme.act]
    before = figure.data[0]
    assert (before.marker.symbol, list(before.x)) == ("line-ns-open", [84.0])
    assert figure.layout.shapes[0].x0 == 83.0


def test_a_low_base_is_hollow_and_what_is_withheld_says_why():
    figure = dots.dots(interview_dots(), ZH, LIGHT)
    hollow = [
        trace
        for trace in figure.data
        if trace.mode == "markers" and trace.marker.color == LIGHT.page
    ]
    assert [list(trace.x) for trace in hollow] == [[88.4]]
    assert "样本 7，少于 10 不显示" in texts(figure)
    assert "n=7" in texts(figure)
    assert figure.layout.yaxis.ticktext[0] == "<b>决策人</b>"
    assert figure.layout.yaxis.ticktext[4] == "&lt;D&gt;"


def test_dots_without_any_value_are_still_drawn():
    hidden = interview_dots().iloc[[4]]
    assert "n=7" in texts(dots.dots(hidden, EN, LIGHT))


def indicators():
    frame = pd.DataFrame(
        [
            ("Product", 75.2, 0.38, True),
            ("Communication", 73.8, 0.32, True),
            ("Account manager", 83.9, 0.087, False),
            ("Network", 83.6, 0.075, False),
            ("Relationship", 82.8, 0.078, False),
            ("Channel", 81.5, 0.099, False),
        ],
        columns=["label", "performance", "importance", "is_first"],
    )
    frame.attrs |= {"mean_importance": 0.173, "mean_performance": 80.1}
    return frame


@THEMES
def test_the_map_has_four_named_fields_and_shades_the_first(theme):
    figure = satisfaction_charts.priorities(indicators(), ZH, theme)
    assert {"优先改善", "继续保持", "稍后", "已足够", "<b>Product</b>"} <= set(
        texts(figure)
    )
    shaded, *cross = figure.layout.shapes
    assert (shaded.x1, shaded.y0) == (80.1, 0.173)
    assert {(line.x0 == line.x1) for line in cross} == {True, False}
    assert list(figure.data[0].marker.color) == [theme.bad] * 2 + [theme.act] * 4
    assert contrast(theme.bad, shaded.fillcolor) >= 3


def test_labels_of_neighbouring_points_cover_neither_each_other_nor_a_point():
    labels = [60.0, 95.0, 110.0, 60.0, 85.0]
    points = [(0.2, 200.0), (0.62, 50.0), (0.66, 44.0), (0.68, 52.0), (0.55, 60.0)]
    for width in satisfaction_charts.WIDTHS:
        places = satisfaction_charts.placed(labels, points, satisfaction_charts.WIDTHS)
        boxes = [
            place.box(width * x, y, label)
            for place, (x, y), label in zip(places, points, labels, strict=True)
        ]
        for one, other in combinations(boxes, 2):
            x = min(one[1], other[1]) - max(one[0], other[0])
            y = min(one[3], other[3]) - max(one[2], other[2])
            assert x <= 1 or y <= 1
        assert all(box[0] >= -1 and box[1] <= width + 1 for box in boxes)


def test_children_of_a_reason_are_thinner_and_paler():
    frame = pd.DataFrame(
        [("员工", 0.4703, False, True), ("态度", 0.3829, True, True)],
        columns=["label", "share", "is_child", "is_marked"],
    )
    figure = satisfaction_charts.reasons(frame, ZH, LIGHT)
    bar = figure.data[0]
    assert bar.text == ("47.03", "38.29")
    assert bar.width[1] < bar.width[0]
    assert list(bar.marker.color) == [LIGHT.bad, LIGHT.badsoft]
    assert "· 态度" in figure.layout.yaxis.ticktext[1]
    assert figure.layout.xaxis.range[0] == 0


def call_months():
    months = pd.date_range("2025-01-01", periods=3, freq="MS")
    frame = pd.DataFrame({"month": months, "demand": [45550, 50606, 56223]})
    frame["rate"] = [0.83, 0.79, 0.83]
    frame["answered"] = frame["demand"] * frame["rate"]
    return frame.assign(unanswered=frame["demand"] - frame["answered"])


@THEMES
def test_volume_stands_over_the_rate_on_one_time_axis(theme):
    figure = volume.volume(call_months(), 0.85, ZH, theme)
    answered, missed, rate = figure.data
    assert (answered.marker.color, missed.marker.color) == (theme.act, theme.badsoft)
    assert {"4.6", "5.1", "5.6", "基础 85.0"} <= set(texts(figure))
    assert rate.line.color == theme.bad
    assert list(rate.text) == ["83.0", "79.0", "83.0"]
    assert rate.textposition[1] == "bottom center"
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]
    assert volume.volume(call_months(), None, EN, theme).data[2].line.color == (
        theme.act
    )


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
    block = hotline_rows.worst_block(frame)
    figure = hotline_charts.hours(
        frame, block, list("一二三四五六日"), ZH, theme, measure
    )
    assert len(figure.layout.annotations) == 168
    framed = [shape for shape in figure.layout.shapes if shape.line.width == 2]
    assert len(framed) == (measure == "rate")
    for shape, text in zip(
        figure.layout.shapes, figure.layout.annotations, strict=False
    ):
        if text.text != "90°":
            assert contrast(text.font.color, shape.fillcolor) >= 4.5
    assert ("90°" in texts(figure)) == (measure == "rate")


@THEMES
def test_the_ramps_leave_text_readable(theme):
    for ramp in (heat_map.SHORTFALL, heat_map.AMOUNT):
        for part in range(0, 101, 5):
            fill = heat_map.shade(part / 100, ramp[theme.theme])
            assert contrast(ink_on(fill), fill) >= 4.5


def test_reasons_of_calls_carry_share_and_change_of_rank():
    frame = pd.DataFrame(
        [("账单", 60, 0.6, 0.0, False), ("流量", 40, 0.4, 3.0, True)],
        columns=["label", "rows", "share", "moved", "is_marked"],
    )
    assert texts(hotline_charts.call_reasons(frame, ZH, LIGHT)) == [
        "60.0% =",
        "<b>40.0% ↑3</b>",
    ]
    assert hotline_charts.moved(-2.0, EN) == "↓2"
    assert hotline_charts.moved(None, EN) == ""


def test_days_that_stand_out_are_framed_in_all_three_strips():
    every = pd.date_range("2025-08-01", "2025-08-31")
    frame = pd.DataFrame({"day": every, "demand": 100, "connection_rate": 0.83})
    frame["ivr_containment"] = 0.3
    frame["is_marked"] = [day.day in (12, 13, 14) for day in every]
    figure = hotline_charts.days(frame, ZH, LIGHT)
    marks = [trace for trace in figure.data if trace.mode == "markers"]
    assert [len(trace.x) for trace in marks] == [3, 3, 3]
    assert marks[0].marker.line.color == LIGHT.ink


def test_coverage_labels_every_change():
    months = pd.date_range("2023-01-01", periods=14, freq="MS")
    covered = [0, 0, 4, 4, 4, 6, 6, 6, 6, 6, 6, 6, 21, 21]
    frame = pd.DataFrame({"month": months, "covered": covered, "cities": 21})
    figure = hotline_charts.coverage(frame, ZH, LIGHT)
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
    figure = hotline_charts.staffing(
        halves, [3, 5, 8, 9, 7, 6, 4, 2], "08:30", ZH, LIGHT
    )
    colours = list(figure.data[0].marker.color)
    assert colours[1] == LIGHT.act
    assert set(colours[:1] + colours[2:]) == {LIGHT.py}
    assert "<b>5</b> 08:30" in texts(figure)
