-- 拍照 (cohort) of every month: the last photograph on or before cohort_on, by default
-- 31 December before the month's end; without one, the earliest photograph.

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
        {% if var('cohort_on') -%}
        cast('{{ var("cohort_on") }}' as date) as cohort_on
        {%- else -%}
        {{ dbt.dateadd('day', -1, year_start('kpi_month')) }} as cohort_on
        {%- endif %}

    from months

),

chosen as (

    select
        dated.kpi_month,
        dated.stock_on,
        cast(dated.cohort_on as date) as cohort_on,
        coalesce(
            max(case
                when photographs.snapshot_on <= dated.cohort_on
                    then photographs.snapshot_on
            end),
            min(photographs.snapshot_on)
        ) as cohort_snapshot_on

    from dated

    cross join photographs

    group by dated.kpi_month, dated.stock_on, dated.cohort_on

),

final as (

    -- A cohort photographed after the month's end says nothing about that month.
    select
        kpi_month,
        cohort_on,
        cohort_snapshot_on

    from chosen

    where cohort_snapshot_on <= stock_on

)

select * from final
