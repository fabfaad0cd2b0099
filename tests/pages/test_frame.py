"""The pages as an executive looks at them: findings, numbers, states, links."""

import shutil

import pytest

from jike.pages.frame import FILTERS
from tests.fixtures import page_release as small
from tests.fixtures.page_lists import undelivered
from tests.fixtures.page_views import APP, metrics, said, whole_app, written


def test_the_whole_app_draws_its_first_page(home, monkeypatch):
    monkeypatch.setenv("JIKE_HOME", str(home.root))
    app = whole_app().run()
    assert not app.exception
    assert not app.error
    assert app.title[0].value.startswith("信息化收入超时间进度")
    assert len(app.metric) == 8


def test_the_golden_county_reads_as_promised(look):
    app = look(branch="C01-1")
    assert app.title[0].value == (
        "云栖县信息化收入超时间进度 22.0 个百分点，保有率 99.29%"
    )
    assert metrics(app)["信息化收入（万元）"] == "363.0"
    assert metrics(app)["目标市场保有率"] == "99.29%"
    revenue = app.metric[0]
    assert revenue.delta == "+22.0 pp"
    assert "完成 96.8%" in said(app)
    english = look(branch="C01-1", lang="en")
    assert metrics(english)["Informatisation revenue"] == "¥3.63M"
    assert english.title[0].value == (
        "Yunqi\\: revenue 22.0 pp ahead of time, retention 99.29%"
    )


