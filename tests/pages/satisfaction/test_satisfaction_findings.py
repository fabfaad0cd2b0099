"""Findings of satisfaction are true of the data they stand over."""

import pandas as pd
import pytest

from dashboards.views.satisfaction import findings
from dashboards.views.satisfaction.rows import Mode, verdict_of
from jike.kpis.intervals import Difference
from jike.words.language import Words

ZH, EN = Words("zh"), Words("en")


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
    assert findings.satisfaction({"value": 86.0}, change, first, ZH) == zh


def test_without_interviews_the_page_says_so():
    assert findings.satisfaction({}, 0, [], ZH) == "本波没有访问"


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
    assert findings.roles(verdicts, names, target, EN) == en


def row(value, low, high, status="ok"):
    return {"value": value, "low": low, "high": high, "n": 200, "status": status}


def test_a_verdict_needs_the_whole_interval():
    verdict = verdict_of
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
    assert findings.modes(higher, 2, ZH) == (
        "网络访问高 6.1 分，是访问方式的差异，不作为服务改善"
    )
    lower = Mode(Difference(-3.0, -4.0, -2.0), 500, 1900)
    assert "不作为服务变差" in findings.modes(lower, 2, ZH)
    chance = Mode(Difference(0.4, -1.0, 1.8), 500, 1900)
    assert findings.modes(chance, 2, ZH) == "各访问方式差异不显著"
    assert findings.modes(None, 2, EN) == "No interviews on the web to compare"
    assert findings.modes(None, 1, ZH) == "全部访问方式相同，无可比较"
    assert "+6.1 (5.1–7.0, Welch)" in findings.modes_caption(higher, EN)


def reasons(*rows):
    frame = pd.DataFrame(rows, columns=["label", "rows", "is_child"])
    return frame.assign(of=538, share=frame["rows"] / 538)


def test_the_first_reason_is_named_only_when_it_is_alone():
    frame = reasons(("员工", 253, False), ("态度", 206, True), ("办理", 101, False))
    assert findings.reasons(frame, ZH) == (
        "员工是首要原因：538 位不满意者中 253 位提到"
    )
    tied = reasons(("a", 5, False), ("b", 5, False))
    assert "No single reason" in findings.reasons(tied, EN)
    assert findings.reasons(frame.iloc[:0], EN) == "No reason is recorded"


def test_reasons_of_all_interviews_are_not_called_those_of_the_dissatisfied():
    frame = reasons(("员工", 253, False), ("办理", 101, False))
    frame.attrs["is_of_all"] = True
    assert findings.reasons(frame, ZH) == (
        "员工提到最多：538 位受访者（不论满意与否）中 253 位"
    )
    tied = reasons(("a", 5, False), ("b", 5, False))
    tied.attrs["is_of_all"] = True
    assert findings.reasons(tied, EN).endswith("among 538 interviewed")


def test_a_score_is_called_the_most_frequent_only_when_it_is_alone():
    rows = [("5", 30, 0.75, True), ("4", 10, 0.25, False)]
    frame = pd.DataFrame(rows, columns=["label", "rows", "share", "is_marked"])
    frame.attrs["label"] = "Stars"
    assert findings.scores(frame, EN) == "Stars: most give 5, 75.0% of 40"
    tied = frame.assign(is_marked=False)
    tied.attrs["label"] = "Stars"
    assert findings.scores(tied, EN) == "No single score of Stars stands out"
    assert findings.scores(frame.iloc[:0], EN) == "No item was scored"


def test_all_respondents_speak_where_nobody_is_told_apart():
    title = findings.satisfaction
    assert title({"value": 86.0}, 0, [], EN, of_all=True) == (
        "Satisfaction of all respondents is 86.0"
    )
    assert title({}, 0, [], EN, of_all=True).startswith("No item of this survey")


def test_a_lead_over_rivals_needs_its_interval():
    title = findings.rivals
    assert title(row(2.3, 1.1, 3.5), EN) == "2.3 points ahead of the rivals together"
    assert title(row(-2.3, -3.5, -1.1), ZH) == "落后对手 2.3 分"
    assert title(row(0.7, -1.0, 2.3), ZH) == "与对手之差尚难断定"
    assert title({}, ZH) == "本波没有对手样本，无法比较"


def places(*rows):
    return pd.DataFrame(rows, columns=["label", "value", "verdict", "is_head"])


def test_cities_differ_only_where_a_mark_says_so():
    apart = places(("a", 86.4, 1, False), ("b", 85.0, 0, False))
    assert findings.cities(apart, ZH) == "a最高 86.4，b低 1.4 分"
    level = apart.assign(verdict=0)
    assert findings.cities(level, ZH) == "各地市差异不显著"
    assert "only city" in findings.cities(apart.iloc[:1], EN)
    assert findings.cities(apart.iloc[:0], EN) == "No interviews by city"
