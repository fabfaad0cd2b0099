"""The charts: what is drawn from a frame, and that it can be read in both themes."""

from datetime import date, timedelta
from itertools import pairwise

import pandas as pd
import pytest

from dashboards.kit import bullets, canvas
from dashboards.kit.colours import DARK, LIGHT, colours, contrast, ink_on
from dashboards.kit.counts import Counts
from dashboards.views.quality.charts import Feeds
from dashboards.views.retention.charts import CohortCurve
from jike.words.language import Words

ZH, EN = Words("zh"), Words("en")
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.theme)


def bullet_frame(**changes):
    frame = pd.DataFrame(
        {
            "label": ["合计", "<b>望溪</b>"],
            "is_total": [True, False],
            "is_chosen": [False, False],
            "completion": [0.968, 0.7],
            "lead": [0.2201, -0.05],
            "time_progress": [0.7479, 0.7479],
            "challenge": [1.05, None],
            "forecast_low": [1.29, 0.93],
            "forecast_high": [1.31, 0.95],
        }
    )
    return frame.assign(**changes)


def texts(figure):
    return [annotation.text for annotation in figure.layout.annotations]


@THEMES
def test_a_bullet_row_shows_completion_gap_time_base_challenge_and_forecast(theme):
    figure = bullets.bullets(bullet_frame(), ZH, theme)
    bar = figure.data[0]
    assert list(bar.x) == pytest.approx([96.8, 70.0])
    assert list(bar.marker.color) == [theme.good, theme.bad]
    assert {"+22.0", "−5.0", "时间进度 74.8", "基础"} <= set(texts(figure))
    assert [shape.x0 for shape in figure.layout.shapes] == pytest.approx([74.79, 100])
    points = [
        trace
        for trace in figure.data
        if trace["type"] == "scatter" and "markers" in trace.mode
    ]
    challenge = next(p for p in points if p.marker.symbol == "line-ns-open")
    assert list(challenge.x) == [105.0]
    assert figure.layout.xaxis.range[0] == 0
    assert figure.layout.xaxis.range[1] > 131


def test_a_label_of_the_data_is_not_read_as_a_tag():
    figure = bullets.bullets(bullet_frame(), ZH, LIGHT)
    assert figure.layout.yaxis.ticktext == (
        "<b>合计</b>",
        "&lt;b&gt;望溪&lt;/b&gt;",
    )


def test_a_branch_without_forecast_or_challenge_is_still_drawn():
    bare = bullet_frame(challenge=None, forecast_low=None, forecast_high=None)
    assert len(bullets.bullets(bare, EN, LIGHT).data) == 1


def curve_frame(*retention, end=True):
    days = [date(2024, 12, 31)]
    days += [date(2025, m, 28) for m in range(1, len(retention) + 1)]
    rows = pd.DataFrame(
        {
            "day": days,
            "retention": [1.0, *retention],
            "expected": [1 - 0.0034 * i for i in range(len(days))],
            "excl_admin": [1.0, *retention],
        }
    )
    if end:
        last = pd.DataFrame({"day": [date(2025, 12, 31)], "expected": [0.959]})
        rows = pd.concat([rows, last], ignore_index=True)
    return rows


@THEMES
def test_the_curve_labels_both_ends_and_judges_the_last_month(theme):
    figure = CohortCurve().draw(curve_frame(0.999, 0.998), ZH, theme)
    assert {"<b>实际 99.80</b>", "应有 99.32", "年底基础<br>95.90"} <= set(
        texts(figure)
    )
    main = figure.data[-1]
    assert main.line.color == theme.good
    below = CohortCurve().draw(curve_frame(0.99, 0.98), ZH, theme)
    assert below.data[-1].line.color == theme.bad


def test_the_gap_changes_colour_where_the_lines_cross():
    figure = CohortCurve().draw(curve_frame(0.999, 0.98), ZH, LIGHT)
    fills = [trace.fillcolor for trace in figure.data if trace.fill == "toself"]
    assert fills == [LIGHT.goodsoft, LIGHT.goodsoft, LIGHT.badsoft]


def test_the_curve_without_an_expected_line_is_grey():
    frame = curve_frame(0.999, 0.998).assign(expected=float("nan"))
    figure = CohortCurve().draw(frame, ZH, LIGHT)
    assert figure.data[-1].line.color == LIGHT.act
    assert not [trace for trace in figure.data if trace.fill == "toself"]


def test_labels_that_would_overlap_are_pushed_apart():
    assert canvas.spread([10.0, 5.0], 2) == [10.0, 5.0]
    assert canvas.spread([5.0, 5.0], 2) == [6.0, 4.0]
    places = canvas.spread([5.0, 5.1, 4.9, 9.0], 1)
    ordered = sorted(places, reverse=True)
    assert all(a - b >= 1 - 1e-9 for a, b in pairwise(ordered))
    assert places.index(max(places)) == 3


def test_bars_carry_their_number_and_mark_one():
    frame = pd.DataFrame(
        {"label": ["甲", "乙"], "rows": [1811, 204], "is_marked": [True, False]}
    )
    bar = Counts("类别", "行数").draw(frame, ZH, LIGHT).data[0]
    assert bar.text == ("1,811", "204")
    assert list(bar.marker.color) == [LIGHT.bad, LIGHT.py]


@THEMES
def test_every_state_of_a_delivery_has_its_own_sign(theme):
    day = pd.Timestamp(2025, 9, 1)
    frame = pd.DataFrame(
        [
            (f"feed {i % 2}", day + timedelta(days=i // 2), status)
            for i, status in enumerate(["passed", "warning", "failed", "missing"])
        ],
        columns=["label", "delivered_on", "status"],
    ).assign(rows_read=[1, 2, 3, None])
    signs = Feeds().draw(frame, EN, theme).data[1]
    assert sorted(signs.text) == sorted("✓!×·")
    assert len(set(signs.textfont.color)) == 4


@THEMES
def test_text_and_marks_stand_out_from_what_lies_below(theme):
    for ink in (theme.ink, theme.mid, theme.good, theme.bad, theme.soft):
        assert contrast(ink, theme.page) >= 4.5, ink
    for mark in (theme.act, theme.py, theme.good, theme.bad):
        assert contrast(mark, theme.page) >= 3.0, mark
    assert contrast(theme.caution_text, theme.caution) >= 4.5
    assert contrast(theme.good, theme.passed) >= 4.5
    for colour in (*theme.diverging, *theme.sequential, theme.good, theme.bad):
        assert contrast(ink_on(colour), colour) >= 4.5, colour


def test_the_theme_decides_the_colours_and_light_is_the_default():
    assert (colours("dark"), colours("light"), colours(None)) == (DARK, LIGHT, LIGHT)


@THEMES
def test_no_chart_has_a_legend_a_mode_bar_or_small_print(theme):
    layout = canvas.template(theme).layout
    assert layout.showlegend is False
    assert layout.dragmode is False
    assert layout.xaxis.fixedrange is True
    assert layout.paper_bgcolor == "rgba(0,0,0,0)"
    assert min(canvas.BODY, canvas.SMALL, canvas.CELL) >= 11
    assert canvas.CONFIG["displayModeBar"] is False
