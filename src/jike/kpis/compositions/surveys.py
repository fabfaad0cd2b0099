"""KPIs composed of interviews: weighted, compared with rivals, of cities."""

from dataclasses import replace
from typing import Any

from jike.kpis.compositions.columns import Composition, given
from jike.kpis.cuts import BRANCH_MEMBERS, Cut, summed_rows, word

INTERVIEWS = "kpi_satisfaction"
POINTS = (
    "sum(parts.overall_points) as points, "
    "sum(parts.overall_points_squared) as squares, "
    "sum(parts.overall_interviews) as interviews"
)
HAS_POINTS = "parts.overall_interviews is not null"


def satisfaction_weighted(cut: Cut) -> Composition:
    """Satisfaction post-stratified by tier to the active customers at period end."""
    strata, values = summed_rows(
        cut, INTERVIEWS, "sum", POINTS, condition=HAS_POINTS, further=("tier",)
    )
    of_branch = cut.only(*BRANCH_MEMBERS)
    weights, more = _active_by_tier(of_branch)
    composed = given(
        composed="sum(weights.active * strata.points / strata.interviews) "
        "/ sum(weights.active)",
        # A whole number must not fall short of itself by a last digit.
        composed_n="floor(power(sum(weights.active), 2) "
        "/ sum(power(weights.active, 2) / strata.interviews) + 1e-9)",
    )
    text = f"""
        with strata as ({strata}), weights as ({weights})
        select strata.period{cut.names("strata.")}, {composed}
        from strata
            inner join weights
                on {of_branch.joined("strata", "weights")}
                and strata.tier = weights.tier
        where weights.active > 0
        group by strata.period{cut.names("strata.")}"""
    return text, [*values, *more], {INTERVIEWS, "kpi_customers"}


def _active_by_tier(cut: Cut) -> tuple[str, list[Any]]:
    # A stock of the customers' family: neither a wave nor what is customary in surveys
    # narrows it.
    stock = replace(cut, kpi=replace(cut.kpi, family="customers"))
    return summed_rows(
        stock,
        "kpi_customers",
        "last",
        "cast(sum(parts.active_customers) as double) as active",
        condition="parts.active_customers is not null",
        further=("tier",),
    )


def account_satisfaction(cut: Cut) -> Composition:
    """Satisfaction of the roles, weighted and re-normalised over those present."""
    roles, values = summed_rows(
        cut, INTERVIEWS, "sum", POINTS, condition=HAS_POINTS, further=("role",)
    )
    composed = given(
        composed="sum(weights.weight * roles.points / roles.interviews) "
        "/ sum(weights.weight)",
        composed_n="sum(roles.interviews)",
    )
    text = f"""
        with roles as ({roles})
        select roles.period{cut.names("roles.")}, {composed}
        from roles inner join dim_role_weights as weights on roles.role = weights.role
        group by roles.period{cut.names("roles.")}"""
    return text, values, {INTERVIEWS, "dim_role_weights"}


def short_board_index(cut: Cut) -> Composition:
    """Mean of satisfaction and the three lowest indicators."""
    whole, values = summed_rows(cut, INTERVIEWS, "sum", POINTS, condition=HAS_POINTS)
    boards, more = summed_rows(
        cut,
        INTERVIEWS,
        "sum",
        "sum(parts.indicator_points) / sum(parts.indicator_interviews) as board",
        condition="parts.indicator_interviews is not null "
        "and parts.indicator <> 'total' and parts.servqual = 'total'",
        further=("indicator",),
    )
    composed = given(
        composed="case when boards_n = 3 then "
        "(whole.points / whole.interviews + boards_sum) / 4 end",
        composed_n="whole.interviews",
    )
    text = f"""
        with whole as ({whole}),
        boards as (
            select *, row_number() over (
                partition by period{cut.names()} order by board, indicator
            ) as board_rank
            from ({boards}) as each_board
        ),
        lowest as (
            select period{cut.names()}, sum(board) as boards_sum, count(*) as boards_n
            from boards where board_rank <= 3 group by period{cut.names()}
        )
        select whole.period{cut.names("whole.")}, {composed}
        from whole left join lowest on {cut.joined("whole", "lowest")}"""
    return text, [*values, *more], {INTERVIEWS}


