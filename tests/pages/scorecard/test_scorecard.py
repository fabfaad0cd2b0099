"""The scorecard: every KPI of the targets scored, branches ranked by the total."""

import pytest

from dashboards.kit.colours import DARK, LIGHT
from dashboards.views.scorecard import charts, findings
from dashboards.views.scorecard import rows as scorecard_rows
from jike.pages import scorecard as questions
from jike.releases.opening import ALL, current_release, rows
from jike.words.language import Words
from tests.fixtures import page_customers
from tests.fixtures import page_release as small
from tests.fixtures.page_views import facts_of, said

ZH, EN = Words("zh"), Words("en")


@pytest.fixture(scope="module")
def scored(tmp_path_factory):
    return small.write_release(
        tmp_path_factory.mktemp("scored"), changes=page_customers.SCORES
    )


def test_branches_rank_by_score_and_one_without_all_weight_does_not(scored):
    release = current_release(scored)
    ranked = rows(questions.ranked("2025YTD", "P"), ALL, release)
    by_branch = {row["branch_id"]: row for row in ranked}
    assert by_branch["C03"]["place"] is None
    assert by_branch["C03"]["coverage"] == pytest.approx(0.75)
    assert by_branch["C03"]["gap"] is None
    assert [by_branch[c]["place"] for c in ("C01", "C02")] == [1, 1]
    assert by_branch["C01"]["weakest"] == "nrr"
    assert ranked[-1]["branch_id"] == "C03"


def test_the_total_is_the_weighted_mean_of_the_scores_shown(scored):
    release = current_release(scored)
    given = rows(questions.scores("2025YTD", "C01"), ALL, release)
    facts = facts_of(scored, "C01")
    shown = scorecard_rows.kpis(given, facts.catalogue, ZH)
    weights = sum(row["weight"] for row in shown)
    mean = sum(row["weight"] * row["score"] for row in shown) / weights
    assert mean == pytest.approx(facts.value("scorecard"))
    assert scorecard_rows.coverage(shown) == 1
    assert findings.score(mean, 1.0, shown, ZH) == (
        "总分 78.0；净收入留存率最低，66.0 分"
    )
    part = findings.score(mean, 0.75, shown, EN)
    assert part == "Total score 78.0 over 75.0% of the weight, not ranked"
    shown[0]["score"] = None
    assert scorecard_rows.coverage(shown) == pytest.approx(0.5)


def test_subtotals_are_weighted_means_by_goal_and_window():
    def row(goal, window, weight, score):
        return {"goal": goal, "window": window, "weight": weight, "score": score}

    given = [
        row("customer", None, 30.0, 90.0),
        row("customer", None, 10.0, 70.0),
        row("service", "hotline", 40.0, 60.0),
        row("product", None, 20.0, None),
    ]
    assert scorecard_rows.subtotals(given, EN) == [
        ("service", 60.0),
        ("customer", pytest.approx(85.0)),
        ("hotline", 60.0),
    ]
    # One goal with all the weight that is scored is the total itself.
    assert scorecard_rows.subtotals(given[:2], EN) == []


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.theme)
def test_a_score_below_base_is_orange_and_says_its_number(theme):
    row = {"name": "甲", "actual_text": "1", "base_text": "2"}
    scored = [row | {"score": score} for score in (79.9, 80.0, None)]
    figure = charts.Scores().draw(scored, ZH, theme)
    assert list(figure.data[0].marker.color) == [theme.bad, theme.good, theme.act]
    texts = [a.text for a in figure.layout.annotations]
    assert {"79.9", "80.0", "—"} <= set(texts)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_scorecard_shows_total_ranking_and_short_boards(look, scored, lang):
    app = look("scorecard", at=scored, lang=lang, branch="C01")
    assert not app.error
    assert ("总分 78.0" if lang == "zh" else "Total score 78.0") in said(app)
    table = app.dataframe[0].value
    nrr = "净收入留存率" if lang == "zh" else "Net revenue retention (NRR)"
    assert nrr in next(iter(table["short"]))
