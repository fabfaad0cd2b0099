"""Promised figures G to M and the planted truths, read through `jike kpi`.

A to F and N are read in the browser tests.
"""

import json

import pytest

from jike.ground.home import Home
from jike.kpis.kpi import run

pytestmark = pytest.mark.slow


@pytest.fixture
def ask(demo_home):
    def asked(code, period, by=None, **where):
        pairs = [
            f"{name}={member}"
            for name, members in where.items()
            for member in members.split()
        ]
        home = Home(demo_home)
        return json.loads(
            run(home, [code], period=period, by=by, where=pairs, fmt="json")
        )

    return asked


@pytest.fixture
def one(ask):
    def asked(code, period, **where):
        (row,) = ask(code, period, **where)
        return row

    return asked


@pytest.fixture
def by(ask):
    """Values by the members of one dimension."""

    def asked(code, period, dimension, **where):
        rows = ask(code, period, dimension, **where)
        return {row[dimension]: row["value"] for row in rows}

    return asked


def test_g_hall_complaints_of_the_golden_city_by_ownership_and_type(one, by):
    june, july = (
        by("complaints", period, "ownership", branch="C01")
        for period in ("2025-06", "2025-07")
    )
    # `unknown` are the complaints of no hall.
    assert set(june) == set(july) == {"own_own", "own_other", "unknown"}
    assert (june["own_own"], june["own_other"]) == (166, 109)
    assert (july["own_own"], july["own_other"]) == (195, 124)
    wrong = [
        one("complaints", period, branch="C01", complaint_type="C02")["value"]
        for period in ("2025-06", "2025-07")
    ]
    assert wrong == [49, 66]


def test_h_watched_halls_pass_fail_or_have_no_verdict(ask):
    rows = ask("hall_passes", "2025-07", "hall", hall="H01 H02 H03 H04")
    assert [row["verdict"] for row in rows] == ["pass", "pass", "fail", "no_data"]
    assert [row["value"] for row in rows] == [1, 1, 0, None]
    assert [row["because"] for row in rows] == [None, None, None, "closed"]


def test_i_self_service_fast_lane_and_handling_of_the_improved_hall(one):
    def of_hall(code, period, **where):
        return one(code, period, hall="H05", **where)["value"]

    assert of_hall("self_service_rate", "2025-05") == pytest.approx(0.30)
    assert of_hall("self_service_rate", "2025-07") == pytest.approx(0.60)
    fast = of_hall("fast_lane_share", "2025-07", is_month_end="true")
    assert fast == pytest.approx(0.15)
    may, july = (
        of_hall("hall_handling_minutes", period, service="card_replacement")
        for period in ("2025-05", "2025-07")
    )
    assert may - july == pytest.approx(5)


def test_j_switching_intention_of_the_small_customers(one):
    row = one("switching_intention", "2025H1", tier="C")
    assert (row["numerator"], row["denominator"], row["status"]) == (59, 100, "ok")
    assert (round(row["low"], 3), round(row["high"], 3)) == (0.492, 0.681)


def test_k_penetration_and_lines_among_the_schools_of_the_golden_county(one):
    schools = {"product": "I01", "branch": "C01-1", "industry": "EDU"}
    row = one("penetration", "2025-09", **schools)
    assert (row["numerator"], row["denominator"]) == (12, 12)
    assert row["status"] == "low_base"
    assert one("lines_in_service", "2025-09", **schools)["value"] == 13_700


def test_l_the_golden_city_is_behind_the_first_in_the_eyes_of_visitors(ask):
    rows = ask("satisfaction", "2025-07", "city", role="hall_visitor")
    gaps = {row["city"]: row["gap"] for row in rows}
    assert len(gaps) == 21
    assert round(gaps["C01"], 1) == -1.4


def test_m_a_fifth_of_the_lines_carries_four_fifths_of_the_traffic(one):
    share = one("traffic_top20_share", "2025-09")["value"]
    assert round(share, 3) == 0.8


def changed(before, after):
    return {member: after[member] - before[member] for member in before}


def test_the_price_shock_shows_by_line_and_by_city(by):
    lines = changed(
        *(
            by("info_revenue", period, "line", branch="C07")
            for period in ("2025-04", "2025-05")
        )
    )
    cities = changed(
        *(
            by("info_revenue", period, "city", line="wired_data")
            for period in ("2025-04", "2025-05")
        )
    )
    assert min(lines, key=lines.get) == "wired_data"
    assert min(cities, key=cities.get) == "C07"
    assert lines["wired_data"] == pytest.approx(cities["C07"])
    assert lines["wired_data"] < -100_000
    # Nothing else in the city or of the line falls by a tenth of that.
    others = {**lines, **cities}
    del others["wired_data"], others["C07"]
    assert min(others.values()) > lines["wired_data"] / 10


def test_finance_is_lost_to_one_rival_from_june_to_august(by):
    for period in ("2025-06", "2025-07", "2025-08"):
        lost = by("lost_customers", period, "industry")
        assert max(lost, key=lost.get) == "FIN"
        reasons = by("lost_customers", period, "lost_reason", industry="FIN")
        assert reasons["lost_to_competitor"] >= 0.9 * lost["FIN"]
        rivals = by("lost_customers", period, "lost_to", industry="FIN")
        assert max(rivals.values()) >= 0.9 * lost["FIN"]
        assert max(rivals, key=rivals.get) != "unknown"
    before = by("lost_customers", "2025-05", "industry")
    assert before.get("FIN", 0) < 5


def test_the_partner_hall_books_to_the_halls_of_others(ask):
    rows = ask("misbooked_rate", "2025YTD", "hall")
    rates = {row["hall"]: row["value"] for row in rows if row["status"] == "ok"}
    worst = rates.pop("H21")
    assert worst > 0.3
    assert max(rates.values()) < 0.1


def test_warnings_come_before_the_loss(one):
    evaluated = {
        code: one(code, "2025-06")
        for code in ("warning_precision", "warning_recall", "warning_lift")
    }
    precision, recall, lift = (row["value"] for row in evaluated.values())
    # The warned that were lost are counted once, for both shares.
    assert (
        evaluated["warning_precision"]["numerator"]
        == evaluated["warning_recall"]["numerator"]
    )
    assert precision > 0.4
    assert 0.5 < recall < 1  # silent customers among them
    assert lift > 10
    assert one("warning_precision", "2025-07")["status"] == "no_data"
