"""Satisfaction and the hotline in a browser, with the figures that were promised."""

import pytest

from tests.browser.reading import SIZES, kpi, link

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_hotline_shows_what_was_promised_of_its_calls(look, address):
    window = look().open(link(address, "hotline", period="2025-07YTD"))
    text = window.text()
    assert "需求月均增长 11.1%，接通率 83.0%" in window.page.inner_text("h1")
    assert "人工需求 44.7万次，接通 37.1万次，月均接通 5.30万次" in text
    assert "371,000 ÷ 447,000" in text
    figure = window.page.query_selector("[role=figure][aria-label*='2025-01 45,550']")
    for demand in ("45,550", "50,606", "56,223", "62,464", "69,397", "77,101"):
        assert f"{demand} 83.0%" in figure.get_attribute("aria-label")
    english = look().open(link(address, "hotline", period="2025-07YTD", lang="en"))
    assert "Demand grows 11.1% a month, 83.0% get through" in (
        english.page.inner_text("h1")
    )
    assert "447K calls asked for an agent, 371K answered" in english.text()


def test_only_the_broken_menu_stands_out(look, address):
    text = look().open(link(address, "hotline")).text()
    assert "3 天异常：2025 年 8 月 12 日至 8 月 14 日" in text
    english = look().open(link(address, "hotline", lang="en")).text()
    assert "3 days stand out: 12 Aug to 14 Aug 2025" in english


def test_coverage_is_what_was_promised(look, address, demo_home):
    window = look().open(link(address, "hotline"))
    (label,) = [
        figure.get_attribute("aria-label")
        for figure in window.page.query_selector_all("[role=figure][aria-label]")
        if "由区域中心受理" in figure.get_attribute("aria-label")
    ]
    for step in ("2023-03 4/21", "2023-06 6/21", "2024-01 21/21"):
        assert step in label
    (row,) = kpi(demo_home, "hotline_coverage", "--period", "2023-06")
    assert (row["numerator"], row["denominator"]) == (6, 21)


@pytest.mark.parametrize("size", SIZES)
def test_a_county_has_no_calls_of_its_own(look, address, size):
    window = look(*SIZES[size]).open(link(address, "hotline", branch="C01-1"))
    assert "按热线中心统计，县无此数" in window.text()
    assert window.trouble == []


def test_one_level_up_is_one_click_away(look, address):
    window = look().open(link(address, branch="C01-1"))
    window.page.get_by_role("button", name="望溪").click()
    window.settle()
    assert "branch=C01" in window.page.url
    assert "branch=C01-1" not in window.page.url


def test_a_what_if_is_a_link(look, address):
    window = look().open(link(address, "hotline", agents=40, half="09:30"))
    assert "40 名座席达到" in window.text()
    again = look().open(window.page.url)
    assert "40 名座席达到" in again.text()
