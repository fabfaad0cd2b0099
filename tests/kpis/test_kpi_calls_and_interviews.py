"""Calls and interviews: what is listed, lacking, stored, and cut by what it needs."""

import numpy as np
import pytest

from jike.ground.errors import WrongInputError
from jike.kpis.kpi import load_catalogue, run
from jike.releases.opening import current_release
from tests.fixtures import small_service
from tests.fixtures.answers import near, question_of

MAY = "2025-05"


WAVE = "2025H1"


HOTLINE = [
    "call_demand",
    "calls_answered",
    "call_reasons",
    "connection_rate",
    "abandonment_rate",
    "blocked_rate",
    "service_level_15s",
    "ivr_containment",
    "repeat_rate",
    "first_contact_resolution",
    "hotline_coverage",
    "asa",
    "aht",
    "asa_median",
    "asa_p90",
    "calls_answered_monthly_mean",
    "demand_growth",
    "demand_growth_arithmetic",
]


SATISFACTION = [
    "satisfaction",
    "loyalty",
    "emotional",
    "rational",
    "indicator",
    "dissatisfied_share",
    "dissatisfaction_reason_share",
    "response_rate",
    "satisfaction_weighted",
    "account_satisfaction",
    "competitor_lead",
    "consistency",
    "short_board_index",
    "importance",
    "nps",
    "reason_share",
    "score_mean",
    "top_box_share",
    "bottom_box_share",
    "score_distribution",
]


NEEDS = {
    "indicator": "indicator",
    "importance": "indicator",
    "dissatisfaction_reason_share": "reason",
    "reason_share": "reason",
}


@pytest.fixture(scope="module")
def home(of_contacts):
    return of_contacts


@pytest.mark.parametrize("code", NEEDS)
def test_a_kpi_that_means_nothing_in_total_says_by_what_it_is_cut(home, code):
    with pytest.raises(WrongInputError, match=f"{code} means nothing .*{NEEDS[code]}"):
        run(home, [code], period=WAVE)


def test_only_kpis_of_surveys_have_waves(home):
    with pytest.raises(WrongInputError, match="call_demand has no waves"):
        run(home, ["call_demand"], period=WAVE)
    with pytest.raises(WrongInputError, match=r"no period 2023H1; .* waves 2024H1 to"):
        run(home, ["satisfaction"], period="2023H1")


def test_the_catalogue_has_the_codes_of_both_families(home):
    kpis = load_catalogue(current_release(home)).values()
    families = {
        family: sorted(kpi.kpi for kpi in kpis if kpi.family == family)
        for family in ("hotline", "satisfaction")
    }
    assert families == {
        "hotline": sorted(HOTLINE),
        "satisfaction": sorted(SATISFACTION),
    }


def test_values_per_branch_agree_with_the_parts_they_are_rolled_up_from(home, ask):
    from jike.releases.opening import ALL, rows
    from jike.releases.question import Question

    question = Question(
        ("kpi_values", "dim_kpis"),
        "select v.* from kpi_values as v inner join dim_kpis as k on v.kpi = k.kpi "
        "where k.family in ('hotline', 'satisfaction') and v.branch_id <> 'total' "
        "and (v.period = ? or v.period = ? and k.family = 'satisfaction')",
        (MAY, WAVE),
    )
    stored = rows(question, ALL, current_release(home))
    asked = {
        (row["kpi"], row["period"], row["branch"]): row["value"]
        for code, period in {(row["kpi"], row["period"]) for row in stored}
        for row in ask(code, period, by="branch")
    }
    compared = 0
    for row in stored:
        key = row["kpi"], row["period"], row["branch_id"]
        if key in asked:
            assert row["kpi_value"] == (
                None if asked[key] is None else near(asked[key])
            ), key
            compared += asked[key] is not None
    assert compared > 50


def test_without_calls_and_interviews_there_is_no_data(tmp_path_factory, served):
    folder = small_service.deliver(tmp_path_factory.mktemp("delivery") / "2025-06-20")
    for name in ("calls", "survey_responses", "survey_answers"):
        (folder / f"{name}.csv").unlink()
    ask = question_of(served(folder, small_service.AS_OF))
    for code in [*HOTLINE, *SATISFACTION]:
        member = {"indicator": "product", "reason": "D1"}.get(NEEDS.get(code))
        where = {NEEDS[code]: member} if member else {}
        # The lists alone say which city has a centre.
        if code != "hotline_coverage":
            (row,) = ask(code, MAY, **where)
            assert (row["value"], row["status"]) == (None, "no_data"), code
            assert row["numerator"] is None, code


@pytest.mark.slow
def test_calls_delivered_empty_are_no_calls_and_limits_can_be_set(
    tmp_path_factory, served
):
    folder = small_service.deliver(tmp_path_factory.mktemp("delivery") / "2025-06-20")
    (folder / "calls.csv").write_text(
        small_service.CALL_COLUMNS + "\n", encoding="utf-8"
    )
    limits = {"hidden_n": "2", "low_base_n": "20", "dissatisfied_limit": "7"}
    ask = question_of(served(folder, small_service.AS_OF, **limits))
    (row,) = ask("call_demand", MAY)
    assert (row["value"], row["status"]) == (0, "ok")
    assert ask("call_demand", MAY, by="city") == []
    (row,) = ask("abandonment_rate", MAY)
    assert (row["value"], row["status"]) == (None, "no_data")
    (row,) = ask("satisfaction", WAVE, by="competitor")
    assert (row["competitor"], row["value"], row["status"]) == ("CO3", 0, "low_base")
    # R11 gave 7.
    (row,) = ask("dissatisfied_share", WAVE)
    assert (row["numerator"], row["denominator"]) == (50, 110)
    # Members: C1 100 and 50, C2 55.6 and 66.7, twenty each
    (row,) = ask("consistency", WAVE, role="member")
    spread = np.std([75, (500 / 9 + 600 / 9) / 2], ddof=1)
    assert (row["value"], row["n"]) == (near(spread), 2)
