"""Halls, tickets and orders in a browser, with the figures that were promised."""

import pytest

from tests.browser.reading import kpi, link, tapped

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def heard(window, start):
    """What is said of the chart whose description holds some words."""
    labels = [label for _title, label in pairs(window)]
    return next(label for label in labels if start in label)


def pairs(window):
    return [(chart.get("title"), chart["label"]) for chart in window.labels()]


def test_the_watched_halls_have_the_promised_verdicts(look, address):
    window = look().open(link(address, "halls", period="2025-07"))
    text = window.text()
    assert "关注厅：2 家营业厅达标，1 家未达标，1 家无结论" in text
    assert "过半天数关闭" in text
    english = look().open(link(address, "halls", period="2025-07", lang="en"))
    assert "Watched: 2 halls pass, 1 fails, 1 without a verdict" in english.text()
    assert "closed on more than half of the days" in english.text()


def test_complaints_at_the_golden_citys_halls_grew_as_promised(look, address):
    codes = {"branch": "C01", "period": "2025-07"}
    window = look().open(link(address, "halls", **codes))
    text = window.text()
    assert "厅内投诉 319，环比 +16.0%" in text
    assert "环比：自建自营 +17.5%，自建他营 +13.8%" in text
    assert "业务解释差错 66 (+34.7%)" in heard(window, "业务解释差错 66")
    english = look().open(link(address, "halls", **codes, lang="en"))
    assert "Complaints at halls 319, +16.0% mom" in english.text()
    assert "Own-built own-run +17.5%, Own-built other-run +13.8%, mom" in (
        english.text()
    )


@pytest.mark.parametrize(
    ("period", "self_service", "month_end", "minutes"),
    [("2025-05", "30.0%", None, "16.5"), ("2025-07", "60.0%", "15.0%", "11.5")],
)
def test_one_hall_got_better_as_promised(
    look, address, demo_home, period, self_service, month_end, minutes
):
    window = look().open(link(address, "halls", hall="H05", period=period))
    cards = dict(window.cards())
    assert cards["自助缴费率"] == self_service
    assert f"补换卡 {minutes}" in heard(window, "补换卡")
    if month_end:
        assert f"快速·月末 {month_end}" in heard(window, "快速·月末")
    (row,) = kpi(
        demo_home, "self_service_rate", "--period", period, "--where", "hall=H05"
    )
    assert f"{row['value']:.1%}" == self_service


def test_the_partner_hall_that_books_elsewhere_is_found(look, address, demo_home):
    window = look().open(link(address, "halls"))
    assert "60 家中 1 家差于其余，枫港人民路营业厅最甚：48.0%" in window.text()
    (row,) = kpi(
        demo_home, "misbooked_rate", "--period", "2025YTD", "--where", "hall=H21"
    )
    assert (row["numerator"], row["denominator"]) == (160, 333)
    english = look().open(link(address, "halls", lang="en"))
    assert (
        "1 of 60 are worse than the others, Fenggang Renmin Road hall most: 48.0%"
        in (english.text())
    )


def test_lists_have_as_many_rows_as_the_command_line_counts(look, address, demo_home):
    for page, code in (("tickets", "open_overdue"), ("orders", "backlog")):
        (row,) = kpi(demo_home, code, "--period", "2025-09")
        number = int(row["value"])
        window = look().open(link(address, page, period="2025-09"))
        assert f"显示 15 / {number} 行" in window.text()


def test_a_branch_is_one_tap_away(look, address):
    # High enough that the mark is in view.
    window = look(1440, 3600).open(link(address, "tickets"))
    tapped(window, "branches", ".bars .point path", 1)
    assert "branch=C" in window.page.url
