-- 工单: additive parts of every ticket KPI, one row per month, branch, tier, class,
-- source, type of complaint, ownership and hall. What did not happen in a cell is null.

with

summed as (

    select * from {{ ref('int_tickets__summed') }}

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
        {{ sums(
            counts=[
                'opened_tickets', 'single_tickets', 'complaints',
                'reclassified_tickets', 'hall_tickets', 'misbooked_tickets',
                'dispatched_tickets', 'misrouted_tickets',
                'hotline_tickets', 'handed_over_tickets', 'promised_tickets',
                'replied_in_time_tickets', 'closed_tickets', 'reopened_tickets',
                'closed_faults', 'restored_24h_faults', 'restored_48h_faults',
                'overdue_tickets', 'open_tickets', 'solved_tickets',
                'first_responses_timed', 'resolutions_timed',
            ],
            amounts=[
                'credit_amount_yuan',
            ],
            doubles=[
                'first_response_hours', 'first_response_hours_squared',
                'resolution_hours', 'resolution_hours_squared',
            ]
        ) }}

    from summed

    group by
        kpi_month,
        branch_id,
        tier,
        class,
        source,
        complaint_type,
        ownership,
        hall

)

select * from final
