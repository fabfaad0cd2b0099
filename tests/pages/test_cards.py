"""What stands on a card: value, comparison, trend, last line, unusual states."""

from dataclasses import replace
from datetime import date
from math import inf

import pytest

from dashboards.cards import findings
from dashboards.cards.cards import content
from dashboards.cards.comparisons import is_change
from dashboards.cards.facts import Card
from dashboards.cards.rows import call_months, earlier, over, series
from dashboards.shell.periods import Periods
from tests.fixtures import page_release as small
from tests.fixtures.page_lists import undelivered
from tests.fixtures.page_views import facts_of

REVENUE = Card(
    "info_revenue",
    against=("info_revenue_lead", "yoy"),
    notes=("info_revenue_completion", "yoy"),
)
RETENTION = Card(
    "target_market_retention",
    against=("retention_lead", "yoy"),
    notes=("counts", "retention_expected"),
)


def test_the_golden_revenue_card(home):
    card = content(REVENUE, facts_of(home))
    assert (card.label, card.value) == ("信息化收入（万元）", "363.0")
    assert card.delta.text == "+22.0 pp"
    assert (card.delta.arrow, card.delta.colour) == ("up", "blue")
    assert card.delta.versus == "超时间进度"
    assert card.note == "完成 96.8% · 同比 +11.1%"
    assert card.verdict == 1
    assert len(card.spark) == 13


def test_the_golden_retention_card(home):
    card = content(RETENTION, facts_of(home, language="en"))
    assert card.value == "99.29%"
    assert card.note == "420 of 423 active · expected 96.9%"
    # A cohort begins anew every year: no month of the year before is in its line.
    assert len(card.spark) == 9


def test_a_loss_is_orange_and_points_down(home):
    card = content(RETENTION, facts_of(home, branch="C02"))
    assert (card.delta.arrow, card.delta.colour) == ("down", "orange")
    assert card.delta.text.startswith("−")
    assert card.verdict == -1


def test_a_budget_is_held_against_time(home):
    card = content(
        Card("loss_budget_used", against=("time",), notes=("gone",)), facts_of(home)
    )
    assert card.delta.colour == "blue"
    assert card.delta.arrow == "down"
    assert card.note == "423 户中流失 3 户"


def test_a_card_against_its_base_says_the_limits(home):
    card = content(
        Card("nrr", against=("base", "yoy"), notes=("base", "challenge")),
        facts_of(home),
    )
    assert card.delta.versus == "高于基础"
    assert card.note == "基础 100.0% · 挑战 105.0%"


def test_a_small_base_is_shown_with_a_mark(home):
    card = content(RETENTION, facts_of(home, branch="C03-1"))
    assert card.value == "91.67%"
    assert (card.badge, card.badge_colour) == ("样本少 · n=12", "yellow")


def test_a_filter_that_a_kpi_is_not_cut_by_leaves_no_number(home):
    facts = facts_of(home, where=(("tier", "A1"), ("industry", "EDU")))
    card = content(Card("loss_budget_used", against=("time",)), facts)
    assert (card.value, card.note) == ("—", "不按客户等级、行业统计")
    assert card.badge == "无数据"
    assert card.delta is None


def test_under_a_filter_the_comparison_is_one_that_is_filtered_too(home):
    facts = facts_of(home, where=(("tier", "A1"),))
    card = content(REVENUE, facts)
    assert card.delta.versus == "同比"
    assert "完成" not in card.note
    assert "同比" not in card.note
    assert facts.target("nrr", "base_target") is None


def test_a_branch_without_a_target_falls_back_to_last_year(home):
    card = content(REVENUE, facts_of(home, branch="C02"))
    assert card.delta.versus == "同比"


def test_an_entity_that_nobody_delivered_is_named(tmp_path):
    home = small.write_release(
        tmp_path,
        changes=(
            *undelivered("bills", where="family = 'revenue'"),
            "delete from kpi_revenue",
        ),
    )
    card = content(REVENUE, facts_of(home))
    assert (card.value, card.badge) == ("—", "无数据")
    assert card.note == "未交付数据：bills"
    assert content(RETENTION, facts_of(home)).value == "99.29%"


def test_what_is_withheld_shows_its_base_only(home, monkeypatch):
    facts = facts_of(home)
    hidden = {"status": "hidden", "n": 7, "value": None}
    monkeypatch.setattr(facts, "_rows", {RETENTION.kpi: {"2025YTD": hidden}})
    card = content(RETENTION, facts)
    assert (card.value, card.badge) == ("—", "不显示")
    assert card.note == "样本 7，少于 10 不显示"


def test_from_nothing_there_is_no_growth(home):
    card = content(Card("lost_customers", against=("yoy",)), facts_of(home))
    lost = facts_of(home).value("lost_customers")
    assert (card.delta.text, card.delta.arrow) == (f"+{lost:.0f}", "up")
    assert (card.delta.colour, card.verdict) == ("orange", -1)
    nothing = content(
        Card("lost_customers", against=("yoy",)), facts_of(home, period="2025-01")
    )
    assert nothing.delta.text == "0"


