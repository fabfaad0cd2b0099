"""Erlang's formulas against figures from the literature and against each other."""

from math import inf

import pytest

from jike.kpis.erlang import Load, agents_needed, blocked, erlang_a, erlang_c

# 100 calls in half an hour of 3 minutes: ten Erlang, the standing textbook example.
TEN = Load(arrivals=100, handling=180)
TEN_OF_0 = Load(arrivals=100, handling=0)


@pytest.mark.parametrize(
    ("erlangs", "agents", "share"),
    [(1, 1, 0.5), (2, 2, 0.4), (10, 10, 0.2146), (5, 10, 0.0184), (20, 30, 0.0085)],
)
def test_erlang_b_is_what_the_tables_say(erlangs, agents, share):
    assert blocked(erlangs, agents) == pytest.approx(share, abs=5e-5)


def test_one_agent_is_the_simple_queue():
    # M/M/1 with half the agent's time used: half wait, as long as a call takes.
    result = erlang_c(Load(arrivals=5, handling=180), 1, within=0)
    assert result.waiting == pytest.approx(0.5)
    assert result.wait == pytest.approx(180)
    assert result.service_level == pytest.approx(0.5)
    assert result.occupancy == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("agents", "waiting", "wait", "within_20"),
    [
        (11, 0.6821, 122.8, 0.3896),
        (12, 0.4494, 40.4, 0.6401),
        (13, 0.2853, 17.1, 0.7956),
        (14, 0.1741, 7.8, 0.8884),
    ],
)
def test_ten_erlang_is_what_the_textbooks_say(agents, waiting, wait, within_20):
    result = erlang_c(TEN, agents, within=20)
    assert result.waiting == pytest.approx(waiting, abs=1e-4)
    assert result.wait == pytest.approx(wait, abs=0.1)
    assert result.service_level == pytest.approx(within_20, abs=2e-4)


def test_more_calls_than_agents_make_an_endless_queue_and_nobody_is_in_time():
    result = erlang_c(TEN, 10, within=15)
    assert (result.wait, result.service_level) == (inf, 0.0)


def test_patience_without_end_is_erlang_c():
    patient = erlang_a(TEN, 13, patience=1e9, within=20)
    endless = erlang_c(TEN, 13, within=20)
    assert patient.waiting == pytest.approx(endless.waiting, abs=1e-4)
    assert patient.wait == pytest.approx(endless.wait, rel=1e-3)
    assert patient.service_level == pytest.approx(endless.service_level, abs=1e-3)
    assert patient.abandoned == pytest.approx(0, abs=1e-6)


def test_where_patience_equals_handling_the_queue_is_poisson():
    # Every caller leaves at the same rate, served or not: the number is Poisson(10).
    from scipy.stats import poisson

    result = erlang_a(TEN, 10, patience=180, within=20)
    assert result.waiting == pytest.approx(poisson.sf(9, 10))
    queue = sum((n - 10) * poisson.pmf(n, 10) for n in range(11, 60))
    assert result.abandoned == pytest.approx(queue / 10)
    assert result.wait == pytest.approx(queue / TEN.rate)


def test_what_is_answered_and_what_hangs_up_is_everything():
    result = erlang_a(TEN, 11, patience=60, within=900)
    assert result.service_level == pytest.approx(1 - result.abandoned, abs=1e-4)
    flow = result.occupancy * 11 / TEN.handling + result.abandoned * TEN.rate
    assert flow == pytest.approx(TEN.rate)


def test_the_service_level_is_what_a_simulation_finds():
    import numpy as np

    agents, patience, within = 10, 60.0, 15.0
    drawn = np.random.default_rng(7)
    n = 60_000
    arrivals = np.cumsum(drawn.exponential(1 / TEN.rate, n))
    handling = drawn.exponential(TEN.handling, n)
    patiences = drawn.exponential(patience, n)
    free = [0.0] * agents
    in_time = hung_up = 0
    for at, length, limit in zip(arrivals, handling, patiences, strict=True):
        first = min(range(agents), key=free.__getitem__)
        wait = max(0.0, free[first] - at)
        if wait > limit:
            hung_up += 1
            continue
        in_time += wait <= within
        free[first] = at + wait + length
    result = erlang_a(TEN, agents, patience, within)
    assert result.service_level == pytest.approx(in_time / n, abs=0.012)
    assert result.abandoned == pytest.approx(hung_up / n, abs=0.012)


def test_the_fewest_agents_reach_the_goal_and_one_less_does_not():
    needed = agents_needed(TEN, goal=0.8, within=20)
    assert needed == 14
    assert erlang_c(TEN, needed - 1, 20).service_level < 0.8
    assert agents_needed(Load(0, 180), 0.8, 20) == agents_needed(TEN_OF_0, 0.8, 20) == 0


def test_agents_have_no_upper_end_but_a_goal_has():
    large = Load(arrivals=30_000, handling=3_600)
    needed = agents_needed(large, goal=0.8, within=15)
    assert needed > large.erlangs > 50_000
    assert erlang_c(large, needed, 15).service_level >= 0.8
    assert erlang_c(large, needed - 1, 15).service_level < 0.8
    with pytest.raises(ValueError, match="below 1"):
        agents_needed(TEN, 1.0, 20)


def test_a_large_hotline_does_not_overflow():
    needed = agents_needed(Load(arrivals=15_000, handling=180), 0.8, 15)
    assert 1_500 < needed < 1_560
    small = erlang_a(Load(arrivals=2, handling=180), 300, 60, 15)
    assert small.abandoned == pytest.approx(0)
    assert small.service_level == pytest.approx(1)


def test_without_traffic_nobody_waits():
    assert erlang_c(TEN_OF_0, 3, 15) == erlang_a(TEN_OF_0, 3, 60, 15)
    assert erlang_c(Load(0, 180), 3, 15).service_level == 1.0
    assert erlang_a(Load(0, 180), 3, 60, 15).abandoned == 0.0
