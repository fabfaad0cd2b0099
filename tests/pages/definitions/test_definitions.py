"""The definitions page: every KPI has its passport, the search finds, links open."""

import pytest

from dashboards.cards.cards import content
from dashboards.cards.shown import PAGES
from dashboards.views.definitions import passports
from jike.ground.home import PROJECT
from jike.pages import definitions as questions
from jike.pages import frame as frame_questions
from jike.words.language import Words
from tests.fixtures.page_views import facts_of, metrics, said

ZH, EN = Words("zh"), Words("en")


@pytest.fixture(scope="module")
def every(ask):
    return ask(frame_questions.catalogue())


@pytest.fixture(scope="module")
def parts(ask):
    return {row["part"]: row for row in ask(frame_questions.parts())}


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_every_kpi_has_a_whole_passport_in_words(every, parts, words):
    for row in every:
        said = dict(passports.fields(row, parts, words))
        assert all(said.values()), row["kpi"]
        assert said[words("Code")] == f"`{row['kpi']}`"
        assert (words("Numerator") in said) == bool(row["numerator"])
        assert (words("Denominator") in said) == bool(row["denominator"])
        has_interval = row["kind"] in ("prop", "mean")
        assert (words("95% interval") in said) is has_interval
        # No code of the catalogue is left where a word should be.
        for code in (row["kind"], row["unit"], row["direction"], row["goal"]):
            assert f"`{code}`" not in said.values()
        assert "`" not in said[words("Cut by")], row["kpi"]


def test_the_source_is_the_mart_that_holds_the_parts(every, parts):
    by_code = {row["kpi"]: row for row in every}
    assert passports.sources(by_code["info_revenue_share"], parts) == ["kpi_revenue"]
    assert passports.sources(by_code["retention_lead"], parts) == ["kpi_values"]
    said = dict(passports.fields(by_code["nrr"], parts, ZH))
    assert said["分子"] == "`kpi_retention.nrr_current_yuan` · 取期末月"


def codes(found):
    return [row["kpi"] for row in found]


def test_a_search_finds_codes_names_and_words_of_definitions(every):
    assert codes(passports.found(every, "NRR"))[0] == "nrr"
    assert codes(passports.found(every, "保有率"))[:2] == [
        "cohort_retention",
        "cohort_retention_excl_admin",
    ]
    assert "grr" in codes(passports.found(every, "收缩"))
    both = codes(passports.found(every, "informatisation completion"))
    assert "info_revenue_completion" in both
    assert passports.found(every, "xyzzy") == []
    assert len(passports.found(every, "  ")) == len(every)


def test_titles_count_what_there_is(every):
    n, families = len(every), len({row["family"] for row in every})
    assert passports.title(every, n, "", ZH) == (
        f"{n} 个指标，{families} 类，每个只有一个口径"
    )
    assert len({row["kpi"] for row in every}) == n
    assert passports.title(every, 1, " NRR ", EN) == f"1 of {n} KPIs matches “NRR”"
    assert passports.checks_title([], ZH) == "没有检查涉及本指标"
    assert passports.checks_title(["passed", "failed"], ZH) == (
        "涉及本指标的 2 项检查中 1 项未过"
    )
    assert passports.checks_title(["warning"], EN) == ("1 of 1 checks on this KPI warn")
    assert passports.checks_title(["passed"], EN) == "The 1 check on this KPI passed"


def test_a_check_belongs_to_the_kpis_it_names_and_to_no_part_of_a_name(ask):
    touched = ask(questions.checks_of("info_revenue"))
    assert [row["status"] for row in touched] == ["warning", "passed"]
    assert all("info_revenue" in row["kpis"].split() for row in touched)
    assert ask(questions.checks_of("revenue")) == []
    assert len(ask(questions.checks_of("nrr"))) == 1


def test_a_link_opens_one_passport_with_its_value(look):
    app = look("definitions", kpi="target_market_retention", branch="C01-1")
    assert metrics(app) == {"目标市场保有率": "99.29%"}
    text = said(app)
    assert "拍照客户保有率，只看拍照时属于目标市场的客户。" in text
    assert "Cohort retention of the customers that the photograph names" in text
    assert app.query_params["kpi"] == "target_market_retention"


def test_a_difference_in_points_changes_by_points_and_not_by_per_cent(home):
    card = content(passports.card("retention_lead"), facts_of(home, branch="C01-1"))
    assert card.value.endswith(" pp")
    assert card.delta.text.endswith(" pp")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_of_its_own_for_every_kpi(look, every, lang):
    # One of every family and kind is enough: the passports are all read above.
    chosen = {(row["family"], row["kind"]): row["kpi"] for row in every}
    for code in chosen.values():
        app = look("definitions", kpi=code, lang=lang)
        assert not app.error, code
        assert len(app.metric) <= 1


def test_a_kpi_that_means_nothing_in_total_says_so(look):
    app = look("definitions", kpi="indicator")
    assert not app.metric
    assert "须按指标或服务质量维度看" in said(app)


def test_a_search_opens_the_first_passport_it_finds(look):
    app = look("definitions", kpi="info_revenue")
    app.text_input(key="find").set_value("毛收入").run()
    assert not app.exception
    assert app.query_params["kpi"] == "grr"
    assert "个含「毛收入」" in app.title[0].value
    app.text_input(key="find").set_value("xyzzy").run()
    assert "没有这样的指标" in said(app)
    assert app.query_params["kpi"] == "grr"


def test_an_unknown_code_opens_the_first_kpi(look, every):
    app = look("definitions", kpi="<script>")
    assert app.query_params["kpi"] == every[0]["kpi"]


def test_every_family_with_a_page_is_linked_to_one_that_exists():
    folder = PROJECT / "dashboards" / "views"
    there = {path.name for path in folder.iterdir()}
    assert set(PAGES.values()) - {"satisfaction", "hotline"} <= there
