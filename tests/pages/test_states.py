"""Every page in every state: what stands there when there is no usual number."""

import json
import re
from datetime import date

import pytest

from dashboards.kit import panel
from dashboards.shell import bar
from dashboards.shell.lateness import days_late
from tests.fixtures import page_lists
from tests.fixtures import page_release as small
from tests.fixtures.page_lists import undelivered
from tests.fixtures.page_views import PAGES, said, whole_app

BOTH_LANGUAGES = pytest.mark.parametrize("lang", ["zh", "en"])
EVERY_PAGE = pytest.mark.parametrize("page", PAGES)


def values(app):
    return [metric.value for metric in app.metric]


# ---- few or no answers ----

LOW = "update dim_build set low_base_n = 1000000"
HIDDEN = "update dim_build set hidden_n = 1000000"
COUNTED = [
    ("scorecard", {}),
    ("retention", {}),
    ("satisfaction", {}),
    ("hotline", {}),
    ("definitions", {"kpi": "target_market_retention"}),
]


@pytest.mark.parametrize(("page", "url"), COUNTED, ids=[page for page, _ in COUNTED])
@pytest.mark.parametrize(
    ("lang", "badge"), [("zh", r"样本少 · n=\d"), ("en", r"Low base · n=\d")]
)
def test_a_low_base_keeps_its_value_and_says_so(look, changed, page, url, lang, badge):
    app = look(page, at=changed(LOW), lang=lang, **url)
    assert not app.error
    assert re.search(badge, said(app))
    assert any(value != "—" for value in values(app))


@pytest.mark.parametrize(
    ("page", "url"),
    [
        ("scorecard", {}),
        ("satisfaction", {}),
        ("definitions", {"kpi": "satisfaction_weighted"}),
    ],
)
@pytest.mark.parametrize(
    ("lang", "note", "badge"),
    [
        ("zh", r"样本 [\d,]+，少于 1000000 不显示", "不显示"),
        ("en", r"n=[\d,]+; fewer than 1000000 are withheld", "withheld"),
    ],
)
def test_what_is_withheld_is_a_dash_with_its_base(
    look, changed, page, url, lang, note, badge
):
    app = look(page, at=changed(HIDDEN), lang=lang, **url)
    assert not app.error
    assert re.search(note, said(app))
    assert badge in said(app)
    assert "—" in values(app)


@pytest.mark.parametrize(
    ("page", "url"),
    [("scorecard", {}), ("hotline", {}), ("definitions", {"kpi": "connection_rate"})],
)
@pytest.mark.parametrize(
    ("lang", "why"),
    [
        ("zh", "按热线中心统计，县无此数"),
        ("en", "Counted by hotline centre and city, not by county"),
    ],
)
def test_what_a_county_cannot_have_is_said(look, page, url, lang, why):
    app = look(page, branch="C01-1", lang=lang, **url)
    assert not app.error
    assert why in said(app)


NOT_THERE = {
    "bills": (
        *undelivered("bills", where="family = 'revenue'"),
        "delete from kpi_revenue",
        "delete from kpi_values where kpi like 'info_%' or kpi = 'time_progress'",
    ),
    "customers": (
        *undelivered("customers", where="family in ('customers', 'retention')"),
        "delete from kpi_customers",
        "delete from kpi_retention",
        "delete from fct_lost_customers",
        "delete from kpi_values where kpi not like 'info_%' and kpi <> 'time_progress'",
    ),
    "calls": (
        *undelivered("calls", where="family = 'hotline'"),
        "delete from kpi_hotline",
        "delete from fct_hotline",
    ),
    "hall_queue": (),
    "tickets": (),
    "orders": (),
    "survey_responses": (
        *undelivered("survey_responses", where="family = 'satisfaction'"),
        "delete from kpi_satisfaction",
        "delete from fct_satisfaction",
        "delete from dim_periods where period_kind = 'wave'",
    ),
}


@pytest.mark.parametrize(
    ("page", "entity", "url"),
    [
        ("scorecard", "bills", {}),
        ("scorecard", "customers", {}),
        ("retention", "customers", {}),
        ("customers", "customers", {}),
        ("revenue", "bills", {}),
        ("satisfaction", "survey_responses", {}),
        ("hotline", "calls", {}),
        ("halls", "hall_queue", {}),
        ("tickets", "tickets", {}),
        ("orders", "orders", {}),
        ("definitions", "bills", {"kpi": "info_revenue"}),
    ],
)
@BOTH_LANGUAGES
def test_what_nobody_delivered_is_named(look, changed, page, entity, url, lang):
    app = look(page, at=changed(*NOT_THERE[entity]), lang=lang, **url)
    assert not app.error
    text = said(app)
    named = "未交付数据：" if lang == "zh" else "Not delivered: "
    assert named in text
    assert entity in text
    assert app.title[0].value
    if page in ("retention", "revenue"):
        last = "上次有数：" if lang == "zh" else "Last available: "
        assert last in text


@pytest.mark.parametrize("page", ["retention", "revenue", "satisfaction", "customers"])
@pytest.mark.parametrize(
    ("lang", "empty"),
    [("zh", "没有符合筛选的客户"), ("en", "Nothing matches the filters")],
)
def test_a_filter_that_leaves_nothing_has_one_way_out(look, page, lang, empty):
    app = look(page, tier="B2", industry="GOV", lang=lang)
    assert not app.error
    assert empty in said(app)
    way_out = next(b for b in app.button if b.key.startswith("clear_"))
    way_out.click().run()
    assert not app.exception
    assert "tier" not in app.query_params
    assert empty not in said(app)


# ---- what the frame says on every page ----


