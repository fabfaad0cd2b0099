"""Every finding is true of the data it stands over."""

from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest

from dashboards.cards import findings as cards_findings
from dashboards.views.halls import findings as halls_findings
from dashboards.views.halls.charts import WAIT
from dashboards.views.hotline import findings as hotline_findings
from dashboards.views.quality import findings as quality_findings
from dashboards.views.retention import findings as retention_findings
from dashboards.views.retention.charts import CohortCurve
from dashboards.views.scorecard import findings as scorecard_findings
from jike.words.language import Words

ZH, EN = Words("zh"), Words("en")


def test_the_golden_county_is_ahead_of_time():
    said = {"lead": 0.2201, "revenue": 3.63e6, "retention": 420 / 423}
    assert cards_findings.scorecard(
        "云栖县", **said, retention_lead=0.02, words=ZH
    ) == ("云栖县信息化收入超时间进度 22.0 个百分点，保有率 99.29%")
    assert cards_findings.scorecard("Yunqi", **said, retention_lead=0.02, words=EN) == (
        "Yunqi: revenue 22.0 pp ahead of time, retention 99.29%"
    )


def test_of_equals_none_is_the_lowest_nor_the_most():
    pair = pd.DataFrame(
        [
            {"label": name, "tier": "C", "value": value, "n": 40, "status": "ok"}
            for name, value in (("East", 0.9001), ("West", 0.9002))
        ]
    )
    assert retention_findings.tiers_by_branch(pair, None, EN) == "All groups at 90.0%"
    assert retention_findings.tiers_by_branch(pair, 0.95, EN) == (
        "2 of 2 groups are below expected, at 90.0%"
    )
    apart = pair.assign(value=[0.9, 0.91])
    assert retention_findings.tiers_by_branch(apart, None, EN) == (
        "East C is the lowest, 90.0%"
    )
    assert "East C most" in retention_findings.tiers_by_branch(apart, 0.95, EN)

    scored = [{"name": name, "score": 80.0} for name in ("NRR", "Churn")]
    assert scorecard_findings.score(80.0, 1, scored, EN) == (
        "Total score 80.0; every KPI scores 80.0"
    )
    scored[1]["score"] = 79.9
    assert "Churn is the lowest, 79.9" in scorecard_findings.score(80.0, 1, scored, EN)

    places = pd.DataFrame(
        {"label": list("abc"), "value": [70.0, 70.0, 90.0], "verdict": [-1, -1, 1]}
    ).assign(is_head=False)
    assert hotline_findings.places(places, EN) == (
        "2 of 3 centres and cities are below the others, at 70.0%"
    )
    places.loc[0, "value"] = 69.0
    assert "a lowest: 69.0%" in hotline_findings.places(places, EN)

    hours = pd.DataFrame({"weekday": [1, 2], "hour": [9, 9], "calls": [5.0, 5.0]})
    days = ["Monday", "Tuesday"]
    assert hotline_findings.busiest(hours, days, EN) == "Every hour brings 5 calls"
    hours.loc[1, "calls"] = 6.0
    assert "Tuesday 9:00 with 6 calls" in hotline_findings.busiest(hours, days, EN)

    waits = pd.DataFrame({"weekday": [1, 2], "hour": 9, "wait": 5.0, "tickets": 99})
    said = halls_findings.hours(waits.rename(columns={"wait": WAIT}), WAIT, days, EN)
    assert said == "All hours at 5 min"
    waits.loc[1, "wait"] = 6.0
    said = halls_findings.hours(waits.rename(columns={"wait": WAIT}), WAIT, days, EN)
    assert said.startswith("Longest on Tuesday at 9:00")


@pytest.mark.parametrize(
    ("entities", "families", "title"),
    [
        ((), (), "Nothing is delivered yet"),
        (("visits",), (), "Delivered: visits; no KPI can be counted"),
        (
            ("calls", "tickets"),
            ("tickets", "hotline", "management"),
            "Delivered: calls, tickets; see Hotline, Complaints and tickets",
        ),
    ],
)
def test_a_page_without_data_says_what_was_delivered(entities, families, title):
    rows = [{"name": name, "is_family": False} for name in entities]
    rows += [{"name": name, "is_family": True} for name in families]
    facts = SimpleNamespace(words=EN, ask=lambda _question: rows)
    assert cards_findings.delivered(facts) == title


