-- 拍照 (cohort) of every month: the last photograph on or before cohort_on, by default
-- 31 December before the month's end. Without one the month has none: a later
-- photograph shows only those who were still there.

with

months as (

    select * from {{ ref('int_calendar__months') }}

),

photographs as (

    select snapshot_on

    from {{ ref('stg_customers') }}

    group by 1

),

dated as (

    select
        kpi_month,
        stock_on,
        {{ cohort_on('kpi_month') }} as cohort_on

    from months

),

chosen as (

    select
        dated.kpi_month,
        dated.stock_on,
        dated.cohort_on,
        max(photographs.snapshot_on) as cohort_snapshot_on

    from dated

    inner join photographs
        on photographs.snapshot_on <= dated.cohort_on

    group by 1, 2, 3

),

-- A cohort photographed after the month's end says nothing about that month.
final as (

    select
        kpi_month,
        cohort_on,
        cohort_snapshot_on

    from chosen

    where cohort_snapshot_on <= stock_on

)

select * from final
