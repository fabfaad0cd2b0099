"""Revenue, the heat map and the definitions in a browser, over the sample province."""

import pytest

from tests.browser.reading import SIZES, chart, kpi, link, tapped, value_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CHILDREN = "[data-testid=stPlotlyChart] .js-plotly-plot"


def test_the_lines_of_the_command_line_are_the_rows_of_the_table(
    look, address, demo_home
):
    window = look().open(link(address, "revenue", lang="en"))
    window.page.locator(".st-key-panel_members").get_by_text("See as table").click()
    window.settle()
    text = window.text()
    rows = kpi(demo_home, "info_revenue", "--period", "2025YTD", "--by", "line")
    whole = value_of(demo_home, "info_revenue")["value"]
    assert sum(row["value"] for row in rows) == pytest.approx(whole)
    for row in rows:
        assert f"{100 * row['value'] / whole:.1f}%" in text, row["line"]


def test_the_golden_county_makes_the_year(look, address):
    text = look().open(link(address, "revenue", branch="C01-1")).text()
    assert "云栖县信息化收入超时间进度 22.0 个百分点，预计全年高于挑战目标" in text
    assert "363.0" in text
    assert "96.8%" in text


def test_a_choice_of_cut_is_in_the_link_and_stays_in_the_other_language(look, address):
    window = look().open(link(address, "revenue"))
    window.page.get_by_role("radio", name="按行业").click()
    window.settle()
    assert "cut=industry" in window.page.url
    english = look().open(f"{window.page.url}&lang=en")
    assert "cut=industry" in english.page.url
    chosen = english.page.get_by_role("radio", name="Industry")
    assert chosen.is_checked()


def test_a_tapped_bar_shows_that_branch(look, address):
    window = look().open(link(address, "revenue"))
    tapped(window, "branches", ".bars .point path", 1)
    assert "branch=C" in window.page.url


def test_a_tapped_cell_shows_that_branch_and_tier(look, address, demo_home):
    window = look().open(link(address, "retention"))
    window.page.locator(".st-key-panel_tiers").scroll_into_view_if_needed()
    window.settle()
    texts = chart(window, "tiers").locator(".annotation-text").all_inner_texts()
    # The last row's last cell: a branch's tier C.
    box = (
        chart(window, "tiers")
        .locator(".annotation-text", has_text=texts[-1])
        .last.bounding_box()
    )
    window.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    window.settle()
    assert "branch=C" in window.page.url
    assert "tier=" in window.page.url


def test_the_bridge_ends_where_nrr_is(look, address, demo_home):
    window = look().open(link(address, "retention", lang="en"))
    (label,) = [
        figure.get_attribute("aria-label")
        for figure in window.page.query_selector_all("[role=figure][aria-label]")
        if "Before" in figure.get_attribute("aria-label")
    ]
    shown = float(label.rpartition("Now ")[2])
    assert shown == pytest.approx(100 * value_of(demo_home, "nrr")["value"], abs=0.05)


@pytest.mark.parametrize("size", SIZES)
def test_a_deep_link_opens_a_passport_and_leads_to_its_page(look, address, size):
    window = look(*SIZES[size]).open(
        link(address, "definitions", kpi="grr", branch="C01", lang="en")
    )
    text = window.text()
    assert "kpi_retention.grr_kept_yuan" in text
    assert "每个客户的本期金额不超过其基期金额" in text
    window.page.get_by_role("link", name="See it on").click()
    window.settle()
    assert "branch=C01" in window.page.url
    assert "kpi=" not in window.page.url
    assert "Wangxi" in window.text()


def test_a_search_finds_and_opens_a_kpi(look, address):
    window = look().open(link(address, "definitions"))
    field = window.page.get_by_role("textbox", name="查找指标")
    field.fill("毛收入")
    field.press("Enter")
    window.settle()
    assert "kpi=grr" in window.page.url
    assert "含「毛收入」" in window.page.inner_text("h1")


def test_every_definition_is_read_whole_on_a_phone(look, address):
    window = look(*SIZES["phone"]).open(
        link(address, "definitions", kpi="cohort_retention_excl_admin", lang="en")
    )
    assert window.page.evaluate("document.documentElement.scrollWidth") <= 390
    cut = window.page.evaluate("""() => [...document.querySelectorAll(
        '.st-key-panel_passport p, .st-key-panel_passport td')]
        .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.innerText)""")
    assert cut == []
