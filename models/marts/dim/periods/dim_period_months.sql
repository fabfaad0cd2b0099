-- How a part goes over the months of a period, one row per period, manner and month:
-- sum (the months of the period), last (its last month), ytd (January to its last
-- month), ytd_growth (ytd minus the same months of the year before), full_months and
-- full_months_ytd (sum and ytd without a month that is not over), opening (the month
-- before the first one), whole (what is counted over the period at once stands in its
-- last month). In a wave only its own interviews are summed.

with recursive

periods as (

    select * from {{ ref('int_periods__enumerated') }}

),

months as (

    select
        kpi_month,
        month_end_on <= {{ as_of() }} as is_full

    from {{ ref('int_calendar__months') }}

),

bill_months as (

    select * from {{ ref('int_calendar__bill_months') }}

),

-- What was counted before the first month that can be asked for is in `all`.
earlier as (

    select
        starts_on as kpi_month,
        first_month

    from periods

    cross join (select min(kpi_month) as first_month from months) as bounds

    where
        period_kind = 'all'
        and starts_on < first_month

    union all

    select
        {{ add_months('kpi_month', 1) }} as kpi_month,
        first_month

    from earlier

    where {{ add_months('kpi_month', 1) }} < first_month

),

summed as (

    select
        'all' as period,
        'sum' as over_time,
        kpi_month,
        1 as month_weight,
        cast(null as string) as wave

    from earlier

    union all

    select
        periods.period,
        'sum' as over_time,
        months.kpi_month,
        1 as month_weight,
        case when periods.period_kind = 'wave' then periods.period end as wave

    from periods

    inner join months
        on
            {{ month_start('periods.starts_on') }} <= months.kpi_month
            and periods.last_month >= months.kpi_month

),

last as (

    select
        period,
        'last' as over_time,
        last_month as kpi_month,
        1 as month_weight,
        cast(null as string) as wave

    from periods

),

to_date as (

    select
        periods.period,
        periods.last_month,
        months.kpi_month

    from periods

    inner join months
        on
            {{ year_start('periods.last_month') }} <= months.kpi_month
            and periods.last_month >= months.kpi_month

    where periods.period_kind <> 'wave'

),

full_months as (

    select
        period,
        to_date.kpi_month

    from to_date

    inner join months
        on to_date.kpi_month = months.kpi_month

    where months.is_full

),

-- Growth needs the whole stretch of the year before: without it nothing is compared,
-- nor are days with months.
comparable as (

    select to_date.*

    from to_date

    cross join bill_months

    inner join months as last_months
        on to_date.last_month = last_months.kpi_month

    where
        last_months.is_full
        and bill_months.first_bill_month
        <= {{ add_months(year_start('to_date.last_month'), -12) }}

),

opening as (

    select
        periods.period,
        'opening' as over_time,
        months.kpi_month,
        1 as month_weight,
        cast(null as string) as wave

    from periods

    inner join months
        on {{ add_months('periods.starts_on', -1) }} = months.kpi_month

    where periods.period_kind <> 'wave'

),

combined as (

    select * from summed

    union all

    select * from last

    union all

    select * from opening

    union all

    select
        period,
        'whole' as over_time,
        last_month as kpi_month,
        1 as month_weight,
        cast(null as string) as wave

    from periods

    union all

    select
        period,
        'ytd' as over_time,
        kpi_month,
        1 as month_weight,
        cast(null as string) as wave

    from to_date

    union all

    select
        summed.period,
        'full_months' as over_time,
        summed.kpi_month,
        1 as month_weight,
        cast(null as string) as wave

    from summed

    inner join full_months
        on
            summed.period = full_months.period
            and summed.kpi_month = full_months.kpi_month

    union all

    select
        period,
        'full_months_ytd' as over_time,
        kpi_month,
        1 as month_weight,
        cast(null as string) as wave

    from full_months

    union all

    select
        period,
        'ytd_growth' as over_time,
        kpi_month,
        1 as month_weight,
        cast(null as string) as wave

    from comparable

    union all

    select
        period,
        'ytd_growth' as over_time,
        {{ add_months('kpi_month', -12) }} as kpi_month,
        -1 as month_weight,
        cast(null as string) as wave

    from comparable

),

final as (

    select
        period,
        over_time,
        kpi_month,
        cast(month_weight as bigint) as month_weight,
        wave

    from combined

)

select * from final