def competitor_lead(cut: Cut) -> Composition:
    """Own minus rival satisfaction, own side of the roles the rival sample has."""
    rivals, values = summed_rows(
        cut,
        INTERVIEWS,
        "sum",
        POINTS,
        condition=HAS_POINTS,
        further=("role",),
        about_rivals=True,
    )
    common = cut.without("competitor")
    ours, more = summed_rows(
        common, INTERVIEWS, "sum", POINTS, condition=HAS_POINTS, further=("role",)
    )
    names = cut.names("rivals.")
    composed = given(
        composed="own_mean - rival_mean",
        composed_n="least(coalesce(own_n, 0), rival_n)",
        standard_error="sqrt(own_error + rival_error)",
        degrees="case when own_error + rival_error > 0 then "
        "power(own_error + rival_error, 2) / (power(own_error, 2) / (own_n - 1) "
        "+ power(rival_error, 2) / (rival_n - 1)) end",
    )
    text = f"""
        with rivals as ({rivals}), ours as ({ours}),
        sides as (
            select rivals.period{names},
                {_moments("rivals", "rival")}, {_moments("ours", "own")}
            from rivals
                left join ours
                    on {common.joined("rivals", "ours")} and rivals.role = ours.role
            group by rivals.period{names}
        )
        select period{cut.names()}, {composed} from sides"""
    return text, [*values, *more], {INTERVIEWS}


def _moments(rows: str, side: str) -> str:
    """Mean, n and squared standard error of one side, from sums and squares."""
    n, points = f"sum({rows}.interviews)", f"sum({rows}.points)"
    squares = f"sum({rows}.squares)"
    return (
        f"{points} / {n} as {side}_mean, {n} as {side}_n, "
        f"case when {n} > 1 then greatest({squares} - {points} * {points} / {n}, 0) "
        f"/ ({n} - 1) / {n} end as {side}_error"
    )


def consistency(cut: Cut) -> Composition:
    """Sample standard deviation of the cities' satisfaction; n = cities."""
    cities, values = summed_rows(
        replace(cut, by=(*cut.by, "city")) if "city" not in cut.by else cut,
        INTERVIEWS,
        "sum",
        POINTS,
        condition=f"{HAS_POINTS} and placed.city_id not in ('own', 'unknown')",
    )
    composed = given(
        composed="case when count(*) > 1 then stddev_samp(points / interviews) end",
        composed_n="count(*)",
    )
    text = f"""
        with cities as ({cities})
        select cities.period{cut.names("cities.")}, {composed}
        from cities cross join dim_build as build
        where cities.interviews >= build.low_base_n
        group by cities.period{cut.names("cities.")}"""
    return text, values, {INTERVIEWS}


def score_distribution(cut: Cut) -> Composition:
    """Answers that score an item, of a score or of all; n = those of all scores."""
    whole_cut = cut.without("score")
    sides = [
        summed_rows(
            each,
            INTERVIEWS,
            "sum",
            "sum(parts.scored_answers) as answers",
            condition="parts.scored_answers is not null",
        )
        for each in (cut, whole_cut)
    ]
    (counted, values), (whole, more) = sides
    # A score that nobody gave is given 0 times; by score there are those given.
    join = "inner" if "score" in cut.by else "left"
    names = "".join(
        f", {'counted' if name == 'score' else 'whole'}.{word(name)}" for name in cut.by
    )
    answers = "coalesce(counted.answers, 0)"
    composed = given(numerator=answers, composed=answers, composed_n="whole.answers")
    text = f"""
        with counted as ({counted}), whole as ({whole})
        select whole.period{names}, {composed}
        from whole {join} join counted on {whole_cut.joined("counted", "whole")}"""
    return text, [*values, *more], {INTERVIEWS}
