-- How a part goes over the months of a period, one row per period, manner and month:
-- sum (the months of the period), last (its last month), ytd (January to its last
-- month), ytd_growth (ytd minus the same months of the year before).

with

periods as (

    select * from {{ ref('int_periods__enumerated') }}

),

months as (

    select kpi_month from {{ ref('int_calendar__months') }}

),

bill_months as (

    select * from {{ ref('int_calendar__bill_months') }}

),

summed as (

    select
        periods.period,
        'sum' as over_time,
        months.kpi_month,
        1 as month_weight

    from periods

    inner join months
        on
            periods.starts_on <= months.kpi_month
            and periods.last_month >= months.kpi_month

),

last as (

    select
        period,
        'last' as over_time,
        last_month as kpi_month,
        1 as month_weight

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

),

-- Growth needs the whole stretch of the year before: without it nothing is compared.
comparable as (

    select to_date.*

    from to_date

    cross join bill_months

    where
        bill_months.first_bill_month
        <= {{ add_months(year_start('to_date.last_month'), -12) }}

),

final as (

    select * from summed

    union all

    select * from last

    union all

    select
        period,
        'ytd' as over_time,
        kpi_month,
        1 as month_weight

    from to_date

    union all

    select
        period,
        'ytd_growth' as over_time,
        kpi_month,
        1 as month_weight

    from comparable

    union all

    select
        period,
        'ytd_growth' as over_time,
        {{ add_months('kpi_month', -12) }} as kpi_month,
        -1 as month_weight

    from comparable

)

select * from final
