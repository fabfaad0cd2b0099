"""The hotline as an executive looks at it."""

import pytest

from tests.fixtures import page_release as small
from tests.fixtures.page_hotline import ONLY_COUNTED
from tests.fixtures.page_lists import undelivered
from tests.fixtures.page_views import VIEWS, metrics, said


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("url", VIEWS)
def test_every_view_is_drawn_whatever_is_chosen(look, lang, url):
    app = look("hotline", lang=lang, **url)
    assert not app.error
    assert app.title[0].value


def test_the_hotline_says_what_its_calls_say(look):
    app = look("hotline")
    title = app.title[0].value
    assert "接通率" in title
    assert "周二至周五 9–11 时最难接通" in title
    assert "3 天异常：2025 年 8 月 12 日至 8 月 14 日" in said(app)
    assert "没有异常的日子" in said(look("hotline", period="2025-06"))
    assert len(metrics(app)) == 8
    assert "同一批通话，4 种算法相差" in said(app)


def test_a_county_has_no_calls_by_nature(look):
    app = look("hotline", branch="C01-1")
    assert not app.metric
    assert "按热线中心统计，县无此数" in said(app)
    card = look("hotline", branch="C01")
    assert metrics(card)["接通率"] != "—"


def test_the_hotline_is_not_cut_by_tier_and_says_so(look):
    text = said(look("hotline", tier="A1"))
    assert "不按客户等级统计" in text
    assert "不受筛选影响" in text


def test_without_calls_the_hotline_says_what_is_missing(look, tmp_path):
    home = small.write_release(
        tmp_path,
        changes=(
            *undelivered(
                "calls", where="family = 'hotline' and not part like '%cities'"
            ),
            "delete from kpi_hotline",
            "delete from fct_hotline",
        ),
    )
    app = look("hotline", at=home)
    assert not app.error
    assert "未交付数据：calls" in said(app)
    assert "—" in metrics(app).values()


def test_calls_counted_by_half_hours_fill_the_page_but_for_what_they_do_not_tell(
    look, changed
):
    app, single = look("hotline", at=changed(*ONLY_COUNTED)), look("hotline")
    assert not app.error
    assert app.title[0].value == single.title[0].value
    whole, counted = metrics(single), metrics(app)
    told = {name for name, value in counted.items() if value != "—"}
    assert told == {"人工服务需求量（万次）", "接通率", "放弃率", "平均处理时长（秒）"}
    assert {counted[name] == whole[name] for name in told} == {True}


def test_the_staffing_inputs_are_in_the_link_and_a_wrong_one_is_not_taken(look):
    app = look("hotline", agents="40", patience="0", calls="x")
    assert app.number_input(key="agents").value == 40
    assert app.query_params["agents"] == "40"
    assert "patience" not in app.query_params
    assert app.number_input(key="patience").value == 90
    app.number_input(key="agents").set_value(1).run()
    assert not app.exception
    assert "无止境" in said(app) or "1 名座席达到" in said(app)


def test_inputs_nobody_changed_follow_the_branch(look):
    app = look("hotline", agents="40")
    whole = app.number_input(key="calls").value
    app.selectbox(key="branch").set_value("C01").run()
    assert app.number_input(key="calls").value < whole
    assert "calls" not in app.query_params
    assert app.number_input(key="agents").value == 40
    assert app.query_params["agents"] == "40"


def test_the_heat_map_can_show_the_demand(look):
    assert "最忙的是" in said(look("hotline", show="calls"))
    assert look("hotline", show="<b>").query_params.get("show") is None