@pytest.mark.parametrize(
    ("lead", "revenue", "retention", "retention_lead", "title"),
    [
        (
            -0.031,
            1.0,
            0.95,
            -0.02,
            "信息化收入落后时间进度 3.1 个百分点，保有率 95.00%，低于应有",
        ),
        (0.0004, 1.0, None, None, "信息化收入与时间进度持平"),
        (None, 3.63e6, 0.97, None, "信息化收入 363.0万元，保有率 97.00%"),
        (None, None, 0.97, None, "保有率 97.00%"),
        (None, None, None, None, ""),
    ],
)
def test_a_scorecard_claims_what_there_is(
    lead, revenue, retention, retention_lead, title
):
    assert (
        cards_findings.scorecard("", lead, revenue, retention, retention_lead, ZH)
        == title
    )


def standings(*leads):
    frame = pd.DataFrame({"name": list("abcdef")[: len(leads)], "lead": leads})
    return frame.assign(behind=frame["lead"] - frame["lead"].max())


def test_the_ranking_names_the_first_and_the_last():
    assert scorecard_findings.standings(standings(0.1, 0.0, -0.05, None), ZH) == (
        "a居首，c与其相差 15.0 个百分点"
    )
    assert scorecard_findings.standings(standings(0.1, 0.1), ZH) == "各分公司持平"
    assert scorecard_findings.standings(standings(0.1), ZH) == "只有a一个分公司"
    assert (
        scorecard_findings.standings(standings(None), ZH) == "下级分公司都没有收入目标"
    )


@pytest.mark.parametrize(
    ("leads", "zh"),
    [
        ((0.1, 0.2), "2 个分公司都不落后时间进度"),
        ((0.1, -0.2), "2 个分公司中b落后时间进度"),
        ((-0.1, -0.2), "2 个分公司中a、b落后时间进度"),
        ((-0.1, -0.2, -0.3, 0.1), "4 个分公司中 3 个落后时间进度"),
        # 0.04 points are shown as 0.0: nobody may be called behind for them.
        ((0.1, -0.0004), "2 个分公司都不落后时间进度"),
    ],
)
def test_who_is_behind_time_is_counted_or_named(leads, zh):
    frame = pd.DataFrame({"name": list("abcd")[: len(leads)], "lead": leads})
    total = pd.DataFrame({"name": ["t"], "lead": [-0.5], "is_total": [True]})
    frame = pd.concat([total, frame.assign(is_total=False)])
    assert cards_findings.year_progress(frame, ZH) == zh


def test_a_branch_alone_speaks_of_its_own_target():
    frame = pd.DataFrame(
        {"name": ["a"], "lead": [0.1], "is_total": [True], "completion": [0.968]}
    )
    assert cards_findings.year_progress(frame, ZH) == "已完成全年基础目标的 96.8%"


def test_losses_are_held_against_time():
    assert retention_findings.retention(0.526, 0.748, 0.978, ZH) == (
        "流失用去全年预算的 52.6%，低于时间进度 22.2 个百分点"
    )
    assert "above time progress" in retention_findings.retention(0.9, 0.748, 0.9, EN)
    assert "level with time progress" in retention_findings.retention(
        0.7481, 0.748, 0.9, EN
    )
    assert (
        retention_findings.retention(None, 0.748, 0.978, ZH) == "目标市场保有率 97.80%"
    )
    assert retention_findings.retention(None, None, None, ZH) == "没有可跟踪的定群"


def curve(*gaps):
    days = [date(2024, 12, 31), *(date(2025, m, 28) for m in range(1, len(gaps) + 1))]
    expected = [1.0, *(1 - 0.003 * m for m in range(1, len(gaps) + 1))]
    retention = [1.0, *(e + g for e, g in zip(expected[1:], gaps, strict=True))]
    return pd.DataFrame({"day": days, "retention": retention, "expected": expected})


@pytest.mark.parametrize(
    ("gaps", "zh"),
    [
        ((0.01, 0.007, 0.009), "定群始终不低于应有线，2 月最接近，差 0.70 个百分点"),
        ((0.01, -0.01, 0.02), "有 1 个月低于应有线，现高出 2.00 个百分点"),
        ((0.01, -0.01, -0.02), "定群自 2 月起低于应有线，现差 2.00 个百分点"),
        ((-0.01, -0.02), "定群各月均低于应有线，现差 2.00 个百分点"),
        ((0.01, 0.00001), "定群始终不低于应有线，2 月最接近，差 0.00 个百分点"),
    ],
)
def test_the_curve_says_whether_the_cohort_holds(gaps, zh):
    assert retention_findings.cohort_curve(curve(*gaps), False, ZH) == zh


