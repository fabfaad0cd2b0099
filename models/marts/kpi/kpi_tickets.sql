-- 工单: the summed parts of every ticket KPI, by month and every dimension.

with

source as (

    select * from {{ ref('int_measures__tickets') }}

),

final as (

    select
        kpi_month,
        branch_id,
        tier,
        class,
        source,
        complaint_type,
        ownership,
        hall,
        opened_tickets,
        complaints,
        credit_amount_yuan,
        reclassified_tickets,
        hall_tickets,
        misbooked_tickets,
        dispatched_tickets,
        misrouted_tickets,
        hotline_tickets,
        handed_over_tickets,
        promised_tickets,
        replied_in_time_tickets,
        closed_tickets,
        reopened_tickets,
        closed_faults,
        restored_24h_faults,
        restored_48h_faults,
        overdue_tickets,
        resolution_hours

    from source

)

select * from final