@pytest.mark.parametrize("page", ["scorecard", "retention", "quality"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_draws_without_an_error_in_both_languages(look, page, lang):
    app = look(page, lang=lang)
    assert not app.error
    assert app.title[0].value


@pytest.mark.parametrize("page", ["scorecard", "retention"])
@pytest.mark.parametrize(
    "url",
    [
        {"branch": "C03-1"},
        {"branch": "C02"},
        {"tier": "A1", "industry": "EDU"},
        {"period": "2025-06"},
        {"period": "2024Q1"},
        {"period": "2025"},
        {"tier": "B2"},
    ],
)
def test_every_view_is_drawn_whatever_is_chosen(look, page, url):
    app = look(page, **url)
    assert not app.error


def test_a_link_is_made_of_codes_and_leaves_out_what_is_usual(look):
    app = look(branch="C01-1", lang="en", tier="A1")
    assert app.query_params == {
        "branch": "C01-1",
        "lang": "en",
        "tier": "A1",
        "period": "2025YTD",
    }
    assert look().query_params == {"period": "2025YTD"}


def test_a_link_with_unknown_codes_shows_the_usual_view(look):
    app = look(branch="<script>", period="2031", lang="fr", tier="Z")
    assert app.title[0].value.startswith("信息化收入超时间进度")
    assert app.query_params == {"period": "2025YTD"}


def test_the_language_changes_and_the_view_stays(look):
    app = look(branch="C01-1")
    app.selectbox(key="lang").set_value("en").run()
    assert not app.exception
    assert app.title[0].value.startswith("Yunqi")
    assert app.query_params["branch"] == "C01-1"
    assert app.selectbox(key="branch").value == "C01-1"


def test_the_frame_says_what_is_shown_and_that_anybody_may_see_it(look):
    text = said(look())
    assert "数据截至 2025-09-30 · 发布 1 · 示例数据 · 未设登录，可见全部" in text
    assert "通过 2 项检查" in text
    assert "1 项检查有提示" in text


def test_text_of_the_data_is_printed_and_not_obeyed(look):
    app = look(branch="C03-1")
    assert "\\*石\\* \\[渡\\]" in app.title[0].value


def test_a_filter_says_what_is_not_cut_by_it(look):
    text = said(look("retention", tier="A1"))
    assert "不按客户等级统计" in text
    assert "目标不分等级与行业" in text


def test_panels_that_no_filter_cuts_say_so_only_under_a_filter(look):
    assert "不受筛选影响" in said(look(tier="A1"))
    assert "不受筛选影响" not in said(look())


def test_a_filter_that_leaves_nothing_offers_the_way_out(look):
    app = look("retention", tier="B2")
    assert "没有符合筛选的客户" in said(app)
    app.button(key="clear_lost").click().run()
    assert all(app.session_state[key] == "all" for key in FILTERS)
    assert "没有符合筛选的客户" not in said(app)


def test_without_bills_the_rest_of_the_page_still_works(look, tmp_path):
    home = small.write_release(
        tmp_path,
        changes=(
            *undelivered("bills", where="family = 'revenue'"),
            "delete from kpi_revenue",
            "delete from kpi_values where kpi like 'info_%' or kpi = 'time_progress'",
        ),
    )
    app = look(at=home)
    assert not app.error
    assert "未交付数据：bills" in said(app)
    assert metrics(app)["目标市场保有率"] == "95.80%"
    assert app.title[0].value == "保有率 95.80%，低于应有"
    assert not look("retention", at=home).error


def test_without_customers_revenue_is_still_shown(look, tmp_path):
    home = small.write_release(
        tmp_path,
        changes=(
            *undelivered("customers", where="family <> 'revenue'"),
            "delete from kpi_customers",
            "delete from kpi_retention",
            "delete from fct_lost_customers",
            "delete from kpi_values where kpi not like 'info_%' and kpi <> 'nrr' "
            "and kpi <> 'time_progress'",
        ),
    )
    app = look(at=home)
    assert not app.error
    assert metrics(app)["信息化收入（万元）"] == "939.0"
    assert metrics(app)["目标市场保有率"] == "—"
    retention = look("retention", at=home)
    assert not retention.error
    assert retention.title[0].value == "没有可跟踪的定群"
    assert "未交付数据：customers" in said(retention)


def test_a_card_that_fails_leaves_the_other_seven(look, tmp_path):
    home = small.write_release(tmp_path, changes=("drop table kpi_customers",))
    app = look(at=home)
    assert len(app.error) == 2
    assert metrics(app)["目标市场保有率"] == "95.80%"
    assert len(app.metric) == 6


def test_without_lists_everything_hangs_below_the_total(look, tmp_path):
    home = small.write_release(
        tmp_path,
        changes=(
            "delete from dim_branches",
            "delete from dim_targets",
            "delete from kpi_values where branch_id <> 'total'",
        ),
    )
    app = look(at=home)
    assert not app.error
    assert "未交付分公司清单" in said(app)
    assert "未交付数据：kpi\\_targets" in written(app)


def test_what_was_held_is_said_on_every_page_and_the_former_numbers_stay(
    look, tmp_path
):
    home = small.write_release(tmp_path)
    small.hold(home)
    for page in ("scorecard", "retention", "quality"):
        assert "10-02 交付未发布，仍用发布 1" in said(look(page, at=home))
    app = look("quality", at=home)
    assert app.title[0].value == "10 月 2 日的交付未通过检查，看板仍用发布 1"
    reasons = app.dataframe[0].value
    assert list(reasons["because"]) == ["少一张账单就会少算完成率"]
    assert "2 类数据中 1 类未过" in said(app)


def test_a_damaged_release_gives_way_to_the_former_one_with_an_alarm(look, tmp_path):
    small.write_release(tmp_path, number=1)
    home = small.write_release(tmp_path, number=2)
    current = next(home.releases.glob("000002_*.duckdb"))
    content = bytearray(current.read_bytes())
    content[len(content) // 2] ^= 1
    current.write_bytes(bytes(content))
    text = said(look(at=home))
    assert "发布文件损坏，现用发布 1" in text


def test_without_a_release_the_page_says_what_to_run(tmp_path, monkeypatch):
    monkeypatch.setenv("JIKE_HOME", str(tmp_path))
    app = whole_app().run()
    assert not app.exception
    assert app.title[0].value == "还没有可以显示的发布"
    assert app.code[0].value == "./jike demo --no-serve"


def test_a_panel_that_fails_leaves_the_rest_and_an_id(look, tmp_path, caplog):
    home = small.write_release(tmp_path, changes=("drop table fct_lost_customers",))
    app = look("retention", at=home)
    (error,) = app.error
    assert error.value.startswith("本图未能生成，其余不受影响 · 编号 ")
    assert metrics(app)["目标市场保有率"] == "95.80%"
    number = error.value.rpartition(" ")[2]
    assert number in caplog.text
    assert "lost" in caplog.text


def test_a_new_release_is_seen_at_the_next_rerun(look, tmp_path):
    home = small.write_release(tmp_path, number=1)
    app = look(at=home, branch="C01-1")
    small.write_release(
        tmp_path,
        number=2,
        changes=("update kpi_revenue set info_revenue = 2 * info_revenue",),
    )
    app.run()
    assert metrics(app)["信息化收入（万元）"] == "726.0"
    assert "发布 2" in said(app)


def test_a_sign_in_without_access_rules_lets_nobody_in(home, monkeypatch):
    monkeypatch.setenv("JIKE_HOME", str(home.root))
    app = whole_app()
    app.secrets["auth"] = {"redirect_uri": "http://localhost"}
    app.run()
    assert not app.exception
    assert not app.metric
    assert "access rules" in said(app)
    assert "to this machine only, behind a proxy on it" in said(app)


def test_a_copy_of_a_home_serves_the_same(look, home, tmp_path):
    shutil.copytree(home.root, tmp_path / "copy")
    copied = type(home)(tmp_path / "copy")
    assert metrics(look(at=copied)) == metrics(look())


def test_one_level_up_is_one_click_away(look):
    app = look("scorecard", branch="C01-1")
    app.button(key="up").click().run()
    assert app.selectbox(key="branch").value == "C01"
    app.button(key="up").click().run()
    assert app.selectbox(key="branch").value == "total"
    assert not [button for button in app.button if button.key == "up"]


def test_pages_are_grouped_by_what_they_are_about(home, monkeypatch):
    monkeypatch.setenv("JIKE_HOME", str(home.root))
    app = whole_app().run()
    assert not app.exception
    source = APP.read_text(encoding="utf-8")
    groups = ['_("Customers")', '_("Revenue pages")', '_("Service")', '_("Data")']
    places = [source.index(group) for group in groups]
    assert places == sorted(places)
