-- 热线: additive parts of every hotline KPI, one row per month, city, centre, lane,
-- hour, weekday and reason.

with

summed as (

    select * from {{ ref('int_calls__summed') }}

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
        {{ sums(
            counts=[
                'demand_calls', 'answered_calls', 'abandoned_calls', 'blocked_calls',
                'abandons_known_calls', 'blocks_known_calls',
                'waiting_calls', 'answered_in_time_calls', 'ivr_calls',
                'ivr_contained_calls', 'followed_up_calls', 'repeated_calls',
                'answers_timed', 'handlings_timed', 'judged_contacts',
                'resolved_contacts', 'cities', 'covered_cities',
            ],
            doubles=[
                'answer_seconds', 'answer_seconds_squared', 'handling_seconds',
                'handling_seconds_squared',
            ]
        ) }}

    from summed

    group by
        kpi_month,
        branch_id,
        centre,
        lane,
        hour,
        weekday,
        reason

)

select * from final
