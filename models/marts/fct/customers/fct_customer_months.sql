-- 在网集团客户: one row per month and customer counted as active at its end (merged ones
-- are not), with its attributes on that day.

with

months as (

    select * from {{ ref('int_calendar__months') }}

),

active as (

    select * from {{ ref('int_customers__active') }} where not is_merged

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        active.kpi_month,
        active.customer_id,
        {{ attributes('spans') }},
        {{ free_cuts('spans') }}

    from active

    inner join months
        on active.kpi_month = months.kpi_month

    left join spans
        on {{ on_day('active.customer_id', 'months.stock_on') }}

)

select * from final