@pytest.mark.parametrize(
    ("now", "then", "text", "arrow", "verdict"),
    [
        (-1_900, -900, "−1,000元", "down", -1),
        (-900, -1_900, "+1,000元", "up", 1),
        (500, 0, "+500元", "up", 1),
        (-500, 0, "−500元", "down", -1),
        (0, 0, "0", "off", 0),
        (-900, 900, "−200.0%", "down", -1),
    ],
)
def test_on_a_base_of_nothing_or_less_the_difference_is_said_and_judged(
    home, now, then, text, arrow, verdict
):
    facts = facts_of(home, branch="total", period="2025-09")
    rows = {"2025-09": {"value": now, "status": "ok"}, "2024-09": {"value": then}}
    facts._rows["info_revenue"] = rows
    card = content(Card("info_revenue", against=("yoy",)), facts)
    assert (card.delta.text, card.delta.arrow) == (text, arrow)
    assert card.verdict == verdict


def test_a_change_within_chance_is_grey(home):
    card = content(Card("cohort_retention", against=("yoy",)), facts_of(home))
    assert card.delta.colour == "gray"
    assert card.delta.versus == "同比"
    assert card.note.startswith("同比，不显著")


def test_newcombe_tells_a_change_from_chance():
    def row(value, low, high):
        return {"value": value, "low": low, "high": high}

    assert is_change(row(0.9, 0.88, 0.92), row(0.8, 0.78, 0.82))
    assert not is_change(row(0.9, 0.8, 0.95), row(0.88, 0.8, 0.93))
    assert is_change(row(5, None, None), row(4, None, None))


def test_a_period_is_compared_with_the_same_days_or_not_at_all(home):
    periods = facts_of(home).periods
    assert periods.year_before(periods["2025YTD"]) == "2024-09YTD"
    assert periods.year_before(periods["2025-03"]) == "2024-03"
    assert periods.year_before(periods["2025Q2"]) == "2024Q2"
    assert periods.year_before(periods["2025"]) is None
    assert periods.before(periods["2025YTD"]) == "2025-08YTD"
    assert periods.before(periods["2025-01"]) == "2024-12"
    assert periods.before(periods["2025-01YTD"]) is None
    assert periods.before(periods["2025Q1"]) == "2024Q4"
    assert periods.year_before(periods["2024-03"]) is None


def test_a_part_of_a_month_is_held_against_nothing_and_ends_no_sentence(home):
    facts = facts_of(home, branch="total", language="en")
    parts = {"2025-09", "2025Q3", "2025", "2025YTD"}
    every = [replace(p, is_partial=p.code in parts) for p in facts.periods.every]
    periods = Periods(every)
    part = replace(facts, periods=periods, period=periods["2025YTD"], _rows={})
    card = Card("call_demand", against=("yoy",), notes=("yoy",))
    whole, cut = content(card, facts), content(card, part)
    assert whole.delta is not None
    assert (cut.delta, cut.verdict, cut.note) == (None, 0, "")
    assert cut.spark == whole.spark[:-1]
    assert earlier(replace(part, period=periods["2025Q3"])) is None
    shown = call_months(part)
    assert [f"{month:%m}" for month in (shown["month"].iloc[-1],)] == ["09"]
    assert over(shown, part)["month"].iloc[-1] == date(2025, 8, 1)
    assert over(shown.iloc[-1:], part).equals(shown.iloc[-1:])
    days, lines = series(part, {"connection_rate": "rate"}, str)
    august = findings.series(days[:-1], [_until(lines[0], -1)], part.words)
    assert findings.series(days, lines, part.words, periods.part_month) == august
    assert findings.series(days, lines, part.words) != august


def _until(line, last):
    return replace(line, values=line.values[:last], texts=line.texts[:last])


def test_the_running_year_to_date_has_one_name(home):
    choices = facts_of(home).periods.choices()
    assert choices[0] == "2025YTD"
    assert "2025-09YTD" not in choices
    assert "2025-08YTD" in choices
    assert len(set(choices)) == len(choices)


def test_a_flow_is_compared_per_working_day_too(home):
    # May 2025 has 22 weekdays, April 2025 too, March 21, May 2024 23.
    card = Card("call_demand", against=("yoy",))
    facts = facts_of(home, branch="total", period="2025-05", language="en")
    now = facts.value("call_demand") / 22
    then = facts.value("call_demand", "2024-05") / 23
    note = content(card, facts).note
    assert note == f"{100 * (now / then - 1):+.1f}% a working day"
    # As many working days in both months: the plain change says it already.
    month_before = Card("call_demand", against=("mom",))
    assert content(month_before, facts).note == ""
    # Bills do not rest on Sundays.
    revenue = Card("operating_revenue", against=("yoy",))
    assert "working day" not in content(revenue, facts).note


def test_a_quantile_has_no_interval_and_is_not_judged(home):
    facts = facts_of(home, branch="total", period="2025-05")
    now, then = {"value": 30.0, "status": "ok"}, {"value": 25.0, "status": "ok"}
    facts._rows["asa_p90"] = {"2025-05": now, "2025-04": then}
    card = content(Card("asa_p90", against=("mom",)), facts)
    assert (card.delta.text, card.delta.arrow) == ("+20.0%", "up")
    assert (card.delta.colour, card.verdict) == ("gray", 0)


def test_the_scale_of_a_mean_is_that_of_its_unit_and_a_lead_has_both_signs(home):
    every = facts_of(home).catalogue
    assert every["satisfaction"].scale == (0.0, 100.0)
    assert every["competitor_lead"].scale == (-100.0, 100.0)
    assert every["aht"].scale == (0.0, inf)
