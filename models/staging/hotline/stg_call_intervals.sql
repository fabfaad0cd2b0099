-- 话务间隔统计: one row per centre, lane and interval with the calls counted in it.

with

source as (

    select * from {{ source('raw', 'call_intervals') }}

),

final as (

    select
        cast(centre_id as string) as centre_id,
        cast(lane as string) as lane,
        cast(starts_at as timestamp) as starts_at,
        cast(minutes as bigint) as interval_minutes,
        cast(offered as bigint) as offered_calls,
        cast(answered as bigint) as answered_calls,
        cast(abandoned as bigint) as abandoned_calls,
        cast(blocked as bigint) as blocked_calls,
        cast(within_level as bigint) as answered_in_time_calls,
        cast(answer_seconds as double) as answer_seconds,
        cast(handle_seconds as double) as handling_seconds

    from source

)

select * from final
