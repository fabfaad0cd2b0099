"""What only the pages ask, over a small release of known content."""

import pytest
import yaml

from jike.ground.errors import WrongInputError
from jike.ground.home import PROJECT
from jike.kpis.cuts import TOTAL
from jike.pages import frame as frame_questions
from jike.pages import quality as quality_questions
from jike.pages import retention as retention_questions
from jike.pages import scorecard as scorecard_questions
from jike.pages.tried import PAGES, all_questions
from jike.releases.opening import ALL, Scope, current_release, rows
from jike.releases.publish import BESIDE_MARTS
from jike.releases.question import Question
from tests.fixtures import page_release as small
from tests.fixtures.page_lists import undelivered


@pytest.fixture
def ask(home):
    release = current_release(home)
    return lambda question, scope=ALL: rows(question, scope, release)


def test_every_question_of_the_pages_can_be_asked(ask):
    for question in all_questions("2025YTD", TOTAL):
        ask(question)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_every_question_of_a_page_is_among_those_publish_tries(page):
    named = {
        name
        for name, thing in vars(page).items()
        if getattr(thing, "__module__", "") == page.__name__
        and thing.__annotations__.get("return") is Question
    }
    assert named
    assert len(page.all_questions("2025YTD", TOTAL)) >= len(named)


def test_branches_come_parents_first(ask):
    seen = set()
    for row in ask(frame_questions.branches()):
        assert row["parent_id"] in {None, *seen}
        seen.add(row["branch_id"])
    assert len(seen) == len(small.BRANCHES)


def test_periods_come_newest_first_and_hold_none_to_come(ask):
    found = ask(frame_questions.periods())
    assert found[0]["period"] in {"2025YTD", "2025-09YTD"}
    assert all(row["starts_on"].replace(day=1) <= row["last_month"] for row in found)
    assert [row["last_month"] for row in found] == sorted(
        (row["last_month"] for row in found), reverse=True
    )


def test_the_ranking_is_by_lead_and_leaves_nobody_out(ask):
    cities = ask(scorecard_questions.standings("2025YTD", "P"))
    assert [row["branch_id"] for row in cities] == ["C01", "C03", "C02"]
    assert [row["place"] for row in cities] == [1, 2, None]
    assert cities[0]["behind"] == 0
    assert cities[1]["behind"] == pytest.approx(cities[1]["lead"] - cities[0]["lead"])
    assert cities[2]["lead"] is None
    assert cities[2]["retention"] is not None


def test_the_golden_county_is_where_it_was_promised(ask):
    counties = {
        row["branch_id"]: row
        for row in ask(frame_questions.year_progress("2025YTD", "C01", "C01"))
    }
    golden = counties["C01-1"]
    assert golden["completion"] == pytest.approx(0.968)
    assert golden["lead"] == pytest.approx(0.968 - 273 / 365)
    assert golden["challenge"] == pytest.approx(1.05)
    assert golden["forecast_low"] <= golden["forecast_high"]
    assert next(iter(counties)) == "C01"
    assert counties["C01"]["is_total"]


def test_a_branch_without_a_target_is_not_drawn_against_one(ask):
    found = ask(frame_questions.year_progress("2025YTD", "total", "P"))
    assert [row["branch_id"] for row in found] == ["total", "C01", "C03"]


def test_the_lost_list_holds_as_many_rows_as_the_kpi_says(ask):
    found = ask(retention_questions.lost("2025YTD", "C01-1"))
    assert found[0]["all_rows"] == 3
    assert found[0]["last_month_rows"] == 1
    whole = ask(retention_questions.lost("2025YTD", "total"))
    assert len(whole) == frame_questions.ROWS_SHOWN < whole[0]["all_rows"]
    amounts = [row["monthly_amount_yuan"] for row in whole]
    assert amounts == sorted(amounts, reverse=True)


def test_the_lost_list_follows_the_filter_and_the_period(ask):
    cut = ask(retention_questions.lost("2025YTD", "total", (("tier", "C"),)))
    assert {row["tier"] for row in cut} == {"C"}
    month = ask(retention_questions.lost("2025-06", "total"))
    assert {f"{row['kpi_month']:%Y-%m}" for row in month} == {"2025-06"}


def test_the_lost_list_refuses_a_cut_the_pages_do_not_offer():
    with pytest.raises(WrongInputError, match="tier, industry"):
        retention_questions.lost("2025YTD", "total", (("customer_id; drop", "x"),))


def test_a_viewer_of_one_city_is_asked_about_nothing_else(ask):
    city = Scope(("C01", "C01-1", "C01-2"))
    assert {row["branch_id"] for row in ask(frame_questions.branches(), city)} == {
        "C01",
        "C01-1",
        "C01-2",
    }
    assert (
        ask(scorecard_questions.standings("2025YTD", "P"), city)[0]["branch_id"]
        == "C01"
    )
    lost = ask(retention_questions.lost("2025YTD", "total"), city)
    assert {row["branch_zh"] for row in lost} <= {"云栖县", "临溪县"}


def test_undelivered_entities_are_named_only_where_a_part_needs_them(tmp_path):
    home = small.write_release(
        tmp_path,
        changes=(*undelivered("bills", where="family = 'revenue'"),),
    )
    release = current_release(home)
    missing = rows(frame_questions.undelivered("info_revenue", "2025YTD"), ALL, release)
    assert [row["lacking"] for row in missing] == ["bills"]
    assert (
        rows(frame_questions.undelivered("cohort_retention", "2025YTD"), ALL, release)
        == []
    )


def test_what_needs_attention_comes_first_among_the_checks(ask):
    assert [row["status"] for row in ask(quality_questions.checks())] == [
        "warning",
        "passed",
        "passed",
    ]


def test_the_delivery_grid_has_a_cell_for_every_feed_and_delivery(ask):
    cells = {
        (row["entity"], f"{row['delivered_on']:%m-%d}"): row["status"]
        for row in ask(quality_questions.deliveries())
    }
    assert cells == {
        ("bills", "08-31"): "missing",
        ("bills", "09-30"): "warning",
        ("customers", "08-31"): "passed",
        ("customers", "09-30"): "passed",
    }


def test_received_is_accepted_and_quarantined(ask):
    (total,) = ask(quality_questions.received())
    assert total["rows_read"] == total["rows_accepted"] + total["rows_quarantined"]
    assert ask(quality_questions.quarantine()) == [
        {"entity": "bills", "rule": "type", "rows": 1}
    ]


def documented_columns():
    """Columns of every mart, as its YAML documents them."""
    folder = PROJECT / "models" / "marts"
    models = [
        model
        for path in folder.rglob("*.yml")
        for model in yaml.safe_load(path.read_text(encoding="utf-8"))["models"]
    ]
    return {
        model["name"]: {column["name"] for column in model["columns"]}
        for model in models
    }


def test_the_small_release_has_no_column_that_the_marts_do_not_have():
    documented = documented_columns()
    apart = {*BESIDE_MARTS}
    for name, frame in small.tables("000001").items():
        if name not in apart:
            assert set(frame.columns) - documented[name] == set(), name
