"""Findings of the service pages are true of the data they stand over."""

from datetime import date

import pandas as pd
import pytest

from dashboards.kit.labels import joined
from dashboards.pages.hotline import findings as hotline_findings
from dashboards.pages.hotline.rows import Block
from dashboards.pages.satisfaction import findings as satisfaction_findings
from dashboards.pages.satisfaction import rows as satisfaction_rows
from dashboards.pages.satisfaction.rows import Mode
from jike.kpis.intervals import Difference
from jike.words.language import Words

ZH, EN = Words("zh"), Words("en")
DAYS_ZH = ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]
DAYS_EN = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@pytest.mark.parametrize(
    ("change", "first", "zh"),
    [
        (1, ["产品", "宣传"], "联系人满意度升至 86.0，产品、宣传应先改善"),
        (-1, ["产品"], "联系人满意度降至 86.0，产品应先改善"),
        (0, [], "联系人满意度 86.0"),
        # Three are no priority.
        (0, ["a", "b", "c"], "联系人满意度 86.0"),
    ],
)
def test_the_page_says_what_contacts_think_and_what_comes_first(change, first, zh):
    assert satisfaction_findings.satisfaction({"value": 86.0}, change, first, ZH) == zh


def test_without_interviews_the_page_says_so():
    assert satisfaction_findings.satisfaction({}, 0, [], ZH) == "本波没有访问"


@pytest.mark.parametrize(
    ("verdicts", "target", "en"),
    [
        (
            {"contact": 1, "member": -1, "decision_maker": 0},
            83.0,
            "Contact above the target of 83.0, member below the target of 83.0, "
            "decision maker too close to call",
        ),
        ({"contact": 0}, 83.0, "All roles are too close to the target to call"),
        (
            {"contact": 1, "member": 1},
            None,
            "Contact and member higher than in the wave before",
        ),
        (
            {"contact": 0, "member": 0},
            None,
            "No role differs from the wave before by more than chance",
        ),
        ({}, None, "No interviews in this wave"),
    ],
)
def test_a_role_is_called_above_only_when_its_whole_interval_is(verdicts, target, en):
    names = {
        "contact": "Contact",
        "member": "Member",
        "decision_maker": "Decision maker",
    }
    assert satisfaction_findings.roles(verdicts, names, target, EN) == en


def row(value, low, high, status="ok"):
    return {"value": value, "low": low, "high": high, "n": 200, "status": status}


def test_a_verdict_needs_the_whole_interval():
    verdict = satisfaction_rows.verdict_of
    assert verdict(row(86, 84, 88), None, 83) == 1
    assert verdict(row(80, 78, 82), None, 83) == -1
    assert verdict(row(84, 82, 86), None, 83) == 0
    assert verdict(row(86, 84, 88, "low_base"), None, 83) == 0
    assert verdict({"value": None, "low": None}, None, 83) == 0
    assert verdict(row(86, 85, 87), row(82, 81, 83), None) == 1
    assert verdict(row(82, 81, 83), row(86, 85, 87), None) == -1
    assert verdict(row(82, 81, 83), row(82.5, 81, 84), None) == 0
    assert verdict(row(82, 81, 83), None, None) == 0


def test_the_web_is_a_mode_effect_and_never_better_service():
    higher = Mode(Difference(6.1, 5.1, 7.0), 500, 1900)
    assert satisfaction_findings.modes(higher, ZH) == (
        "网络访问高 6.1 分，是访问方式的差异，不作为服务改善"
    )
    lower = Mode(Difference(-3.0, -4.0, -2.0), 500, 1900)
    assert "不作为服务变差" in satisfaction_findings.modes(lower, ZH)
    chance = Mode(Difference(0.4, -1.0, 1.8), 500, 1900)
    assert satisfaction_findings.modes(chance, ZH) == "各访问方式差异不显著"
    assert (
        satisfaction_findings.modes(None, EN) == "No interviews on the web to compare"
    )
    assert "+6.1 (5.1–7.0, Welch)" in satisfaction_findings.modes_caption(higher, EN)


def reasons(*rows):
    frame = pd.DataFrame(rows, columns=["label", "rows", "is_child"])
    return frame.assign(of=538, share=frame["rows"] / 538)


def test_the_first_reason_is_named_only_when_it_is_alone():
    frame = reasons(("员工", 253, False), ("态度", 206, True), ("办理", 101, False))
    assert satisfaction_findings.reasons(frame, ZH) == (
        "员工是首要原因：538 位不满意者中 253 位提到"
    )
    tied = reasons(("a", 5, False), ("b", 5, False))
    assert "No single reason" in satisfaction_findings.reasons(tied, EN)
    assert satisfaction_findings.reasons(frame.iloc[:0], EN) == "No reason is recorded"


