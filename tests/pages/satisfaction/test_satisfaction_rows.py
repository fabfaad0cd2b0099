"""What satisfaction draws is what the small release holds."""

import pytest

from dashboards.cards import rows as cards_rows
from dashboards.views.satisfaction import rows as page_rows
from jike.pages import frame as frame_questions
from jike.releases.question import Question
from tests.fixtures.page_views import wave


def test_roles_carry_low_base_and_withheld_states(home, names):
    rows_, verdicts = page_rows.roles(wave(home), wave(home, "2024H2"), None, names)
    states = dict(zip(rows_["n"], rows_["status"], strict=True))
    assert states[7.0] == "hidden"
    assert states[18.0] == "low_base"
    assert states[150.0] == "ok"
    hidden = rows_[rows_["status"] == "hidden"].iloc[0]
    assert hidden["value"] != hidden["value"]
    assert set(verdicts) == {"contact", "decision_maker", "member"}
    assert page_rows.roles(wave(home), None, 60.0, names)[1]["contact"] == 1


def test_product_and_communication_come_first(home, names):
    frame = page_rows.priorities(wave(home), names)
    first = frame[frame["is_first"]]["indicator"]
    assert set(first) == {"product", "communication"}
    assert len(frame) == 6


def test_too_few_interviews_make_no_map(home, names):
    few = wave(home, own=(("role", "member"), ("tier_group", "A")))
    assert page_rows.priorities(few, names).empty


def test_the_web_differs_in_the_biased_wave_only(home, names):
    _frame, biased = page_rows.modes(wave(home), (), names)
    assert biased.difference.is_real
    assert biased.difference.value == pytest.approx(6, abs=1.0)
    _frame, sound = page_rows.modes(wave(home, "2024H2"), (), names)
    assert not sound.difference.is_real


def test_reasons_of_the_dissatisfied_keep_children_below_their_head(home, names):
    visitors = wave(home, "2025-07", own=(("role", "hall_visitor"),))
    frame = page_rows.dissatisfaction(visitors, (), names)
    labels = list(frame["label"])
    heads = frame[~frame["is_child"]]
    assert list(heads["rows"]) == sorted(heads["rows"], reverse=True)
    assert frame.iloc[0]["is_marked"]
    staff = labels.index(names["reason", "D1"]["name_zh"])
    assert frame.iloc[staff + 1]["is_child"]
    assert (frame["share"] <= 1).all()


@pytest.fixture
def answered(monkeypatch):
    """Has the questions of the page answered by rows given by KPI."""

    def with_rows(**given):
        monkeypatch.setattr(
            page_rows, "rows_of", lambda _facts, code, *_cut: given.get(code, [])
        )

    return with_rows


def reason(code, n, of):
    return {"reason": code, "value": n / of, "numerator": n, "denominator": of}


def test_reasons_of_all_interviews_are_shown_where_no_dissatisfied_names_one(
    home, names, answered
):
    everybody = [reason("D4", 30, 120), reason("D1", 20, 120)]
    answered(reason_share=everybody)
    told = page_rows.dissatisfaction(wave(home), (), names)
    assert told.attrs["is_of_all"]
    assert list(told["rows"]) == list(told["everybody"]) == [30, 20]
    assert set(told["of"]) == {120}
    answered(
        reason_share=everybody, dissatisfaction_reason_share=[reason("D1", 20, 40)]
    )
    told = page_rows.dissatisfaction(wave(home), (), names)
    assert not told.attrs["is_of_all"]
    assert list(told["share"]) == [0.5]
    assert list(told["everybody"]) == [20]


def test_every_score_of_the_item_overall_is_counted(home, names, ask):
    told = page_rows.scores(wave(home), names)
    counted = ask(
        Question(
            ("fct_satisfaction",),
            "select cast(overall_score as bigint) as score, count(*) as n "
            "from fct_satisfaction where wave = '2025H1' and competitor = 'us' "
            "and overall_score is not null group by 1 order by 1 desc",
        )
    )
    assert list(told["label"]) == [str(row["score"]) for row in counted]
    assert list(told["rows"]) == [row["n"] for row in counted]
    assert told["share"].sum() == pytest.approx(1)
    most = max(row["n"] for row in counted)
    assert list(told[told["is_marked"]]["rows"]) == [most]
    total = sum(row["n"] for row in counted)
    mean = sum(row["score"] * row["n"] for row in counted) / total
    assert told.attrs["mean"] == pytest.approx(mean)


def scored(**answers):
    """Rows of one item, stars, by score."""
    n = sum(answers.values())
    return {
        "score_mean": [{"item": "stars", "value": 4.0, "n": n}],
        "score_distribution": [
            {"score": score.removeprefix("s").replace("_", "."), "value": value}
            for score, value in answers.items()
        ],
    }


def test_scores_stand_in_order_with_those_nobody_gave(home, names, answered):
    answered(**scored(s10=1, s9=4, s7=4))
    told = page_rows.scores(wave(home), names)
    # Nobody was asked of the whole, so the item shown is another.
    assert told.attrs["item"] == "stars"
    assert list(told["label"]) == ["10", "9", "8", "7"]
    assert list(told["rows"]) == [1, 4, 0, 4]
    assert not told["is_marked"].any()
    answered(**scored(s10=1, s4_5=3))
    told = page_rows.scores(wave(home), names)
    assert list(told["label"]) == ["10", "4.5"]
    assert list(told["is_marked"]) == [False, True]
    answered()
    assert page_rows.scores(wave(home), names).empty


def test_rivals_and_cities_are_there_when_they_were_asked(home, names, ask):
    branches = {r["branch_id"]: r["name_zh"] for r in ask(frame_questions.branches())}
    assert list(page_rows.rivals(wave(home), names)["label"]) == ["对手乙"]
    assert page_rows.rivals(wave(home, "2024H1"), names).empty
    cities = cards_rows.cities(wave(home), (), branches)
    assert set(cities["label"]) == {"望溪", "松涧", "云澜"}


def test_a_filter_that_surveys_are_not_cut_by_leaves_no_rows(home, names):
    cut = wave(home, where=(("industry", "EDU"),))
    assert cards_rows.rows_of(cut, "satisfaction", ("role",)) == []
