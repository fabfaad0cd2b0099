"""The revenue page: what it shows, that its titles are true and its sums meet."""

import csv
import io

import pandas as pd
import pytest

from dashboards.kit import behind, labels
from dashboards.kit.colours import DARK, LIGHT, contrast
from dashboards.kit.table import Column
from dashboards.views.revenue import charts, findings
from dashboards.views.revenue import rows as revenue_rows
from dashboards.views.revenue.cards import forecast, needed
from dashboards.views.revenue.rows import Outlook
from dashboards.views.revenue.year import MonthByMonth, YearAhead
from jike.kpis.cuts import UNKNOWN
from jike.words import wording
from jike.words.language import Words
from tests.fixtures import page_release as small
from tests.fixtures.page_lists import undelivered
from tests.fixtures.page_views import facts_of, metrics, said

ZH, EN = Words("zh"), Words("en")
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.theme)


def outlook(**changes):
    usual = {
        "year": 2025,
        "months_left": 3,
        "to_date": 900.0,
        "linear": 1190.0,
        "seasonal": 1210.0,
        "low": None,
        "high": None,
        "base": 1100.0,
        "challenge": 1300.0,
    }
    return Outlook(**(usual | changes))


@pytest.mark.parametrize(
    ("changes", "amounts", "said"),
    [
        ({}, "1,190–1,210", "高于基础、低于挑战目标"),
        ({"challenge": 1200.0}, "1,190–1,210", "高于基础目标，挑战目标尚难断定"),
        ({"challenge": 1190.0}, "1,190–1,210", "高于挑战目标"),
        ({"challenge": None}, "1,190–1,210", "高于基础目标"),
        ({"base": 1200.0}, "1,190–1,210", "能否达到基础目标尚难断定"),
        ({"base": 1250.0}, "1,190–1,210", "低于基础目标"),
        ({"base": None}, "1,190–1,210", "没有目标"),
        (
            {"low": 1180.0, "high": 1300.0},
            "1,180–1,300",
            "高于基础目标，挑战目标尚难断定",
        ),
        ({"seasonal": 1190.2}, "1,190", "高于基础、低于挑战目标"),
    ],
)
def test_a_forecast_claims_what_all_forecasts_agree_on(changes, amounts, said):
    title = findings.outlook(outlook(**changes), False, ZH)
    assert title == f"预计全年 {amounts}元，{said}"


@pytest.mark.parametrize(
    ("changes", "zh"),
    [
        ({"to_date": 1150.0}, "全年 1,150元，高于基础、低于挑战目标"),
        ({"base": None}, "全年 900元"),
    ],
)
def test_a_year_that_is_over_is_no_forecast(changes, zh):
    year = outlook(months_left=0, **changes)
    assert findings.outlook(year, False, ZH) == zh


def test_without_any_forecast_there_is_none_to_speak_of():
    bare = outlook(linear=None, seasonal=None)
    assert findings.outlook(bare, False, ZH) == "本年没有预测"


def test_under_a_filter_there_is_no_forecast_and_it_says_so():
    bare = outlook(linear=None, seasonal=None, base=None, challenge=None)
    assert findings.outlook(bare, True, EN) == (
        "No forecast: it is not made by tier or industry"
    )


def test_what_is_needed_is_spread_over_the_months_left():
    year = outlook()
    assert year.needed(year.base) == pytest.approx(200 / 3)
    assert year.needed(800.0) == 0
    assert year.mean_so_far == 100
    assert outlook(months_left=0).needed(1100.0) is None
    text = findings.needed(year, ZH)
    assert text == (
        "余下 3 个月，每月需：基础 67元，挑战 133元；已过月均 100元。"
        "不给区间：此前完整年份不足两年"
    )
    known = outlook(low=1190.0, high=1215.0)
    assert "interval" not in findings.needed(known, EN)
    assert findings.needed(outlook(months_left=0), EN) == ""


