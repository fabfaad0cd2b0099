"""What satisfaction draws is what the small release holds."""

import pytest

from dashboards.cards import rows as cards_rows
from dashboards.views.satisfaction import rows as page_rows
from jike.pages import frame as frame_questions
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


def test_rivals_and_cities_are_there_when_they_were_asked(home, names, ask):
    branches = {r["branch_id"]: r["name_zh"] for r in ask(frame_questions.branches())}
    assert list(page_rows.rivals(wave(home), names)["label"]) == ["对手乙"]
    assert page_rows.rivals(wave(home, "2024H1"), names).empty
    cities = cards_rows.cities(wave(home), (), branches)
    assert set(cities["label"]) == {"望溪", "松涧", "云澜"}


def test_a_filter_that_surveys_are_not_cut_by_leaves_no_rows(home, names):
    cut = wave(home, where=(("industry", "EDU"),))
    assert cards_rows.rows_of(cut, "satisfaction", ("role",)) == []
