"""Satisfaction as an executive looks at it."""

import pytest

from jike.releases.opening import ALL, current_release, rows
from jike.releases.question import Question
from tests.fixtures import page_release as small
from tests.fixtures.page_lists import undelivered
from tests.fixtures.page_views import VIEWS, metrics, said, written


def contacts(home, wave):
    """The contacts' satisfaction of tiers A and B, counted on the interviews."""
    asked = Question(
        ("fct_satisfaction",),
        "select avg(overall_points) as value from fct_satisfaction where wave = ? "
        "and role = 'contact' and competitor = 'us' and tier_group in ('A', 'B')",
        (wave,),
    )
    ((value,),) = (row.values() for row in rows(asked, ALL, current_release(home)))
    return value


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("url", VIEWS)
def test_every_view_is_drawn_whatever_is_chosen(look, lang, url):
    app = look("satisfaction", lang=lang, **url)
    assert not app.error
    assert app.title[0].value


def test_the_newest_wave_is_shown_and_said_when_the_period_is_none(look):
    app = look("satisfaction")
    assert "2025年上半年波次（2025年累计末前最近结束的一波）" in said(app)
    assert app.query_params["period"] == "2025YTD"
    earlier = said(look("satisfaction", period="2024-12"))
    assert "2024年下半年波次（2024年12月末前最近结束的一波）" in earlier
    chosen = look("satisfaction", period="2024H2")
    assert "最近结束" not in said(chosen)
    assert chosen.query_params["period"] == "2024H2"


def test_before_the_first_wave_the_page_says_so(look):
    app = look("satisfaction", period="2024-01")
    assert not app.error
    assert "到本期末没有已结束的波次" in said(app)


def test_a_wave_can_only_be_chosen_where_it_means_something(look):
    options = look("satisfaction").selectbox(key="period").options
    assert "2025年上半年" in options
    assert "2025年上半年" not in look("hotline").selectbox(key="period").options
    moved = look("hotline", period="2025H1")
    assert moved.query_params["period"] == "2025YTD"


def test_the_cards_of_a_wave_are_held_against_the_wave_before(look, home):
    app = look("satisfaction")
    values = metrics(app)
    assert values["联系人满意度（A/B 类）"] == f"{contacts(home, '2025H1'):.1f}"
    assert len(values) == 8
    gap = contacts(home, "2025H1") - contacts(home, "2024H2")
    assert app.metric[0].delta == f"{gap:+.1f}"
    loyalty = contacts(home, "2025H1") + 4
    assert f"忠诚度 {loyalty:.1f}" in said(app)
    english = metrics(look("satisfaction", lang="en"))
    assert english["Contact satisfaction, A/B"] == f"{contacts(home, '2025H1'):.1f}"


def test_a_survey_without_roles_fills_the_page_from_all_respondents(look, changed):
    unknown = "set role = 'unknown', tier = 'unknown', tier_group = 'unknown'"
    home = changed(
        *(
            f"update {table} {unknown} where role <> 'hall_visitor'"
            for table in ("kpi_satisfaction", "fct_satisfaction")
        )
    )
    ((whole,),) = (
        row.values()
        for row in rows(
            Question(
                ("fct_satisfaction",),
                "select avg(overall_points) as value from fct_satisfaction "
                "where wave = '2025H1' and competitor = 'us'",
            ),
            ALL,
            current_release(home),
        )
    )
    app = look("satisfaction", at=home)
    assert app.title[0].value.startswith(f"全体受访者满意度升至 {whole:.1f}")
    values = metrics(app)
    assert values["满意度（全体受访者）"] == f"{whole:.1f}"
    told = {name for name, value in values.items() if value != "—"}
    assert {"平均评分", "高分占比", "低分占比", "短板指数", "净推荐值"} <= told
    text = said(app)
    assert "是访问方式的差异，不作为服务改善" in text
    assert "未区分角色" in text
    assert "总体满意：" in text
    assert "本波没有访问" not in text


def test_product_and_communication_are_to_be_improved_first(look):
    assert look("satisfaction").title[0].value.endswith("集团产品、业务宣传应先改善")
    assert "improve product and communication first" in (
        look("satisfaction", lang="en").title[0].value
    )


def test_the_web_is_shown_as_a_mode_effect(look):
    text = said(look("satisfaction"))
    assert "是访问方式的差异，不作为服务改善" in text
    assert "各访问方式差异不显著" in said(look("satisfaction", period="2024H2"))


def test_hall_visitors_are_shown_by_month(look):
    text = said(look("satisfaction", role="hall_visitor", period="2025-07"))
    assert "到厅客户 · 2025年7月" in text
    assert "是首要原因" in text
    # A wave has no visits of its own; the month it ends in has.
    wave = said(look("satisfaction", role="hall_visitor", period="2025H1"))
    assert "到厅客户 · 2025年3月" in wave


def test_a_wave_without_rivals_says_so(look):
    assert "本波没有对手样本，无法比较" in said(look("satisfaction", period="2024H1"))


def test_the_states_of_interviews_are_said(look, tmp_path):
    home = small.write_release(
        tmp_path,
        changes=(
            *undelivered(
                "survey_answers", "survey_responses", where="family = 'satisfaction'"
            ),
            "delete from kpi_satisfaction",
            "delete from fct_satisfaction",
        ),
    )
    app = look("satisfaction", at=home)
    assert not app.error
    assert set(metrics(app).values()) == {"—"}
    assert "未交付数据：survey\\_answers、survey\\_responses" in written(app)


def test_a_filter_that_nobody_answers_offers_the_way_out(look):
    app = look("satisfaction", industry="EDU")
    assert "没有符合筛选的客户" in said(app)
    assert "不按行业统计" in said(app)


def test_the_scorecard_carries_satisfaction_and_the_connection_rate(look, home):
    values = metrics(look("scorecard"))
    assert len(values) == 8
    assert values["联系人满意度（A/B 类）"] == f"{contacts(home, '2025H1'):.1f}"
    assert values["接通率"].endswith("%")
    county = look("scorecard", branch="C01-1")
    assert metrics(county)["接通率"] == "—"
    assert "按热线中心统计，县无此数" in said(county)
