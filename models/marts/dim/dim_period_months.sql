-- One row per period, manner of going over months, and month.

with

source as (

    select * from {{ ref('int_periods__months') }}

),

final as (

    select
        period,
        over_time,
        kpi_month,
        cast(month_weight as bigint) as month_weight,
        wave

    from source

)

select * from final
