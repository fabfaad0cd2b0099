"""How many agents a hotline needs: the formulas of Erlang B, C and A.

Calls arrive at random (Poisson), handling times are exponential, one queue, first come
first served. Erlang C lets everybody wait; Erlang A lets callers hang up after an
exponential patience. Rates are per second. Sources: Erlang (1917); Palm (1957);
Mandelbaum and Zeltyn, "Service engineering in action: the Palm/Erlang-A queue" (2007).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from math import exp, inf

MOST_WAITING = 100_000
# States less likely than this beside the likeliest one add nothing that is printed.
NEGLIGIBLE = 1e-14


@dataclass(frozen=True)
class Load:
    """Calls of one interval: arrivals in `interval` seconds, mean handling seconds."""

    arrivals: float
    handling: float
    interval: float = 1_800.0

    @property
    def rate(self) -> float:
        """Arrivals per second."""
        return self.arrivals / self.interval

    @property
    def erlangs(self) -> float:
        """Offered traffic: agents busy on average if nobody had to wait."""
        return self.rate * self.handling


@dataclass(frozen=True)
class Result:
    """What callers meet: shares 0..1, mean wait in seconds (inf: the queue grows)."""

    waiting: float
    wait: float
    service_level: float
    abandoned: float
    occupancy: float


def blocked(erlangs: float, agents: int) -> float:
    """Erlang B: the share of calls that find all agents busy and nowhere to wait."""
    return next(islice(_blocked_by_agents(erlangs), agents, None))


def _blocked_by_agents(erlangs: float) -> Iterator[float]:
    """Erlang B with 0, 1, 2 … agents, without end."""
    share = 1.0
    for n in count(1):
        yield share
        share = erlangs * share / (n + erlangs * share)


def _waiting(erlangs: float, agents: int, lost: float) -> float:
    """The share of calls that wait by Erlang C, from that lost by Erlang B."""
    return lost / (1 - erlangs / agents * (1 - lost))


def erlang_c(load: Load, agents: int, within: float) -> Result:
    """Everybody waits. within: seconds of the service level.

    With as much traffic as agents or more the queue grows without end: everybody
    waits, nobody in time.
    """
    traffic = load.erlangs
    if traffic == 0:
        return Result(0.0, 0.0, 1.0, 0.0, 0.0)
    if agents <= traffic:
        return Result(1.0, inf, 0.0, 0.0, 1.0)
    waiting = _waiting(traffic, agents, blocked(traffic, agents))
    free = (agents - traffic) / load.handling
    return Result(
        waiting=waiting,
        wait=waiting / free,
        service_level=1 - waiting * exp(-free * within),
        abandoned=0.0,
        occupancy=traffic / agents,
    )


def erlang_a(load: Load, agents: int, patience: float, within: float) -> Result:
    """Callers hang up after `patience` seconds on average.

    The wait is that of all callers; the service level is the share answered within
    `within` seconds of all callers, those who hang up included.
    """
    if load.erlangs == 0:
        return Result(0.0, 0.0, 1.0, 0.0, 0.0)
    rate, served, leaving = load.rate, 1 / load.handling, 1 / patience
    idle, queue = _states(rate, served, leaving, agents)
    waiting = sum(queue)
    in_queue = sum(j * share for j, share in enumerate(queue))
    abandoned = leaving * in_queue / rate
    in_time = sum(idle) + _answered(queue, agents * served, leaving, within)
    return Result(
        waiting=waiting,
        wait=in_queue / rate,
        service_level=min(1.0, in_time),
        abandoned=abandoned,
        occupancy=rate * (1 - abandoned) / (agents * served) if agents else 0.0,
    )


def _states(
    rate: float, served: float, leaving: float, agents: int
) -> tuple[list[float], list[float]]:
    """Shares of time with 0 … agents − 1 callers, and with agents + j of them."""
    # Downwards and upwards from all agents busy, so that no number grows too large.
    idle = [0.0] * agents
    weight = 1.0
    for n in range(agents, 0, -1):
        weight *= n * served / rate
        idle[n - 1] = weight
        if weight > 1e250:
            break
    queue = [1.0]
    likeliest = max([1.0, *idle])
    while len(queue) < MOST_WAITING:
        queue.append(queue[-1] * rate / (agents * served + len(queue) * leaving))
        likeliest = max(likeliest, queue[-1])
        if queue[-1] < NEGLIGIBLE * likeliest and queue[-1] < queue[-2]:
            break
    total = sum(idle) + sum(queue)
    return [w / total for w in idle], [w / total for w in queue]


def _answered(
    queue: list[float], serving: float, leaving: float, within: float
) -> float:
    """The share of callers who had to queue and are answered within some seconds.

    A caller with j ahead is answered after j + 1 departures from a queue that shrinks,
    the first at rate serving + j × leaving, the last at rate serving, if the own
    patience lasts so long. Integrated over the wait by Simpson's rule.
    """
    if serving == 0 or within == 0:
        return 0.0
    steps = 2 * int(min(1_000, max(24, within / 2)))
    width = within / steps
    total = 0.0
    for step in range(steps + 1):
        t = step * width
        weight = 1 if step in (0, steps) else 4 if step % 2 else 2
        total += weight * _density(queue, serving, leaving, t) * exp(-leaving * t)
    return min(1.0, total * width / 3)


def _density(queue: list[float], serving: float, leaving: float, t: float) -> float:
    """Density of being reached at t, over all numbers of callers ahead."""
    gone = 1 - exp(-leaving * t)
    density = serving * exp(-serving * t)
    total = 0.0
    for ahead, share in enumerate(queue):
        if ahead:
            density *= (serving / leaving + ahead) / ahead * gone
        total += share * density
    return total


def agents_needed(load: Load, goal: float, within: float) -> int:
    """The fewest agents that reach a service level by Erlang C; 0 without traffic.

    Raises:
        ValueError: the goal is no share below 1, which no number of agents reaches.
    """
    if not 0 <= goal < 1:
        raise ValueError(f"a goal is a share below 1, not {goal}")
    traffic = load.erlangs
    if traffic == 0:
        return 0
    for agents, lost in enumerate(_blocked_by_agents(traffic)):
        if agents > traffic:
            late = exp(-(agents - traffic) / load.handling * within)
            if 1 - _waiting(traffic, agents, lost) * late >= goal:
                return agents
    raise AssertionError("a share below 1 is reached before the agents end")
