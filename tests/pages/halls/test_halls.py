"""Halls as an executive looks at them: waits, verdicts, hours, complaints."""

import pandas as pd
import pytest

from dashboards.cards import findings as cards_findings
from dashboards.cards.rows import bars
from dashboards.kit.bars import Bars
from dashboards.kit.colours import DARK, LIGHT
from dashboards.views.halls import charts
from dashboards.views.halls import findings as halls_findings
from jike.kpis.cuts import UNKNOWN
from jike.words.language import Words
from tests.fixtures import page_process
from tests.fixtures.page_views import metrics, said

ZH, EN = Words("zh"), Words("en")


@pytest.fixture(scope="session")
def home(changed):
    return changed(*page_process.CHANGES)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "url",
    [
        {},
        {"hall": "H02"},
        {"hall": "H99", "days": "x", "show": "<b>"},
        {"branch": "C01-1"},
        {"branch": "C01-2"},
        {"tier": "A1"},
        {"period": "2024-01"},
        {"period": "2025"},
        {"period": "2025-07", "show": "walk_away_rate", "days": "false"},
        {"days": "true"},
    ],
)
def test_every_view_is_drawn_whatever_is_chosen(look, lang, url):
    app = look("halls", lang=lang, **url)
    assert not app.error
    assert app.title[0].value


def test_the_title_says_how_many_halls_pass(look):
    app = look("halls", period="2025-07")
    assert app.title[0].value.startswith("2 家营业厅 1 家达标")
    assert metrics(app)["营业厅达标"] == "50.0%"
    english = look("halls", period="2025-07", lang="en")
    assert english.title[0].value.startswith("1 of 2 halls pass")


def test_the_watched_halls_say_why_one_has_no_verdict(look):
    text = said(look("halls", period="2025-07"))
    assert "关注厅：1 家营业厅达标，0 家未达标，1 家无结论" in text
    assert "| H03营业厅 | – 无结论 | 过半天数关闭 |" in text
    # H02 is not watched.
    assert "| H02营业厅 | ×" not in text
    none = said(look("halls", period="2025-07", branch="C02"))
    assert "没有受关注的营业厅" in none


def test_a_chosen_hall_cuts_the_cards_and_is_in_the_link(look):
    app = look("halls", period="2025-07", hall="H02")
    assert app.query_params["hall"] == "H02"
    assert app.title[0].value.startswith("H02营业厅：排队达标率")
    assert metrics(app)["营业厅达标"] == "0.0%"
    assert metrics(app)["错记营业厅率"] == "0.0%"
    assert metrics(look("halls", hall="H03"))["错记营业厅率"] == "50.0%"
    assert "hall" not in look("halls", hall="H99").query_params


def test_a_wait_beyond_its_limit_is_named(look):
    text = said(look("halls", period="2025-07", hall="H02"))
    assert "4 类等候 2 类超时限，全球通 · 忙时平均 12分钟，时限 10分钟" in text
    within = said(look("halls", period="2025-07", hall="H01"))
    assert "各类平均等候都在时限内" in within


def test_the_longest_hour_is_named(look):
    assert "周三 15 时等候最长" in said(look("halls"))
    text = said(look("halls", show="walk_away_rate", lang="en"))
    assert "All hours at 50.0%" in text
    assert "到厅太少，无法比较时段" in said(look("halls", days="true"))


def test_complaints_at_halls_are_held_against_the_month_before(look):
    text = said(look("halls", period="2025-07"))
    # 3 halls, 100 a month each, twice as many from July on.
    assert "厅内投诉 600，环比 +100.0%，业务解释差错最多，占 60.0%" in text
    assert "环比：自建他营 +100.0%，自建自营 +100.0%，合作 +100.0%" in text


def test_the_hall_that_books_elsewhere_stands_out(look):
    assert "3 家中 1 家差于其余，H03营业厅最甚：50.0%" in said(look("halls"))


def test_halls_are_not_cut_by_tier_and_say_so(look):
    text = said(look("halls", tier="A1"))
    assert "不按客户等级统计" in text
    assert "不受筛选影响" in text


