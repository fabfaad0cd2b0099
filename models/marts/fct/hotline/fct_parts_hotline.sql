-- The parts of kpi_hotline by the members of free cuts too, from which its KPIs are cut
-- by them: one row per cell and members; none where no free cut was delivered. Cities
-- have no call they are counted by.

with

summed as (

    select * from {{ ref('int_calls__summed') }}

),

cuts as (

    select * from {{ ref('stg_free_cuts') }} where family = 'hotline'

),

final as (

    select
        kpi_month,
        branch_id,
        centre,
        lane,
        hour,
        weekday,
        reason,
        {{ free_cuts() }},
        demand_calls,
        answered_calls,
        abandoned_calls,
        blocked_calls,
        abandons_known_calls,
        blocks_known_calls,
        waiting_calls,
        answered_in_time_calls,
        ivr_calls,
        ivr_contained_calls,
        followed_up_calls,
        repeated_calls,
        answers_timed,
        answer_seconds,
        answer_seconds_squared,
        handlings_timed,
        handling_seconds,
        handling_seconds_squared,
        judged_contacts,
        resolved_contacts

    from summed

    where
        exists (select 1 from cuts)
        and cities is null

)

select * from final
