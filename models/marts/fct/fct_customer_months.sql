-- 在网客户: one row per month and active customer, with its attributes at the month's end.

with

rows_of_month as (

    select * from {{ ref('int_customers__active') }} where not is_merged

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
        {{ attributes('spans') }}

    from rows_of_month

    inner join months
        on rows_of_month.kpi_month = months.kpi_month

    left join spans
        on
            rows_of_month.customer_id = spans.customer_id
            and months.stock_on >= spans.valid_from
            and months.stock_on < spans.valid_to

)

select * from final
