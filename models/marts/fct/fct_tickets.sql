-- 工单: one row per ticket and date by which a KPI counts it, the rows behind every KPI.

with

source as (

    select * from {{ ref('int_tickets__counted') }}

),

final as (

    select
        ticket_id,
        counted_as,
        kpi_month,
        customer_id,
        branch_id,
        tier,
        class,
        source,
        complaint_type,
        ownership,
        hall,
        status,
        opened_at,
        promised_at,
        replied_at,
        closed_at,
        credit_amount_yuan,
        is_withdrawn,
        is_reclassified,
        is_misbooked,
        is_dispatched,
        is_misrouted,
        is_handed_over,
        is_replied_in_time,
        is_reopened,
        resolution_hours,
        is_closed_within_24h,
        is_closed_within_48h

    from source

)

select * from final
