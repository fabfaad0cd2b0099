-- Of every period the customers by their tier before it, and by their tier at its end,
-- are the active customers of the tier then.

with

stocks as (

    select
        kpi_month,
        tier,
        sum(active_customers) as customers

    from {{ ref('kpi_customers') }}

    where active_customers is not null

    group by 1, 2

),

expected as (

    select
        period_months.period,
        period_months.over_time,
        stocks.tier,
        stocks.customers

    from {{ ref('dim_period_months') }} as period_months

    inner join {{ ref('dim_periods') }} as periods
        on period_months.period = periods.period

    inner join stocks
        on period_months.kpi_month = stocks.kpi_month

    where
        period_months.over_time in ('opening', 'last')
        and periods.period_kind <> 'wave'

),

moves as (

    select
        period,
        'opening' as over_time,
        from_tier as tier,
        sum(moved_customers) as customers

    from {{ ref('kpi_customers') }}

    where
        moved_customers is not null
        and from_tier <> 'entered'

    group by 1, 2, 3

    union all

    select
        period,
        'last' as over_time,
        to_tier as tier,
        sum(moved_customers) as customers

    from {{ ref('kpi_customers') }}

    where
        moved_customers is not null
        and to_tier <> 'left'

    group by 1, 2, 3

)

select
    expected.period,
    moves.period as moved_period
from expected
full outer join moves
    on
        expected.period = moves.period
        and expected.over_time = moves.over_time
        and expected.tier = moves.tier
where coalesce(expected.customers, -1) <> coalesce(moves.customers, -1)
