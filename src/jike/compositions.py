"""KPIs that are composed anew for every cut: quantiles, series, surveys, verdicts.

Each function gives the text of a select and its bound values; its columns are period,
the dimensions of the cut, and what COLUMNS names.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from jike.cuts import BRANCH_MEMBERS, Cut, marks, summed_rows, word
from jike.errors import WrongInputError

if TYPE_CHECKING:
    from jike.kpis import Part

Composition = tuple[str, list[Any], set[str]]
"""Text, values, and the tables beside those of every question."""

COLUMNS = {
    "numerator": "decimal(38, 10)",
    "denominator": "decimal(38, 10)",
    "squares": "double",
    "composed": "double",
    "composed_low": "double",
    "composed_high": "double",
    "composed_n": "bigint",
    "standard_error": "double",
    "degrees": "double",
    "verdict": "varchar",
    "because": "varchar",
}

INTERVIEWS = "kpi_satisfaction"
BILL_LINES = "fct_bills"
USAGE = "fct_usage"
ATTENDED = "fct_attended"
WHOLE = "enterprise_revenue"
POINTS = (
    "sum(parts.overall_points) as points, "
    "sum(parts.overall_points_squared) as squares, "
    "sum(parts.overall_interviews) as interviews"
)
FROM_JANUARY = (
    "count(*) = max(spans.months_counted) and min(amount) > 0 and count(*) > 1 "
    "and max(extract(month from spans.first_month)) = 1"
)
HAS_POINTS = "parts.overall_interviews is not null"

HALLS = "kpi_halls"
# A mean of fewer waits says nothing, nor does a month with fewer days of visits.
FEWEST_WAITS = 5
FEWEST_VISIT_DAYS = 12


def given(**columns: str) -> str:
    """Select list with the columns given and typed nulls for the others."""
    return ", ".join(
        f"cast({columns.get(name, 'null')} as {type_}) as {name}"
        for name, type_ in COLUMNS.items()
    )


def quantile(cut: Cut, part: "Part") -> Composition:
    """Interpolated quantile of the rows behind a part."""
    table, measure = f"fct_{part.family}", f"parts.{word(part.measure)}"
    text, values = summed_rows(
        cut,
        table,
        part.over_time,
        given(composed=f"quantile_cont({measure}, {float(part.quantile or 0.5)})"),
        condition=f"{measure} is not null",
    )
    return text, values, {word(table)}


def monthly_mean(cut: Cut, part: "Part") -> Composition:
    """Mean over the full months of the period, months without rows included."""
    series, values = _series(cut, part)
    text = f"""
        with series as ({series}), spans as ({_spans(cut)})
        select series.period{cut.names("series.")},
            {given(composed="sum(amount) / max(spans.months_counted)")}
        from series inner join spans on series.period = spans.period
        group by series.period{cut.names("series.")}"""
    return text, [*values, part.over_time, *cut.periods], {f"kpi_{part.family}"}


def growth_geometric(cut: Cut, part: "Part") -> Composition:
    """Geometric mean of monthly growth from January on; null where a month is 0."""
    growth = (
        f"case when {FROM_JANUARY} then power("
        "cast(arg_max(amount, series.kpi_month) as double) "
        "/ arg_min(amount, series.kpi_month), 1.0 / (count(*) - 1)) - 1 end"
    )
    return _grown(cut, part, growth)


def growth_arithmetic(cut: Cut, part: "Part") -> Composition:
    """Arithmetic mean of monthly growth from January on."""
    return _grown(
        cut,
        part,
        f"case when {FROM_JANUARY} then "
        "avg(cast(amount as double) / amount_before - 1) end",
    )


def _grown(cut: Cut, part: "Part", growth: str) -> Composition:
    series, values = _series(cut, part)
    text = f"""
        with summed as ({series}),
        series as (
            select *, lag(amount) over (
                partition by period{cut.names()} order by kpi_month
            ) as amount_before
            from summed
        ),
        spans as ({_spans(cut)})
        select series.period{cut.names("series.")}, {given(composed=growth)}
        from series inner join spans on series.period = spans.period
        group by series.period{cut.names("series.")}"""
    return text, [*values, part.over_time, *cut.periods], {f"kpi_{part.family}"}


def _series(cut: Cut, part: "Part") -> tuple[str, list[Any]]:
    measure = f"parts.{word(part.measure)}"
    return summed_rows(
        cut,
        f"kpi_{part.family}",
        part.over_time,
        f"sum({measure}) as amount",
        condition=f"{measure} is not null",
        further=("kpi_month",),
    )


def _spans(cut: Cut) -> str:
    return (
        "select period, count(*) as months_counted, min(kpi_month) as first_month "
        "from dim_period_months "
        f"where over_time = ? and period in ({marks(cut.periods)}) group by period"
    )


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


def revenue_top10_share(cut: Cut) -> Composition:
    """Share of the ten customers with the largest positive sums in all of them."""
    largest = "sum(case when place <= 10 then amount end)"
    return _concentration(cut, f"cast({largest} as double) / sum(amount)")


def revenue_hhi(cut: Cut) -> Composition:
    """Sum of the squared shares of the customers with a positive sum, 0 to 1."""
    squares = "sum(power(cast(amount as double), 2))"
    return _concentration(cut, f"{squares} / power(sum(amount), 2)")


def _concentration(cut: Cut, composed: str) -> Composition:
    amounts, values = summed_rows(
        cut,
        BILL_LINES,
        "sum",
        "sum(parts.billed_amount_yuan) as amount",
        further=("customer_id",),
    )
    cell = f"period{cut.names()}"
    text = f"""
        with amounts as ({amounts}),
        placed_customers as (
            select {cell}, amount,
                row_number() over (
                    partition by {cell} order by amount desc, customer_id
                ) as place
            from amounts where amount > 0
        )
        select {cell}, {given(composed=composed)} from placed_customers
        group by {cell}"""
    return text, values, {BILL_LINES}


def traffic_top20_share(cut: Cut) -> Composition:
    """Share of the data traffic that the largest fifth of the lines carries."""
    traffic, values = summed_rows(
        cut,
        USAGE,
        "sum",
        "coalesce(sum(parts.data_mb), 0) as data_mb",
        further=("line_number",),
    )
    cell = f"period{cut.names()}"
    composed = given(
        composed="case when sum(data_mb) > 0 then "
        "cast(sum(case when place <= ceil(lines / 5.0) then data_mb end) as double) "
        "/ cast(sum(data_mb) as double) end"
    )
    text = f"""
        with traffic as ({traffic}),
        placed_lines as (
            select {cell}, data_mb,
                count(*) over (partition by {cell}) as lines,
                row_number() over (
                    partition by {cell} order by data_mb desc, line_number
                ) as place
            from traffic
        )
        select {cell}, {composed} from placed_lines group by {cell}"""
    return text, values, {USAGE}


def customers_per_manager(cut: Cut) -> Composition:
    """Active customers with a manager over the distinct managers they name."""
    customers, values = summed_rows(
        cut,
        ATTENDED,
        "last",
        "count(*) as customers, count(distinct parts.manager_number) as managers",
        condition="parts.manager_number is not null",
    )
    composed = given(
        numerator="customers",
        denominator="managers",
        composed="cast(customers as double) / managers",
    )
    text = f"select period{cut.names()}, {composed} from ({customers}) as attended"
    return text, values, {ATTENDED}


def reconciliation_gap(cut: Cut) -> Composition:
    """What was measured minus the books, over the months that have a figure.

    Without a measure it is that of enterprise revenue: revenue and calls do not add.
    """
    condition = "true" if "measure" in cut.asked else f"parts.measure = '{WHOLE}'"
    gap = (
        "case when count(parts.measured_value) = count(*) "
        "then sum(parts.measured_value) - sum(parts.control_value) end"
    )
    return _beside_the_books(cut, given(composed=gap), condition)


def info_revenue_share_company(cut: Cut) -> Composition:
    """Informatisation revenue over the company's revenue in the operator's books."""
    measured, books = "sum(parts.measured_value)", "sum(parts.control_value)"
    share = f"case when {books} <> 0 then {measured} / cast({books} as double) end"
    columns = given(numerator=measured, denominator=books, composed=share)
    return _beside_the_books(cut, columns, "true")


def _beside_the_books(cut: Cut, columns: str, condition: str) -> Composition:
    """Sum the figures of the books; those of a branch hold its descendants already."""
    levels = [name for name in cut.by if name in BRANCH_MEMBERS]
    asked = [chosen for name, chosen in cut.where if name in BRANCH_MEMBERS]
    measures = [chosen for name, chosen in cut.where if name == "measure"]
    if len(asked) > 1:
        raise WrongInputError(
            "{kpi} is made per branch; give one --where branch=MEMBER", kpi=cut.kpi.kpi
        )
    conditions = [
        "parts.kpi = ?",
        "months.over_time = 'sum'",
        "months.wave is null",
        f"months.period in ({marks(cut.periods)})",
        condition,
        *(f"placed.level = '{name}'" for name in levels if name != "branch"),
    ]
    values: list[Any] = [cut.kpi.kpi, *cut.periods]
    if levels and asked:
        conditions.append(
            "parts.branch_id in (select descendant_id from dim_branch_descendants "
            "where branch_id = ?)"
        )
    elif not levels:
        conditions.append("parts.branch_id = ?")
    if asked or not levels:
        values.append(asked[0] if asked else "total")
    if measures:
        conditions.append(f"parts.measure in ({marks(measures)})")
        values += measures
    member = {name: "parts.branch_id" for name in BRANCH_MEMBERS}
    names = [member.get(name, f"parts.{word(name)}") for name in cut.by]
    shown = "".join(
        f", {text} as {word(name)}" for text, name in zip(names, cut.by, strict=True)
    )
    placed = "inner join dim_branches as placed on parts.branch_id = placed.branch_id"
    text = f"""
        select months.period{shown}, {columns}
        from fct_control_totals as parts
            inner join dim_period_months as months
                on parts.kpi_month = months.kpi_month
            {placed if levels else ""}
        where {" and ".join(conditions)}
        group by {", ".join(["months.period", *names])}"""
    return text, values, {"fct_control_totals"}


def hall_passes(cut: Cut) -> Composition:
    """Halls that pass over halls with a verdict; by hall with its verdict.

    A hall passes when the mean wait of every brand in busy and in idle hours, of
    FEWEST_WAITS or more, is within its limit. Why one has no verdict: `closed` on more
    than half of the days, `few_visit_days` in one of the months, `few_waits` in every
    cell.
    """
    cells, values = summed_rows(
        cut,
        HALLS,
        "sum",
        f"sum(parts.limited_waits) >= {FEWEST_WAITS} as is_judged, "
        "sum(parts.limited_wait_seconds) <= sum(parts.limit_seconds) as is_within",
        condition="parts.limited_waits is not null",
        further=("hall", "brand", "busy"),
    )
    of_hall = cut.only("hall", "ownership", *BRANCH_MEMBERS)
    halls, more = summed_rows(
        of_hall,
        HALLS,
        "sum",
        "min(parts.visit_days) as fewest_visit_days, "
        "sum(parts.closed_days) * 2 > sum(parts.calendar_days) as is_closed",
        condition="parts.visit_days is not null",
        further=("hall",),
    )
    return _verdicts(cut, of_hall, cells, halls), [*values, *more], {HALLS}


def _verdicts(cut: Cut, of_hall: Cut, cells: str, halls: str) -> str:
    # Cut by brand or hours, a hall is there when it has waits of that kind.
    of_waits = [name for name in cut.by if name not in of_hall.by]
    names = "".join(
        f", {'judged' if name in of_waits else 'halls'}.{word(name)}" for name in cut.by
    )
    hall = "" if "hall" in cut.by else ", hall"
    composed = given(
        composed="sum(case verdict when 'pass' then 1 when 'fail' then 0 end) "
        "/ nullif(count(case when verdict <> 'no_data' then 1 end), 0)",
        verdict="max(verdict)",
        because="max(because)",
    )
    return f"""
        with cells as ({cells}), halls as ({halls}),
        judged as (
            select period{cut.names()}{hall},
                count(case when is_judged then 1 end) as cells_judged,
                bool_and(is_within or not is_judged) as is_within
            from cells group by period{cut.names()}{hall}
        ),
        explained as (
            select halls.period{names}, judged.is_within,
                case
                    when halls.is_closed then 'closed'
                    when halls.fewest_visit_days < {FEWEST_VISIT_DAYS}
                        then 'few_visit_days'
                    when coalesce(judged.cells_judged, 0) = 0 then 'few_waits'
                end as because
            from halls
                {"inner" if of_waits else "left"} join judged
                    on {of_hall.joined("halls", "judged")} and halls.hall = judged.hall
        ),
        verdicts as (
            select *, case
                when because is not null then 'no_data'
                when is_within then 'pass'
                else 'fail'
            end as verdict
            from explained
        )
        select period{cut.names()}, {composed}
        from verdicts group by period{cut.names()}"""


def warning_lift(cut: Cut) -> Composition:
    """Share lost among the warned over the share lost among all active customers."""
    counts = {
        "warned": "evaluated_warned_customers",
        "warned_lost": "evaluated_warned_lost_customers",
        "lost": "evaluated_lost_customers",
        "active": "evaluated_customers",
    }
    text, values = summed_rows(
        cut,
        "kpi_retention",
        "sum",
        ", ".join(
            f"cast(sum(parts.{column}) as double) as {name}"
            for name, column in counts.items()
        ),
        condition="parts.evaluated_customers is not null",
    )
    composed = given(
        composed="case when warned > 0 and lost > 0 "
        "then (warned_lost / warned) / (lost / active) end"
    )
    return (
        f"select period{cut.names()}, {composed} from ({text}) as evaluated",
        values,
        {"kpi_retention"},
    )


COMPOSITIONS: dict[str, Callable[[Cut], Composition]] = {
    "satisfaction_weighted": satisfaction_weighted,
    "account_satisfaction": account_satisfaction,
    "short_board_index": short_board_index,
    "competitor_lead": competitor_lead,
    "consistency": consistency,
    "revenue_top10_share": revenue_top10_share,
    "revenue_hhi": revenue_hhi,
    "traffic_top20_share": traffic_top20_share,
    "customers_per_manager": customers_per_manager,
    "reconciliation_gap": reconciliation_gap,
    "info_revenue_share_company": info_revenue_share_company,
    "hall_passes": hall_passes,
    "warning_lift": warning_lift,
}
"""Composed anew for every cut: of interviews, the books, or rows behind a family."""

SERIES: dict[str, Callable[[Cut, "Part"], Composition]] = {
    "calls_answered_monthly_mean": monthly_mean,
    "demand_growth": growth_geometric,
    "demand_growth_arithmetic": growth_arithmetic,
}
"""Composed of the months of a part."""
