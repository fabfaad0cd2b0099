"""Tickets as an executive looks at them: types, promises, routing, overdue ones."""

import re

import pandas as pd
import pytest

from dashboards.cards import findings as cards_findings
from dashboards.cards.rows import dots
from dashboards.kit.colours import LIGHT
from dashboards.kit.trend import Trend
from dashboards.views.tickets import page as tickets_page
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
        {"cut": "source"},
        {"branch": "C01-1"},
        {"branch": "C01-2"},
        {"tier": "A1"},
        {"industry": "EDU"},
        {"period": "2024-01"},
        {"period": "2025"},
        {"period": "2025Q2", "branch": "C02"},
    ],
)
def test_every_view_is_drawn_whatever_is_chosen(look, lang, url):
    app = look("tickets", lang=lang, **url)
    assert not app.error
    assert app.title[0].value


def test_the_title_says_tickets_promises_and_what_is_overdue(look):
    app = look("tickets", period="2025-07")
    assert app.title[0].value == "工单 1,080 件，承诺达标 90.0%，超时未结 45 件"
    english = look("tickets", period="2025-07", lang="en")
    assert english.title[0].value == (
        "1,080 tickets, 90.0% of promises kept, 45 overdue"
    )


def test_the_list_has_as_many_rows_as_are_overdue(look):
    for url in ({}, {"branch": "C01"}, {"tier": "A1"}, {"branch": "C02", "tier": "B1"}):
        app = look("tickets", period="2025-07", **url)
        (table,) = app.dataframe
        number = int(metrics(app)["超时未结工单（件）"])
        assert len(table.value) == number
        assert f"显示 {min(15, number)} / {number} 行" in said(app)
        # Ids only: nothing that names a customer or a person.
        assert list(table.value.columns) == [
            *("ticket_id", "days", "class", "source", "branch", "tier"),
            *("opened_at", "promised_at"),
        ]


def test_a_type_is_held_against_the_month_before(look):
    text = said(look("tickets", period="2025-07"))
    assert "投诉 600，环比 +100.0%，业务解释差错最多，占 60.0%" in text
    assert "工单 1,080，环比 +100.0%，投诉最多，占 55.6%" in text
    year = said(look("tickets"))
    assert "同比 +33.3%" in year


def test_tickets_can_be_cut_by_source(look):
    app = look("tickets", period="2025-07", cut="source")
    assert "营业厅最多，占 55.6%" in said(app)
    assert app.query_params["cut"] == "source"
    assert "cut" not in look("tickets", cut="hall").query_params


def test_a_filter_that_does_not_cut_tickets_is_said(look):
    text = said(look("tickets", industry="EDU"))
    assert "不按行业统计" in text
    assert "没有符合筛选的客户" in text


def test_no_branch_is_worse_by_chance(look):
    assert "没有显著差于其余的分公司" in said(look("tickets"))


def rate(label, verdict):
    return {
        "label": label,
        "is_head": False,
        "value": 5.0,
        "low": 4.0,
        "high": 6.0,
        "n": 100,
        "status": "ok",
        "before": 4.0,
        "verdict": verdict,
        "target": {},
    }


@pytest.mark.parametrize(
    ("verdicts", "title"),
    [
        ((0, 0), "No rate changed by more than chance"),
        ((-1, 0), "a worse than before"),
        ((-1, -1), "a and b worse than before"),
        ((1, 0), "a better than before"),
        ((-1, -1, -1, 0), "3 of 4 rates worse than before"),
    ],
)
def test_rates_that_moved_are_named(verdicts, title):
    rows = [rate("abcd"[i], verdict) for i, verdict in enumerate(verdicts)]
    assert tickets_page.moved(dots(rows), EN) == title


def test_the_worst_of_the_worse_is_named():
    rows = [rate("a", -1), rate("b", -1), rate("c", 1)]
    said_of = cards_findings.worse(dots(rows), EN)
    assert said_of == "2 of 3 are worse than the others, a most: 5.0%"
    assert cards_findings.worse(dots([rate("a", 0)] * 2), EN).startswith("No branch or")


def trend(*values):
    months = pd.date_range("2025-01-01", periods=len(values), freq="MS")
    return pd.DataFrame({"month": months.date, "rate": values})


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ((0.30, 0.60), "Kept 60%, up from 30% in Jan 2025"),
        ((0.60, 0.30), "Kept 30%, down from 60% in Jan 2025"),
        ((0.301, 0.302), "Kept 30%"),
        ((0.30,), "Kept 30%"),
        ((None, 0.3), "Kept 30%"),
    ],
)
def test_a_trend_claims_only_what_is_written(values, title):
    frame = trend(*values)
    frame["rate"] = frame["rate"].astype(float)
    write = "{:.0%}".format
    assert cards_findings.since("Kept", frame, "rate", write, EN) == title


def test_a_trend_is_drawn_from_zero_with_both_ends_written():
    kind = Trend({"rate": "kept"}, "{:.0%}".format)
    figure = kind.draw(trend(0.3, 0.5, 0.6), EN, LIGHT)
    assert figure.layout.yaxis.range[0] == 0
    texts = [note.text for note in figure.layout.annotations]
    assert texts == ["<b>kept 60%</b>", "30%"]


def test_overdue_tickets_are_counted_with_the_oldest():
    rows = [{"days": 3}, {"days": 118}]
    assert tickets_page.overdue(rows, ZH) == "超时未结 2 件，最久 118 天"
    assert tickets_page.overdue([], EN) == "No ticket is overdue"
    assert re.search("1 ticket overdue", tickets_page.overdue(rows[:1], EN))