def test_the_golden_county_hopes_for_what_its_months_say(home):
    facts = facts_of(home, branch="C01-1")
    year = revenue_rows.outlook(facts)
    assert year.to_date == pytest.approx(3_630_000)
    assert year.months_left == 3
    assert year.needed(year.base) == pytest.approx((3_750_000 - 3_630_000) / 3)
    card = needed(year, facts)
    assert (card.label, card.value) == ("余月月均需（万元）", "4.00")
    assert (card.delta.arrow, card.delta.colour) == ("down", "blue")
    assert card.delta.versus == "低于已过月均"
    card = forecast(year, facts)
    assert card.label == "信息化收入全年预测（线性）（万元）"
    assert card.value == wording.scaled(3_630_000 / small.ELAPSED, "zh", "万")
    assert (card.delta.versus, card.verdict) == ("高于基础", 1)
    assert len(card.spark) == 9


def test_a_branch_without_a_target_has_no_need(home):
    facts = facts_of(home, branch="C02")
    year = revenue_rows.outlook(facts)
    card = needed(year, facts)
    assert (card.value, card.note) == ("—", "本年没有基础目标")
    assert needed(year, facts_of(home, where=(("tier", "A1"),))).note == (
        "不按客户等级统计"
    )


def names():
    return {
        ("line", "a"): {"name_zh": "甲", "name_en": "A"},
        ("tier", "A1"): {"name_zh": "A1 高值", "name_en": "A1 high"},
    }


@pytest.mark.parametrize("cut", revenue_rows.CUTS)
@pytest.mark.parametrize("period", ["2025YTD", "2025-06", "2025Q2"])
def test_the_rows_of_every_cut_add_up_to_the_year_to_date(home, cut, period):
    facts = facts_of(home, branch="C01", period=period)
    rows = revenue_rows.by_member(facts, cut, names(), ZH)
    year = revenue_rows.outlook(facts)
    assert rows["amount"].sum() == pytest.approx(year.to_date)
    assert rows["share"].sum() == pytest.approx(1)
    months = revenue_rows.months(facts)
    assert months["amount"].sum() == pytest.approx(year.to_date)
    assert rows["before"].sum() == pytest.approx(
        months[months["amount"].notna()]["before"].sum()
    )


def members(amounts, before):
    frame = pd.DataFrame(
        {
            "member": [f"m{i}" for i in range(len(amounts))],
            "label": [f"项 {i}" for i in range(len(amounts))],
            "amount": [float(a) for a in amounts],
            "before": before,
        }
    )
    return revenue_rows._grown(revenue_rows._topped(frame, ZH))


def test_beyond_fifteen_the_others_are_one_row_that_is_never_the_largest():
    rows = members(range(1, 22), [1.0] * 21)
    assert len(rows) == revenue_rows.MOST + 1
    last = rows.iloc[-1]
    assert (last["label"], last["amount"], last["before"]) == ("其余 6 项", 21, 6)
    assert rows["amount"].sum() == sum(range(1, 22))
    crowd = members([2] + [1] * 30, [1.0] * 31)
    assert crowd.iloc[-1]["amount"] > crowd.iloc[0]["amount"]
    assert findings.by_member(crowd, ZH).startswith("项 0最多，占 6.3%")


def test_a_growth_needs_a_base_above_nothing_and_is_judged_without_one():
    rows = members([5, 3, -4], [0.0, 2.0, -2.0])
    assert rows["growth"].isna().tolist() == [True, False, True]
    figure = charts.Amounts("").draw(rows, ZH, LIGHT)
    growths = [(a.text, a.font.color) for a in figure.layout.annotations][3::2]
    assert growths == [
        ("—", LIGHT.good),
        ("+50.0%", LIGHT.good),
        ("—", LIGHT.bad),
    ]
    bare = charts.Amounts("").draw(members([5, 3], None), ZH, LIGHT)
    texts = [a.text for a in bare.layout.annotations]
    assert "—" in texts
    assert "新增" not in texts


def test_the_cut_says_who_is_largest_and_how_many_grew():
    assert findings.by_member(members([6, 4], [5.0, 5.0]), ZH) == (
        "项 0最多，占 60.0%；2 项中 1 项同比增长"
    )
    assert findings.by_member(members([6, 4], None), EN) == (
        "项 0 is the largest, 60.0%"
    )
    assert findings.by_member(members([5, 5], [1.0, 1.0]), ZH) == ("没有单独最大的一项")
    assert findings.by_member(members([], []), ZH) == "没有信息化收入"
    credits = members([5, -8], [1.0, 1.0])
    assert findings.by_member(credits, ZH) == "冲减多于出账"
    unknown = members([9, 4], [1.0, 1.0]).assign(member=[UNKNOWN, "m1"])
    assert findings.by_member(unknown, ZH).startswith("项 1最多")


