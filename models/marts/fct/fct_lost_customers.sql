-- 流失名单: one row per month and customer lost in it.

with

rows_of_month as (

    select * from {{ ref('int_customers__lost') }}

),

months as (

    select * from {{ ref('int_calendar__months') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        rows_of_month.kpi_month,
        rows_of_month.customer_id,
        {{ attributes('spans') }},
        rows_of_month.lost_reason,
        rows_of_month.lost_to,
        rows_of_month.successor_id,
        rows_of_month.monthly_amount_yuan

    from rows_of_month

    inner join months
        on rows_of_month.kpi_month = months.kpi_month

    left join spans
        on
            rows_of_month.customer_id = spans.customer_id
            and months.kpi_month >= spans.valid_from
            and months.kpi_month < spans.valid_to

)

select * from final
