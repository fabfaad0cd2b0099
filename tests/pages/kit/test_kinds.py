"""Kinds of drawings that several pages use: dots, volume, shades of cells."""

import pandas as pd

from dashboards.cards import rows as cards_rows
from dashboards.kit import heat_map
from dashboards.kit.colours import LIGHT, contrast, ink_on
from dashboards.kit.dots import Dots
from dashboards.kit.volume import Volume
from jike.words.language import Words
from tests.fixtures.page_views import THEMES, texts

ZH, EN = Words("zh"), Words("en")


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
    figure = Dots(83.0, "目标 83.0").draw(interview_dots(), ZH, theme)
    assert {"目标 83.0", "<b>86.0</b> n=148", "<b>78.0</b> n=97"} <= set(texts(figure))
    inks = [trace.line.color for trace in figure.data if trace.mode == "lines"]
    assert inks == [theme.good, theme.bad, theme.act]
    before = figure.data[0]
    assert (before.marker.symbol, list(before.x)) == ("line-ns-open", [84.0])
    assert figure.layout.shapes[0].x0 == 83.0


def test_a_low_base_is_hollow_and_what_is_withheld_says_why():
    figure = Dots().draw(interview_dots(), ZH, LIGHT)
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
    assert "n=7" in texts(Dots().draw(hidden, EN, LIGHT))


HEADS = ("需求", "接通")


def call_months():
    months = pd.date_range("2025-01-01", periods=3, freq="MS")
    frame = pd.DataFrame({"month": months, "demand": [45550, 50606, 56223]})
    frame["rate"] = [0.83, 0.79, 0.83]
    frame["answered"] = frame["demand"] * frame["rate"]
    return frame.assign(unanswered=frame["demand"] - frame["answered"])


@THEMES
def test_volume_stands_over_the_rate_on_one_time_axis(theme):
    figure = Volume(HEADS, 0.85).draw(call_months(), ZH, theme)
    answered, missed, rate = figure.data
    assert (answered.marker.color, missed.marker.color) == (theme.act, theme.badsoft)
    assert {"4.6", "5.1", "5.6", "基础 85.0"} <= set(texts(figure))
    assert rate.line.color == theme.bad
    assert list(rate.text) == ["83.0", "79.0", "83.0"]
    assert rate.textposition[1] == "bottom center"
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]
    assert Volume(HEADS).draw(call_months(), EN, theme).data[2].line.color == (
        theme.act
    )


@THEMES
def test_the_ramps_leave_text_readable(theme):
    for ramp in (heat_map.SHORTFALL, heat_map.AMOUNT):
        for part in range(0, 101, 5):
            fill = heat_map.shade(part / 100, ramp[theme.theme])
            assert contrast(ink_on(fill), fill) >= 4.5