@EVERY_PAGE
@pytest.mark.parametrize(
    ("lang", "badge"),
    [
        ("zh", "10-02 交付未发布，仍用发布 1"),
        ("en", "2 Oct delivery held; release 1 is shown"),
    ],
)
def test_a_held_delivery_is_said_on_every_page(look, tmp_path, page, lang, badge):
    home = small.write_release(tmp_path)
    small.hold(home)
    app = look(page, at=home, lang=lang)
    assert not app.error
    assert badge in said(app)


def rhythm(home, is_sample=False):
    """Say in the manifest whether the release is of the sample."""
    (path,) = home.releases.glob("000001_*.json")
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | {"is_sample": is_sample}), encoding="utf-8")
    return home


THIRD = (
    "insert into deliveries by name select * replace (date '2025-07-31' "
    "as delivered_on) from deliveries where delivered_on = date '2025-08-31'"
)


@EVERY_PAGE
@pytest.mark.parametrize(
    ("lang", "badge"), [("zh", "数据晚 3 天"), ("en", "Data 3 days late")]
)
def test_late_data_are_said_on_every_page(
    look, tmp_path, monkeypatch, page, lang, badge
):
    home = rhythm(small.write_release(tmp_path, changes=(THIRD,)))
    # Delivered on 31 July, 31 August and 30 September: due on 30 October.
    monkeypatch.setattr(bar, "today", lambda: date(2025, 11, 2))
    assert badge in said(look(page, at=home, lang=lang))


def test_data_are_not_late_on_the_day_they_are_due_nor_in_the_sample(
    look, tmp_path, monkeypatch
):
    home = rhythm(small.write_release(tmp_path, changes=(THIRD,)))
    monkeypatch.setattr(bar, "today", lambda: date(2025, 10, 30))
    assert "数据晚" not in said(look("scorecard", at=home))
    monkeypatch.setattr(bar, "today", lambda: date(2026, 10, 30))
    assert "数据晚 365 天" in said(look("scorecard", at=home))
    assert "数据晚" not in said(look("scorecard", at=rhythm(home, is_sample=True)))


def days(source, *delivered):
    return [{"source": source, "delivered_on": date(2025, 9, day)} for day in delivered]


@pytest.mark.parametrize(
    ("rows", "today", "late"),
    [
        ([], 30, 0),
        (days("a", 1, 2), 30, 0),
        (days("a", 1, 2, 3), 4, 0),
        (days("a", 1, 2, 3), 6, 2),
        # Monday to Friday: a Sunday is not late, a missed Monday is on Tuesday.
        (days("a", 4, 5, 8, 9, 10, 11, 12, 15, 16, 17, 18, 19), 21, 0),
        (days("a", 4, 5, 8, 9, 10, 11, 12, 15, 16, 17, 18, 19), 23, 1),
        # One gap of a week excuses no other.
        (days("a", 1, 2, 3, 10, 11, 12), 14, 1),
        # Weekly with one delivery a day early.
        (days("a", 1, 8, 14, 22), 29, 0),
        (days("a", 1, 8, 14, 22), 30, 1),
        # Each source has its own rhythm, in whatever order it is told.
        ([*days("a", 3, 2, 1), *days("b", 10, 20, 30)], 30, 26),
        (days("b", 30, 10, 20), 30, 0),
    ],
)
def test_late_is_what_takes_longer_than_usual(rows, today, late):
    found = days_late(rows, date(2025, 9, today))
    assert max(0, found) == late


@pytest.mark.parametrize("page", ["scorecard", "retention", "revenue", "hotline"])
@pytest.mark.parametrize(
    ("lang", "until"), [("zh", "9 月 1 日至 9 月 21 日"), ("en", "1 Sep to 21 Sep")]
)
def test_a_period_that_is_not_over_says_how_far_it_goes(
    look, tmp_path, monkeypatch, page, lang, until
):
    for lists in (small, page_lists):
        monkeypatch.setattr(lists, "AS_OF", date(2025, 9, 21))
    home = small.write_release(tmp_path)
    app = look(page, at=home, period="2025-09", lang=lang)
    assert not app.error
    text = said(app)
    assert re.search(until, text)
    assert ("未满期" if lang == "zh" else "so far") in text


# ---- one panel fails ----


@EVERY_PAGE
@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("zh", "本图未能生成，其余不受影响 · 编号 "),
        ("en", "This part failed; the rest is fine · "),
    ],
)
def test_one_panel_that_fails_leaves_the_others_and_an_id(
    look, monkeypatch, caplog, page, lang, sentence
):
    drawn, failing, heading = [], [], panel.panel_head

    def fails_in_the_last(*said):
        drawn.append(said)
        if len(drawn) in failing:
            raise ValueError("13812345678")
        heading(*said)

    monkeypatch.setattr(panel, "panel_head", fails_in_the_last)
    whole = look(page, lang=lang)
    failing.append(len(drawn))
    drawn.clear()
    app = look(page, lang=lang)
    (error,) = app.error
    assert error.value.startswith(sentence)
    assert error.value.rpartition(" ")[2] in caplog.text
    # What failed may quote a row: neither page nor log repeats it.
    assert "13812345678" not in caplog.text + error.value
    assert values(app) == values(whole)
    assert [h.value for h in app.title] == [h.value for h in whole.title]
    assert len(app.subheader) >= len(whole.subheader) - 1


def test_whoever_may_not_see_anything_sees_no_hint_of_it(home, monkeypatch):
    monkeypatch.setenv("JIKE_HOME", str(home.root))
    app = whole_app()
    app.secrets["auth"] = {"redirect_uri": "http://localhost"}
    app.run()
    assert not app.exception
    assert not app.metric
    assert not app.selectbox
    assert not re.search(r"\d{3}|云栖|望溪", said(app))
