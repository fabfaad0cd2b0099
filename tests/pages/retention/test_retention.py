"""The heat map and the bridge of the retention page: true titles, sums that meet."""

from datetime import date

import pandas as pd
import pytest

from dashboards.kit.calendar import Calendar
from dashboards.kit.colours import DARK, LIGHT, blend, contrast
from dashboards.kit.triangle import Triangle
from dashboards.views.retention import charts, findings
from dashboards.views.retention import rows as retention_rows
from jike.words.language import Words
from tests.fixtures import page_release as small
from tests.fixtures.page_views import facts_of, said

ZH, EN = Words("zh"), Words("en")
THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.theme)
CITIES = {"C01": "望溪", "C02": "松涧", "C03": "云澜"}
TIERS = ["A1", "B1", "C"]


def test_the_label_of_the_year_end_keeps_clear_of_the_others():
    from dashboards.views.retention.charts import _clear_of

    assert _clear_of(95.9, [99.0, 97.0], 0.5, 95.0) == 95.9
    assert _clear_of(95.9, [97.0, 95.8], 0.5, 95.0) == pytest.approx(95.3)
    assert _clear_of(95.9, [97.0, 95.8], 0.5, 95.5) == pytest.approx(97.5)


ACQUIRED = pd.DataFrame(
    [
        ("2025-01", 1, 40, 20, 0.5, 0.8),
        ("2025-01", 2, 40, 10, 0.25, 0.4),
        ("2025-02", 1, 20, 4, 0.2, None),
    ],
    columns=[
        *("acquired_month", "age_months", "customers"),
        *("active", "retention", "revenue"),
    ],
)


@THEMES
def test_the_triangle_of_acquisition_pools_its_months(theme):
    assert findings.acquired(ACQUIRED, EN) == (
        "1 month(s) after their first order or bill 40.0% are there, after 2 25.0%"
    )
    assert "40.0% 仍在，2 个月后 25.0%" in findings.acquired(ACQUIRED, ZH)
    figure = Triangle().draw(ACQUIRED, ZH, theme)
    drawn = {(note.x, note.y): note.text for note in figure.layout.annotations}
    assert drawn == {(1, 0): "50", (2, 0): "25", (1, 1): "20°"}
    assert Triangle().figures(ACQUIRED, EN)[0] == "after 1 month(s) 40.0%"


def test_the_triangle_is_asked_for_up_to_the_period_and_within_the_branch(
    look, tmp_path
):
    """Bills without customers have no branch: they are in the whole only."""
    cells = ", ".join(
        f"(date '2025-0{month}-01', 'unknown', '2025-01', '{month - 1}', {active})"
        for month, active in ((1, 40), (8, 30), (9, 20))
    )
    home = small.write_release(
        tmp_path,
        changes=(
            "insert into kpi_retention by name select kpi_month, branch_id, "
            "acquired_month, age_months, 40 as acquired_customers, active as "
            f"acquired_active_customers from (values {cells}) as cells (kpi_month, "
            "branch_id, acquired_month, age_months, active)",
        ),
    )
    app = look("retention", at=home)
    assert not app.error
    assert "首次下单或出账 7 个月后 75.0% 仍在，8 个月后 50.0%" in said(app)


def cells(*rows):
    return pd.DataFrame(
        [
            (branch, branch, tier, value, n, 0, "low_base" if n < 30 else "ok")
            for branch, tier, value, n in rows
        ],
        columns=["branch", "label", "tier", "value", "n", "lost", "status"],
    )


SOME = cells(
    ("甲", "total", 0.95, 200),
    ("甲", "A1", 0.80, 18),
    ("甲", "C", 0.94, 182),
    ("乙", "total", 0.98, 100),
    ("乙", "C", 0.98, 100),
)


def test_the_cells_of_a_branch_add_up_to_the_branch(home):
    frame = retention_rows.tiers_by_branch(facts_of(home, "total"), CITIES, TIERS)
    for _branch, rows in frame.groupby("branch"):
        whole = rows[rows["tier"] == "total"].iloc[0]
        parts = rows[rows["tier"] != "total"]
        assert parts["n"].sum() == whole["n"]
        assert parts["lost"].sum() == whole["lost"]
        assert whole["value"] == pytest.approx(1 - whole["lost"] / whole["n"])


def test_rows_are_sorted_by_the_whole_branch_and_tiers_by_their_own_order(home):
    frame = retention_rows.tiers_by_branch(facts_of(home, "total"), CITIES, TIERS)
    whole = frame[frame["tier"] == "total"]["value"]
    assert list(whole) == sorted(whole)
    first = frame[frame["branch"] == frame["branch"].iloc[0]]
    assert list(first["tier"]) == ["total", *TIERS]
    small_cells = frame[frame["n"] < 30]
    assert set(small_cells["status"]) == {"low_base"}


def test_the_title_counts_what_is_below_and_leaves_small_groups_out():
    assert findings.tiers_by_branch(SOME, 0.969, ZH) == (
        "2 组客户中 1 组低于应有值，甲 C 最低，94.0%"
    )
    assert findings.tiers_by_branch(SOME, 0.9, EN) == (
        "None of 2 groups is below expected"
    )
    # 0.9401 and 0.9404 are both written 94.0%: not below.
    assert findings.tiers_by_branch(SOME, 0.9404, ZH) == ("2 组客户都不低于应有值")
    assert findings.tiers_by_branch(SOME, None, ZH) == "甲 C 最低，94.0%"
    assert findings.tiers_by_branch(SOME[SOME["n"] < 30], 0.9, ZH) == (
        "各组客户都不足 30 户"
    )