def test_a_lead_over_rivals_needs_its_interval():
    title = satisfaction_findings.rivals
    assert title(row(2.3, 1.1, 3.5), EN) == "2.3 points ahead of the rivals together"
    assert title(row(-2.3, -3.5, -1.1), ZH) == "落后对手 2.3 分"
    assert title(row(0.7, -1.0, 2.3), ZH) == "与对手之差尚难断定"
    assert title({}, ZH) == "本波没有对手样本，无法比较"


def places(*rows):
    return pd.DataFrame(rows, columns=["label", "value", "verdict", "is_head"])


def test_cities_differ_only_where_a_mark_says_so():
    apart = places(("a", 86.4, 1, False), ("b", 85.0, 0, False))
    assert satisfaction_findings.cities(apart, ZH) == "a最高 86.4，b低 1.4 分"
    level = apart.assign(verdict=0)
    assert satisfaction_findings.cities(level, ZH) == "各地市差异不显著"
    assert "only city" in satisfaction_findings.cities(apart.iloc[:1], EN)
    assert satisfaction_findings.cities(apart.iloc[:0], EN) == "No interviews by city"


def test_centres_below_the_others_are_counted():
    frame = places(
        ("Centres", None, 0, True), ("x", 76.0, -1, False), ("y", 85.0, 1, False)
    )
    assert hotline_findings.places(frame, EN) == (
        "1 of 2 centres and cities are below the others, x lowest: 76.0%"
    )
    assert "没有显著低于" in hotline_findings.places(frame.assign(verdict=0), ZH)


BLOCK = Block(hours=(9, 11), weekdays=(1, 5), inside=0.724, outside=0.857)


def test_the_hotline_says_growth_rate_and_hardest_hours():
    assert hotline_findings.hotline(0.111, 0.83, BLOCK, DAYS_ZH, ZH) == (
        "需求月均增长 11.1%，接通率 83.0%，周一至周五 9–11 时最难接通"
    )
    en = hotline_findings.hotline(-0.02, 0.83, None, DAYS_EN, EN)
    assert en == "Demand falls 2.0% a month, 83.0% get through"
    assert (
        hotline_findings.hotline(0.0001, None, None, DAYS_EN, EN) == "Demand is level"
    )
    assert hotline_findings.hotline(None, None, None, DAYS_EN, EN) == (
        "No calls in this period"
    )


def test_a_block_of_the_week_is_said_in_words():
    one = Block((9, 9), (3, 3), 0.6, 0.8)
    every = Block((9, 10), (1, 7), 0.6, 0.8)
    assert hotline_findings.when(one, DAYS_EN, EN) == "Wednesday 9:00–9:59"
    assert hotline_findings.when(every, DAYS_ZH, ZH) == "每天 9–10 时"
    assert hotline_findings.hours(None, DAYS_ZH, ZH) == "各时段接通率相近"


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
    assert hotline_findings.volume(months(*pairs), is_real, ZH) == f"需求比1月{zh}"


def test_formulas_are_as_far_apart_as_they_are_shown():
    rows = [{"share": 0.83}, {"share": 0.7183}, {"share": 0.8688}]
    assert hotline_findings.definitions(rows, ZH) == (
        "同一批通话，3 种算法相差 15.1 个百分点"
    )
    assert hotline_findings.definitions([], ZH) == "本期没有来电"


def days(*marked):
    every = pd.date_range("2025-08-01", "2025-08-31")
    return pd.DataFrame(
        {"day": every, "is_marked": [day.day in marked for day in every]}
    )


def test_days_that_stand_out_are_named_as_stretches():
    assert hotline_findings.days(days(12, 13, 14), ZH) == (
        "3 天异常：2025 年 8 月 12 日至 8 月 14 日"
    )
    assert hotline_findings.days(days(3, 12), EN) == (
        "2 days stand out: 3 Aug 2025 and 12 Aug 2025"
    )
    assert hotline_findings.days(days(1, 3, 5), EN) == "3 days stand out"
    assert hotline_findings.days(days(), ZH) == "没有异常的日子"


def test_staffing_says_whether_the_goal_is_reached():
    reached = {"service_level": 0.861, "needed": 26}
    assert hotline_findings.staffing(reached, 26, 0.8, ZH) == (
        "26 名座席达到 86.1%，高于目标 80%"
    )
    short = {"service_level": 0.6, "needed": 26}
    assert hotline_findings.staffing(short, 22, 0.8, EN) == (
        "22 agents reach 60.0%; 80% takes 26"
    )


def test_names_are_listed_as_the_language_does():
    assert joined(["a", "b", "c"], EN) == "a, b and c"
    assert joined(["a", "b"], ZH) == "a、b"
    assert joined([], EN) == ""