def written(figure):
    return [text.replace("<b>", "").replace("</b>", "") for text in figure.data[0].text]


def number(text):
    return float(text.replace(",", "").replace("−", "-"))


@pytest.mark.parametrize(
    "changes", [(10.04, 5.04, -3.04), (0.333, 0.333, 0.333), (1234.56, -34.5, 0.04)]
)
def test_gains_and_losses_as_written_add_up_to_the_total(changes):
    rows = members([100 + c for c in changes], [100.0] * 3)
    frame = revenue_rows.changes(rows, EN)
    texts = written(charts.Changes().draw(frame, EN, LIGHT))
    assert sum(map(number, texts[1:])) == pytest.approx(number(texts[0]), abs=1e-9)


def test_gains_are_blue_losses_orange_and_the_total_slate():
    frame = revenue_rows.changes(members([110, 95], [100.0, 100.0]), ZH)
    assert list(frame["label"]) == ["合计", "项 0", "项 1"]
    bar = charts.Changes().draw(frame, ZH, LIGHT).data[0]
    assert list(bar.marker.color) == [LIGHT.act, LIGHT.good, LIGHT.bad]
    assert findings.changes(frame, "", 0, ZH) == (
        "较上年同期增 5元，项 0增得最多：10元"
    )
    fell = revenue_rows.changes(members([101, 80], [100.0, 100.0]), EN)
    assert findings.changes(fell, "", 0, EN) == (
        "¥19 less than last year, most from 项 1: ¥20"
    )
    level = revenue_rows.changes(members([101, 99], [100.0, 100.0]), EN)
    assert findings.changes(level, "", 0, EN) == "Revenue is level with last year"
    nothing = revenue_rows.changes(members([1, 2], None), ZH)
    assert findings.changes(nothing, "", 1, ZH) == "没有可比的上年同期"


def months(amounts, before, partial=False):
    frame = pd.DataFrame(
        {
            "month": range(1, 13),
            "amount": [*amounts, *[None] * (12 - len(amounts))],
            "before": [*before, *[None] * (12 - len(before))],
            "is_partial": [partial and i + 1 == len(amounts) for i in range(12)],
        }
    )
    frame[["amount", "before"]] = frame[["amount", "before"]].astype(float)
    return frame.assign(
        total=frame["amount"].cumsum(), total_before=frame["before"].cumsum()
    )


def test_months_are_held_against_the_same_months():
    assert findings.months(months([11, 12], [10, 10, 10]), 2025, ZH) == (
        "2月同比 +20.0%，各月都高于上年"
    )
    assert findings.months(months([9, 12], [10, 10]), 2025, EN) == (
        "Feb +20.0% on last year; above it in 1 of 2 months"
    )
    credits = months([-10, -1_900], [-10, -900])
    assert findings.months(credits, 2025, EN) == (
        "Feb less than last year; above it in 0 of 2 months"
    )
    assert findings.months(months([1, 5], [0, 0]), 2025, ZH) == (
        "2月多于上年，各月都高于上年"
    )
    assert findings.months(months([0], [0]), 2025, EN).startswith("Jan level with")
    part = months([11, 12, 3], [10, 10, 10], partial=True)
    assert findings.months(part, 2025, ZH).startswith("2月同比")
    assert findings.months(months([1], []), 2025, ZH) == "没有可比的上年同期"


@THEMES
def test_the_line_of_last_year_is_grey_and_a_part_of_a_month_hollow(theme):
    rows = months([11, 12, 3], [10] * 12, partial=True)
    figure = MonthByMonth(2025).draw(rows, ZH, theme)
    before, now = figure.data
    assert before.line.color == theme.py
    assert now.line.color == theme.act
    assert list(now.marker.color) == [theme.act, theme.act, theme.page]
    texts = [a.text for a in figure.layout.annotations]
    assert texts == ["<b>2025 3</b>", "2024 10"]


