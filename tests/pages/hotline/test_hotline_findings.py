"""Findings of the hotline are true of the data they stand over."""

from datetime import date

import pandas as pd
import pytest

from dashboards.views.hotline import findings
from dashboards.views.hotline.rows import Block
from jike.words.language import Words

ZH, EN = Words("zh"), Words("en")
DAYS_ZH = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
DAYS_EN = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def places(*rows):
    return pd.DataFrame(rows, columns=["label", "value", "verdict", "is_head"])


def test_centres_below_the_others_are_counted():
    frame = places(
        ("Centres", None, 0, True), ("x", 76.0, -1, False), ("y", 85.0, 1, False)
    )
    assert findings.places(frame, EN) == (
        "1 of 2 centres and cities are below the others, x lowest: 76.0%"
    )
    assert "没有显著低于" in findings.places(frame.assign(verdict=0), ZH)


BLOCK = Block(hours=(9, 11), weekdays=(1, 5), inside=0.724, outside=0.857)


def test_the_hotline_says_growth_rate_and_hardest_hours():
    assert findings.hotline(0.111, 0.83, BLOCK, DAYS_ZH, ZH) == (
        "需求月均增长 11.1%，接通率 83.0%，周一至周五 9–11 时最难接通"
    )
    en = findings.hotline(-0.02, 0.83, None, DAYS_EN, EN)
    assert en == "Demand falls 2.0% a month, 83.0% get through"
    assert findings.hotline(0.0001, None, None, DAYS_EN, EN) == "Demand is level"
    assert findings.hotline(None, None, None, DAYS_EN, EN) == (
        "No calls in this period"
    )


def test_a_block_of_the_week_is_said_in_words():
    one = Block((9, 9), (3, 3), 0.6, 0.8)
    every = Block((9, 10), (1, 7), 0.6, 0.8)
    assert findings.when(one, DAYS_EN, EN) == "Wednesday 9:00–9:59"
    assert findings.when(every, DAYS_ZH, ZH) == "每天 9–10 时"
    assert findings.hours(None, DAYS_ZH, ZH) == "各时段接通率相近"


def months(*pairs):
    return pd.DataFrame(
        [
            {"month": date(2025, m, 1), "demand": demand, "rate": rate}
            for m, (demand, rate) in enumerate(pairs, start=1)
        ]
    )


@pytest.mark.parametrize(
    ("pairs", "is_real", "zh"),
    [
        (((45550, 0.83), (85659, 0.83)), False, "增 88.1%，接通率持平于 83.0%"),
        (((100, 0.83), (90, 0.80)), True, "减 10.0%，接通率降 3.0 个百分点至 80.0%"),
        (((100, 0.80), (90, 0.83)), True, "减 10.0%，接通率升 3.0 个百分点至 83.0%"),
        # A gap that chance explains is no change.
        (((100, 0.80), (90, 0.83)), False, "减 10.0%，接通率持平于 83.0%"),
    ],
)
def test_volume_says_how_both_moved(pairs, is_real, zh):
    assert findings.volume(months(*pairs), is_real, ZH) == f"需求比1月{zh}"


def test_a_month_without_demand_is_no_base():
    none_first = months((0, 0.8), (90, 0.8))
    assert findings.volume(none_first, False, EN).startswith("No demand in Jan, ")


def test_formulas_are_as_far_apart_as_they_are_shown():
    rows = [{"share": 0.83}, {"share": 0.7183}, {"share": 0.8688}]
    assert findings.definitions(rows, ZH) == ("同一批通话，3 种算法相差 15.1 个百分点")
    assert findings.definitions([], ZH) == "本期没有来电"


def days(*marked):
    every = pd.date_range("2025-08-01", "2025-08-31")
    return pd.DataFrame(
        {"day": every, "is_marked": [day.day in marked for day in every]}
    )


def test_days_that_stand_out_are_named_as_stretches():
    assert findings.days(days(12, 13, 14), ZH) == (
        "3 天异常：2025 年 8 月 12 日至 8 月 14 日"
    )
    assert findings.days(days(3, 12), EN) == (
        "2 days stand out: 3 Aug 2025 and 12 Aug 2025"
    )
    assert findings.days(days(1, 3, 5), EN) == "3 days stand out"
    assert findings.days(days(), ZH) == "没有异常的日子"


def test_staffing_says_whether_the_goal_is_reached():
    reached = {"service_level": 0.861, "needed": 26}
    assert findings.staffing(reached, 26, 0.8, ZH) == (
        "26 名座席达到 86.1%，高于目标 80%"
    )
    short = {"service_level": 0.6, "needed": 26}
    assert findings.staffing(short, 22, 0.8, EN) == (
        "22 agents reach 60.0%; 80% takes 26"
    )