def test_a_curve_without_an_expected_line_says_why():
    bare = curve(0.1, 0.2).assign(expected=None)
    assert (
        retention_findings.cohort_curve(bare, False, ZH)
        == "没有应有线：本年没有基础目标"
    )
    assert (
        retention_findings.cohort_curve(bare, True, ZH)
        == "没有应有线：目标不分等级与行业"
    )


def test_only_one_that_stands_out_is_named():
    frame = pd.DataFrame({"label": ["价格", "停业"], "rows": [71, 63]})
    assert retention_findings.most(frame, ZH) == "价格 71 户，占流失 134 户的 53.0%"
    assert (
        retention_findings.most(frame.assign(rows=[5, 5]), ZH)
        == "流失 10 户，没有最突出的一项"
    )
    assert retention_findings.most(frame.iloc[:0], ZH) == "没有流失客户"


def test_quality_says_first_what_was_held():
    day = date(2025, 10, 2)
    assert quality_findings.quality(14, 128, 0, day, True, ZH) == (
        "10 月 2 日的交付未通过检查，看板仍用发布 14"
    )
    assert "newest build" in quality_findings.quality(14, 128, 0, None, True, EN)
    assert quality_findings.quality(14, 126, 2, None, False, EN) == (
        "Release 14: 126 checks passed, 2 warn"
    )
    assert (
        quality_findings.quality(14, 128, 0, None, False, ZH)
        == "发布 14 的 128 项检查全部通过"
    )


def grid(**statuses):
    return pd.DataFrame(
        [("old", date(2025, 9, 1), "failed")]
        + [(feed, date(2025, 9, 30), status) for feed, status in statuses.items()],
        columns=["entity", "delivered_on", "status"],
    )


def test_deliveries_speak_of_the_newest_only():
    assert quality_findings.deliveries(grid(a="passed", b="passed"), EN) == (
        "All 2 feeds of the newest delivery arrived whole"
    )
    assert quality_findings.deliveries(
        grid(a="passed", b="warning", c="missing"), EN
    ) == ("Newest delivery: 1 of 3 feeds whole, 1 with rejected rows, 1 missing")
    assert (
        quality_findings.deliveries(grid(a="failed", b="passed"), EN)
        == "1 of 3 feeds failed"
    )


def test_quarantine_and_checks_count_what_there_is():
    assert quality_findings.quarantine(0, 0.0, "", ZH) == "没有被隔离的行"
    assert quality_findings.quarantine(1204, 0.0018, "账单 · 重复", ZH) == (
        "隔离 1204 行，占 0.18%，最多的是 账单 · 重复"
    )
    assert quality_findings.checks(["failed", "passed"], ZH).startswith(
        "2 项检查中 1 项未过"
    )
    assert quality_findings.checks(["warning", "passed"], ZH).startswith(
        "2 项检查中 1 项提示"
    )
    assert quality_findings.checks(["passed"], ZH).startswith("1 项检查全部通过")


def test_short_boards_are_what_is_below_its_comparison():
    row = {"lead": -0.01, "retention_lead": -0.001, "nrr": 0.98, "nrr_base": 1.0}
    assert scorecard_findings.short_boards(row, ZH) == "收入、保有、NRR"
    sound = {"lead": 0.01, "retention_lead": None, "nrr": 0.98, "nrr_base": None}
    assert scorecard_findings.short_boards(sound, ZH) == "无"
    unknown = dict.fromkeys(row)
    assert scorecard_findings.short_boards(unknown, ZH) == "—"


def test_a_headline_is_short_enough_to_be_read_at_a_glance():
    longest = {"lead": -0.2201, "revenue": 3.63e6, "retention": 0.9529}
    zh = cards_findings.scorecard("云栖新区", **longest, retention_lead=-0.02, words=ZH)
    en = cards_findings.scorecard(
        "Yunqi New", **longest, retention_lead=-0.02, words=EN
    )
    assert len(zh.replace(" ", "")) <= 38
    assert len(en.split()) <= 15
    assert (
        len(retention_findings.retention(1.526, 0.748, 0.9, ZH).replace(" ", "")) <= 30
    )
    assert len(retention_findings.retention(1.526, 0.748, 0.9, EN).split()) <= 15


def test_a_chart_in_words_carries_its_figures():
    assert ZH.told("甲", ["a 50.0%", "b —"]) == "甲：a 50.0%、b —"
    assert EN.told("X", ["a 1,200"]) == "X: a 1,200"
    assert "2025-01-28 99.80%" in CohortCurve().figures(curve(0.001), EN)


def test_names_are_listed_as_the_language_does():
    assert EN.together(["a", "b", "c"]) == "a, b and c"
    assert ZH.together(["a", "b"]) == "a、b"
    assert EN.together([]) == ""
