"""The pages in a browser, over the sample province as the command line published it."""

import re
from urllib.parse import urlsplit

import pytest

from tests.browser.reading import PAGES, SIZES, jike, kpi, link, value_of
from tests.browser.window import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

EVERY_SIZE = pytest.mark.parametrize("size", SIZES)


@EVERY_SIZE
def test_the_golden_county_shows_its_promised_figures(look, address, size):
    window = look(*SIZES[size]).open(link(address, branch="C01-1"))
    text = window.text()
    assert "云栖县信息化收入超时间进度 22.0 个百分点，保有率 99.29%" in text
    for figure in ("363.0", "+22.0 pp", "完成 96.8%", "99.29%", "473"):
        assert figure in text, figure
    assert "（万元）" in text
    assert "423 户中 420 户在网" in text
    window.whole(f"golden-county-{size}-zh")


def test_the_promised_figures_are_read_through_the_command_line(demo_home):
    county = ("--where", "branch=C01-1")
    assert value_of(demo_home, "info_revenue", *county)["value"] == 3_630_000
    completion = value_of(demo_home, "info_revenue_completion", *county)["value"]
    assert completion == pytest.approx(0.968)
    progress = value_of(demo_home, "time_progress", *county)["value"]
    assert progress == pytest.approx(273 / 365)
    lead = value_of(demo_home, "info_revenue_lead", *county)["value"]
    assert lead == pytest.approx(0.968 - 273 / 365)
    retention = value_of(demo_home, "target_market_retention", *county)
    assert (retention["numerator"], retention["denominator"]) == (420, 423)
    groups = kpi(
        demo_home,
        *("active_customers", "--period", "2025-09", "--by", "tier_group", *county),
    )
    counts = {row["tier_group"]: row["value"] for row in groups}
    assert (counts["A"] + counts["B"], counts["C"]) == (142, 331)


def test_joiners_are_not_counted_and_the_cohort_is_not_todays_list(demo_home):
    # 473 of 423 would be 111.8 %; the 423 of today's list that are active, 100 %.
    retention = value_of(
        demo_home, "target_market_retention", "--where", "branch=C01-1"
    )["value"]
    assert retention == pytest.approx(0.9929, abs=5e-5)


def test_a_forgotten_target_market_filter_shows_in_the_second_county(demo_home):
    second = ("--where", "branch=C02-1")
    every = value_of(demo_home, "cohort_retention", *second)["value"]
    target = value_of(demo_home, "target_market_retention", *second)["value"]
    assert target - every == pytest.approx(0.05)


def test_the_lost_list_has_as_many_rows_as_the_card_says(look, address, demo_home):
    (row,) = kpi(demo_home, "lost_customers", "--period", "2025YTD")
    text = look().open(link(address, "retention")).text()
    assert f"流失名单：{row['value']:.0f} 户" in text
    assert f"显示 15 / {row['value']:.0f} 行" in text


def test_the_language_switch_keeps_the_view(look, address):
    window = look().open(link(address, branch="C01-1", period="2025-06"))
    window.page.get_by_role("combobox", name="语言").click()
    window.page.get_by_role("option", name="English").click()
    window.settle()
    assert window.page.inner_text("h1").startswith("Yunqi")
    query = set(urlsplit(window.page.url).query.split("&"))
    assert query == {"branch=C01-1", "period=2025-06", "lang=en"}
    nav = window.page
    nav.get_by_test_id("stTopNavSection").filter(has_text="Customers").click()
    nav.get_by_test_id("stTopNavDropdownLink").filter(has_text="Retention").click()
    window.settle()
    query = set(urlsplit(window.page.url).query.split("&"))
    assert query == {"branch=C01-1", "period=2025-06", "lang=en"}
    assert "Yunqi" in window.text()
    window.page.reload()
    window.settle()
    assert "Yunqi" in window.text()


def test_a_filter_is_chosen_and_cleared(look, address):
    window = look().open(link(address, tier="A1"))
    assert "筛选 · 1" in window.text()
    window.page.get_by_role("button", name="筛选").click()
    window.page.get_by_role("button", name="清除筛选").click()
    window.settle()
    assert "tier=" not in window.page.url


def test_eight_cards_and_the_next_heads_are_visible_at_once(look, address):
    window = look().open(link(address))
    cards = window.page.query_selector_all("[data-testid=stMetric]")
    assert len(cards) == 8
    heads = window.page.query_selector_all("h3")
    places = [element.bounding_box() for element in [*cards, *heads[:2]]]
    assert all(box["y"] + box["height"] <= 900 for box in places)


def test_what_is_touched_on_a_phone_is_large_enough(look, address):
    window = look(*SIZES["phone"]).open(link(address))
    small = window.page.evaluate("""() => [...document.querySelectorAll(
        '[data-testid=stMain] button, [data-testid=stMain] [data-baseweb=select]')]
        .map(e => [e.innerText, e.getBoundingClientRect()])
        .filter(([text, box]) => box.height > 0 && box.height < 33 && text)
        .map(([text, box]) => text + ' ' + box.height)""")
    assert small == []


def test_a_tapped_row_shows_that_branch(look, address):
    window = look().open(link(address))
    title = window.page.locator("h3", has_text="居首").inner_text()
    first = re.match(r"(.+?)以 .*居首", title).group(1)
    table = window.page.locator("[data-testid=stDataFrame]").first
    table.click(position={"x": 90, "y": 45})
    window.settle()
    assert window.page.inner_text("h1").startswith(first)
    assert "branch=C" in window.page.url


def test_a_delivery_that_fails_its_checks_changes_no_number_and_is_explained(
    look, copied_home, cut_off_delivery
):
    with serving(copied_home) as where:
        before = look().open(link(where, branch="C01-1")).text()
        run = ("run", str(cut_off_delivery), "--source", "sample")
        held = jike(copied_home, *run, "--delivered-on", "2025-09-30")
        assert held.returncode == 3, held.stderr
        for page in PAGES:
            text = look().open(link(where, page, branch="C01-1")).text()
            assert "09-30 交付未发布，仍用发布 1" in text
        after = look().open(link(where, branch="C01-1")).text()
        for figure in ("363.0", "99.29%", "+22.0 pp", "473"):
            assert figure in before
            assert figure in after
        for size, shape in SIZES.items():
            window = look(*shape).open(link(where, "quality"))
            assert "9 月 30 日的交付未通过检查" in window.page.inner_text("h1")
            assert "2** 项检查未过" not in window.text()
            assert "2 项检查未过" in window.text()
            assert "16 类数据中 1 类未过" in window.text()
            window.whole(f"quality-held-{size}-zh")
        look().open(link(where, "quality", lang="en")).whole("quality-held-desk-en")


def test_a_rollback_is_seen_at_the_next_look(look, copied_home):
    with serving(copied_home) as where:
        window = look().open(link(where, "quality"))
        assert "发布 1" in window.page.inner_text("h1")
        assert jike(copied_home, "publish").returncode == 0
        assert "发布 2" in look().open(link(where, "quality")).page.inner_text("h1")
        assert jike(copied_home, "rollback").returncode == 0
        again = look().open(link(where, "quality"))
        assert "发布 1" in again.page.inner_text("h1")
        assert "保留 2 个发布" in again.text()