def hall(verdict, because=None, label="H"):
    return {"verdict": verdict, "because": because, "label": label}


def test_verdicts_are_counted():
    rows = [hall("pass"), hall("pass"), hall("fail"), hall("no_data", "closed")]
    assert halls_findings.verdicts(rows, EN) == (
        "2 halls pass, 1 fails, 1 without a verdict"
    )
    assert halls_findings.halls(rows, 7.3, 0.8, ZH) == (
        "3 家营业厅 2 家达标，排队达标率 80.0%，平均等候 7.3分钟"
    )
    assert halls_findings.halls([], None, None, EN) == (
        "No visits to halls in this period"
    )
    assert halls_findings.because("few_visit_days", EN).startswith("visits on fewer")


def bar(member, value, before=None, limit=None, verdict=0):
    growth = value / before - 1 if before else None
    return {
        "member": member,
        "label": member,
        "value": value,
        "before": before,
        "limit": limit,
        "growth": growth,
        "verdict": verdict,
    }


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_a_bar_beyond_its_limit_is_orange_and_its_limit_a_black_tick(colours):
    frame = bars([bar("a", 12.0, limit=10.0, verdict=-1), bar("b", 3.0, limit=5.0)])
    frame.loc[1, "verdict"] = 1
    figure = Bars("", "{:.1f}".format).draw(frame, ZH, colours)
    assert list(figure.data[0].marker.color) == [colours.bad, colours.good]
    assert figure.data[-1].marker.color == colours.ink
    assert list(figure.data[-1].x) == [10.0, 5.0]


def test_the_change_is_written_beside_the_bar_and_judged():
    frame = bars([bar("a", 195, 166, verdict=-1), bar("b", 124, 0)])
    figure = Bars("", "{:.0f}".format, "环比").draw(frame, ZH, LIGHT)
    texts = {note.text: note.font.color for note in figure.layout.annotations}
    assert texts["+17.5%"] == LIGHT.bad
    assert texts["—"] == LIGHT.act
    assert "环比" in texts
    without = Bars("", "{:.0f}".format).draw(frame, ZH, LIGHT)
    assert "+17.5%" not in {note.text for note in without.layout.annotations}


def test_the_largest_is_marked_only_when_it_is_alone_and_known():
    assert list(bars([bar("a", 2), bar("b", 2)])["is_marked"]) == [False, False]
    marked = bars([bar(UNKNOWN, 9), bar("a", 3), bar("b", 2)])
    assert list(marked["is_marked"]) == [False, True, False]


def test_a_title_claims_the_growth_of_all_and_the_largest():
    frame = bars([bar("own", 195, 166), bar("other", 124, 109)])
    title = cards_findings.counted("complaints", frame, "mom", EN)
    assert title == "complaints 319, +16.0% mom, own most: 61.1%"
    assert halls_findings.each(frame, "mom", EN) == "own +17.5%, other +13.8%, mom"
    assert halls_findings.each(frame, "", EN) == ""
    assert cards_findings.counted("complaints", bars([]), "", EN) == "complaints: none"


def test_hours_on_a_low_base_have_no_colour_and_no_title():
    rows = [
        {"hour": 9, "weekday": 1, "tickets": 29, "waits": 29, "wait_minutes": 30.0},
        {"hour": 9, "weekday": 2, "tickets": 50, "waits": 50, "wait_minutes": 6.0},
    ]
    frame = pd.DataFrame(rows).assign(walk_away_rate=0.1)
    days = ["一", "二", "三", "四", "五", "六", "日"]
    figure = charts.Hours(charts.WAIT, days, days).draw(frame, ZH, LIGHT)
    assert [note.text for note in figure.layout.annotations] == ["30.0°", "6.0"]
    assert figure.layout.shapes[0].fillcolor == LIGHT.band
    title = halls_findings.hours(frame, charts.WAIT, days, ZH)
    assert title == "二 9 时等候最长，平均 6分钟"
    leaving = frame.assign(tickets=50, walk_away_rate=[0.1, 0.2])
    title = halls_findings.hours(leaving, charts.LEFT, days, EN)
    assert title == "Most leave on 二 at 9:00: 20.0%"