@THEMES
def test_a_forecast_is_dashed_and_hollow_and_its_span_drawn_when_there_is_one(theme):
    frame = months([100] * 9, [90] * 12)
    figure = YearAhead(outlook()).draw(frame, ZH, theme)
    dashed = [trace for trace in figure.data if trace.line.dash == "dash"]
    assert [trace.y[-1] for trace in dashed] == [1190, 1210]
    assert {trace.marker.symbol for trace in dashed} == {"diamond-open"}
    assert {trace.marker.color for trace in dashed} == {theme.good}
    lines = {(shape.y0, shape.y1) for shape in figure.layout.shapes}
    assert lines == {(1100, 1100), (1300, 1300)}
    assert figure.layout.yaxis.range[0] == 0
    span = YearAhead(outlook(low=1180.0, high=1220.0)).draw(frame, ZH, theme)
    assert (1180, 1220) in {(s.y0, s.y1) for s in span.layout.shapes}
    over = YearAhead(outlook(months_left=0))
    closed = over.draw(months([100] * 12, [90] * 12), ZH, theme)
    assert not [trace for trace in closed.data if trace.line.dash == "dash"]


@THEMES
def test_the_tick_of_last_year_stands_out_from_page_and_bar(theme):
    assert contrast(theme.mid, theme.page) >= 3
    figure = charts.Amounts("").draw(members([6, 4], [5.0, 5.0]), ZH, theme)
    halo, tick = figure.data[1:]
    # The tick may lie on a bar: a bare edge in the page's colour goes between.
    assert (halo.marker.color, tick.marker.color) == (theme.page, theme.mid)
    assert halo.marker.line.width > tick.marker.line.width


def test_long_labels_stand_on_two_lines_and_no_tag_is_obeyed():
    assert labels.wrapped("Wireless data card for offices", EN) == (
        "Wireless data<br>card for offices"
    )
    assert labels.wrapped("<b>甲</b>", ZH).startswith("&lt;b&gt;")


def test_the_page_reads_as_the_command_line_would_say(look):
    app = look("revenue", branch="C01-1")
    assert app.title[0].value == (
        "云栖县信息化收入超时间进度 22.0 个百分点，预计全年高于挑战目标"
    )
    assert len(app.metric) == 8
    assert metrics(app)["信息化收入（万元）"] == "363.0"
    assert metrics(app)["信息化收入完成率"] == "96.8%"
    text = said(app)
    assert "有线数据最多，占 100.0%；1 项中 1 项同比增长" in text
    assert "较上年同期增 36.3万元，有线数据增得最多：36.3万元" in text
    assert "9月同比 +11.1%，各月都高于上年" in text


def test_the_cut_is_a_code_in_the_link(look):
    app = look("revenue", cut="tier", lang="en")
    assert app.query_params["cut"] == "tier"
    assert "C small is the largest, 45.0%" in said(app)
    assert "cut" not in look("revenue", cut="<b>").query_params


def test_without_bills_the_page_says_what_is_missing(look, tmp_path):
    home = small.write_release(
        tmp_path,
        changes=(
            *undelivered("bills", where="family = 'revenue'"),
            "delete from kpi_revenue",
            "delete from kpi_values where kpi like 'info_%' or kpi = 'time_progress'",
        ),
    )
    app = look("revenue", at=home)
    assert not app.error
    assert "未交付数据：bills" in said(app)


def test_a_file_holds_values_and_no_formula():
    rows = [{"label": "=1+1", "amount": 1204.5, "growth": None}]
    columns = [
        Column("label", "项"),
        Column("amount", "金额"),
        Column("growth", "同比", lambda _value: "—"),
    ]
    table = behind.behind(rows, columns)
    content = behind.as_csv(table).decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(content)))
    assert lines == [["项", "金额", "同比"], ["'=1+1", "1204.5", ""]]
    # Written cells are the data's: escaped on their way to the screen.
    assert behind.as_markdown(table).splitlines()[-1] == "| \\=1+1 | 1204\\.5 | — |"
