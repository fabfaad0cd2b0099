-- 欠费: one row per month and bill line overdue at the month's end, the rows behind
-- arrears.

with

overdue as (

    select * from {{ ref('int_bills__overdue') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        overdue.kpi_month,
        overdue.bill_line_id,
        overdue.customer_id,
        overdue.age,
        overdue.overdue_days,
        overdue.billed_amount_yuan as arrears_yuan,
        {{ attributes('spans') }}

    from overdue

    left join spans
        on
            overdue.customer_id = spans.customer_id
            and overdue.stock_on >= spans.valid_from
            and overdue.stock_on < spans.valid_to

)

select * from final
