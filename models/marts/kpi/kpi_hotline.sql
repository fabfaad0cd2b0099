-- 热线: the summed parts of every hotline KPI, by month and every dimension.

with

source as (

    select * from {{ ref('int_measures__hotline') }}

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
        demand_calls,
        answered_calls,
        abandoned_calls,
        blocked_calls,
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
        cities,
        covered_cities

    from source

)

select * from final
