"""Orders as an executive looks at them: intake, supply, steps, backlog."""

import pytest

from dashboards.cards import findings as cards_findings
from dashboards.cards.rows import bars
from dashboards.views.orders import page as orders_page
from jike.ground.errors import WrongInputError
from jike.pages import orders as orders_questions
from jike.pages import tickets as tickets_questions
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
        {"cut": "channel"},
        {"cut": "line"},
        {"branch": "C01-1"},
        {"branch": "C01-2"},
        {"tier": "A1", "industry": "EDU"},
        {"tier": "B2"},
        {"period": "2024-01"},
        {"period": "2025"},
        {"period": "2025Q2", "branch": "C02"},
    ],
)
def test_every_view_is_drawn_whatever_is_chosen(look, lang, url):
    app = look("orders", lang=lang, **url)
    assert not app.error
    assert app.title[0].value


def test_the_title_says_orders_and_how_fast_they_are(look):
    app = look("orders", period="2025-07")
    assert app.title[0].value == "订单 300 单，按时开通率 80.0%，半数开通不超过5天"
    english = look("orders", period="2025-07", lang="en")
    assert english.title[0].value == (
        "300 orders, 80.0% on time, half supplied within 5 days"
    )
    assert metrics(app)["开通时长中位数（天）"] == "5.0"


def test_the_slowest_step_is_named(look):
    assert "施工最慢：2.5天" in said(look("orders"))
    assert "Build takes longest: 2.5 days" in said(look("orders", lang="en"))


def test_the_list_has_as_many_rows_as_are_open(look):
    for url in ({}, {"branch": "C01"}, {"tier": "A1"}, {"industry": "EDU"}):
        app = look("orders", period="2025-07", **url)
        (table,) = app.dataframe
        number = int(metrics(app)["在途订单（单）"])
        assert len(table.value) == number > 0
    text = said(look("orders", period="2025-07"))
    assert "在途 15 单，其中 6 单超过 30 天" in text


def test_a_filter_that_leaves_nothing_offers_the_way_out(look):
    app = look("orders", tier="B2")
    assert "没有符合筛选的客户" in said(app)


def test_orders_can_be_cut_by_channel(look):
    app = look("orders", cut="channel")
    assert app.query_params["cut"] == "channel"
    assert not app.error


def test_a_list_is_not_cut_by_what_it_does_not_have():
    with pytest.raises(WrongInputError, match="not cut by industry"):
        tickets_questions.overdue("2025-07", "total", (("industry", "EDU"),))
    with pytest.raises(WrongInputError, match="not cut by size"):
        orders_questions.backlog("2025-07", "total", (("size", "small"),))


def step(label, value):
    return {"member": label, "label": label, "value": value, "verdict": 0}


def test_the_slowest_is_the_only_longest_one():
    write = "{:.1f}".format
    frame = bars([step("build", 2.5), step("test", 0.8)])
    assert cards_findings.slowest(frame, write, EN) == "build takes longest: 2.5"
    tied = bars([step("build", 2.5), step("test", 2.5)])
    assert cards_findings.slowest(tied, write, EN) == "No single one is slowest"
    assert cards_findings.slowest(bars([]), write, EN).startswith("Nothing finished")


def test_the_widest_product_is_named():
    frame = bars([step("VPN", 0.106), step("SMS", 0.05)])
    assert orders_page.widest(frame, EN) == "VPN reaches most: 10.6% of customers"
    assert orders_page.widest(bars([]), ZH) == "没有领先其余的产品"


def test_old_orders_are_counted():
    rows = [{"age": "0-7"}, {"age": "31-90"}, {"age": "91+"}]
    said_of = orders_page.backlog(rows, EN)
    assert said_of == "3 orders open, 2 for more than 30 days"
    assert orders_page.backlog([], EN) == "No order is open"
