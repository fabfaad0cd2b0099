-- 工单汇总: one row per customer, month up to as_of, class and type of complaint with
-- the tickets opened. Branch and tier are the customer's on the first day of the month.

with

counts as (

    select * from {{ ref('stg_ticket_counts') }} where opened_month <= {{ as_of() }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        counts.opened_month as kpi_month,
        counts.customer_id,
        coalesce(spans.branch_id, 'unknown') as branch_id,
        coalesce(spans.tier, 'unknown') as tier,
        counts.class,
        coalesce(counts.complaint_type, 'unknown') as complaint_type,
        counts.opened_tickets

    from counts

    left join spans
        on {{ on_day('counts.customer_id', 'counts.opened_month') }}

)

select * from final
