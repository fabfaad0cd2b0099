-- The parts of kpi_tickets by the members of free cuts too, from which its KPIs are cut
-- by them: one row per cell and members; none where no free cut was delivered.

with

summed as (

    select * from {{ ref('int_tickets__summed') }}

),

cuts as (

    select * from {{ ref('stg_free_cuts') }} where family = 'tickets'

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
        {{ free_cuts() }},
        opened_tickets,
        single_tickets,
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
        open_tickets,
        solved_tickets,
        first_responses_timed,
        first_response_hours,
        first_response_hours_squared,
        resolutions_timed,
        resolution_hours,
        resolution_hours_squared

    from summed

    where
        exists (select 1 from cuts)

)

select * from final