@THEMES
def test_every_cell_is_printed_and_small_ones_have_no_colour(theme):
    figure = charts.Tiers(0.969).draw(SOME, ZH, theme)
    texts = {a.text: a for a in figure.layout.annotations}
    assert set(texts) == {"<b>95.0</b>", "80.0°", "94.0", "<b>98.0</b>", "98.0", "—"}
    fills = [shape.fillcolor for shape in figure.layout.shapes]
    assert fills[1] == theme.band
    assert texts["80.0°"].font.color == theme.mid
    assert figure.layout.xaxis.ticktext == ("<b>合计</b>", "A1", "C")
    assert figure.layout.yaxis.ticktext == ("甲", "乙")
    assert len(figure.data[-1].x) == len(SOME)


@THEMES
def test_the_scale_is_symmetric_about_what_is_expected(theme):
    scale = theme.diverging
    assert charts.diverging(0, 0.02, theme) == scale[3]
    assert charts.diverging(-0.02, 0.02, theme) == scale[0]
    assert charts.diverging(0.05, 0.02, theme) == scale[-1]
    assert charts.diverging(0.02 / 3, 0.02, theme) == scale[4]


@THEMES
def test_text_in_a_cell_can_be_read_whatever_its_colour(theme):
    from dashboards.kit.colours import ink_on

    for place in range(-100, 101):
        fill = charts.diverging(place / 100, 1.0, theme)
        assert contrast(ink_on(fill), fill) >= 4.5, fill
    assert contrast(theme.mid, theme.band) >= 4.5
    assert contrast(theme.soft, theme.page) >= 4.5
    assert blend("#000000", "#FFFFFF", 0.5) in {"#808080", "#7F7F7F"}


@pytest.mark.parametrize("branch", ["total", "C01", "C01-1"])
def test_the_bridge_leads_from_a_hundred_to_nrr(home, branch):
    facts = facts_of(home, branch)
    frame = retention_rows.bridge(retention_rows.windows(facts))
    assert list(frame["step"]) == ["start", "expansion", "contraction", "churn", "end"]
    assert frame["change"].iloc[:4].sum() == pytest.approx(frame["change"].iloc[4])
    assert frame["change"].iloc[4] / 100 == pytest.approx(facts.value("nrr"))
    assert frame["ends"].iloc[3] == pytest.approx(frame["ends"].iloc[4])


def bridge(gain, contraction, churn):
    end = 100 + gain - contraction - churn
    changes = [100.0, gain, -contraction, -churn, end]
    ends = [100.0, 100 + gain, 100 + gain - contraction, end, end]
    return pd.DataFrame(
        {
            "step": ["start", "expansion", "contraction", "churn", "end"],
            "change": changes,
            "begins": [0.0, 100.0, ends[1], ends[2], end],
            "ends": ends,
            "yuan": changes,
        }
    )


def test_the_bridge_says_whether_growth_outweighs_what_was_lost():
    assert findings.bridge(bridge(10.3, 3.6, 3.5), ZH) == (
        "老客户增收 10.3 个点，多于收缩与流失之和 7.1"
    )
    assert "is less than the 7.1 lost" in findings.bridge(bridge(2.0, 3.6, 3.5), EN)
    assert findings.bridge(bridge(7.1, 3.6, 3.5), ZH) == (
        "老客户增收 7.1 个点，与收缩加流失持平"
    )


@THEMES
def test_the_steps_as_written_add_up_and_levels_are_ticks(theme):
    figure = charts.Bridge().draw(bridge(9.124, 3.789, 2.056), ZH, theme)
    texts = [a.text.strip("</b>") for a in figure.layout.annotations]
    shown = [float(text.replace("−", "-")) for text in texts]
    assert sum(shown[:4]) == pytest.approx(shown[4], abs=1e-9)
    bar, levels = figure.data
    assert list(bar.marker.color) == [theme.good, theme.bad, theme.bad]
    assert levels.marker.symbol == "line-ns-open"
    assert list(levels.x) == [100.0, pytest.approx(103.279)]
    assert figure.layout.xaxis.range[0] > 0


def test_the_page_shows_both_and_a_link_keeps_the_filter(look):
    text = said(look("retention"))
    assert "老客户增收" in text
    assert "组客户" in text
    cut = said(look("retention", tier="A1"))
    assert "A1 最低" in cut or "低于应有值" in cut


def test_without_bills_there_is_no_bridge(look, tmp_path):
    home = small.write_release(
        tmp_path,
        changes=(
            "update kpi_retention set nrr_base_yuan = null",
            "update dim_entities set is_delivered = false where entity = 'bills'",
        ),
    )
    app = look("retention", at=home)
    assert not app.error
    assert "没有可比的两期账单" in said(app)


def test_the_days_of_the_calendar_are_drawn_under_their_weekday():
    ends = [
        {"ends_on": date(2025, 10, 1), "customers": 3},
        {"ends_on": date(2025, 10, 31), "customers": 417},
    ]
    figure = Calendar(list("1234567")).draw(ends, ZH, LIGHT)
    places = {a.text: (a.x, a.y) for a in figure.layout.annotations}
    assert places == {"3": (2, 0), "417": (4, 4)}
    assert "420 户合约到期，10 月 31 日最多：417 户" in findings.expiring(ends, ZH)
