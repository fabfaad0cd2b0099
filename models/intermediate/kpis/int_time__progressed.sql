-- 时间进度: one row per period whose year has bills by then: days elapsed over days of
-- the year at the end of the last month with bills.

with

periods as (

    select * from {{ ref('int_periods__enumerated') }}

),

billed as (

    select kpi_month

    from {{ ref('int_bills__by_customer_month') }}

    group by 1

),

reached as (

    select
        periods.period,
        periods.last_month,
        max(billed.kpi_month) as progressed_month

    from periods

    inner join billed
        on
            billed.kpi_month >= {{ year_start('periods.last_month') }}
            and billed.kpi_month <= periods.last_month

    group by 1, 2

),

counted as (

    select
        period,
        progressed_month,
        {{ days_between(
            year_start('progressed_month'), month_end('progressed_month')
        ) }}
        + 1 as elapsed_days,
        {{ days_between(
            year_start('progressed_month'),
            add_months(year_start('progressed_month'), 12)
        ) }} as year_days

    from reached

),

final as (

    select
        period,
        progressed_month,
        {{ ratio('elapsed_days', 'year_days') }} as time_progress

    from counted

)

select * from final
