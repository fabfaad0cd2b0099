-- 话务间隔统计: one row per centre, lane and interval that starts up to as_of. Hour,
-- weekday and half hour are known where the interval lies in one of them, the city
-- where the centre answers for one only.

with

intervals as (

    select
        *,
        cast(starts_at as date) as happened_on,
        interval_minutes * 60 as interval_seconds,
        {{ seconds_between(dbt.date_trunc('hour', 'starts_at'), 'starts_at') }}
            as seconds_of_hour,
        {{ seconds_between(dbt.date_trunc('day', 'starts_at'), 'starts_at') }}
            as seconds_of_day

    from {{ ref('stg_call_intervals') }}

    where cast(starts_at as date) <= {{ as_of() }}

),

coverage as (

    select * from {{ ref('int_centres__assigned') }}

),

-- The cities a centre answers for on the day the interval starts.
covered as (

    select
        intervals.centre_id,
        intervals.happened_on,
        min(coverage.city_branch_id) as city_branch_id,
        count(distinct coverage.city_branch_id) as cities

    from intervals

    inner join coverage
        on
            intervals.centre_id = coverage.centre_id
            and intervals.happened_on >= coverage.valid_from
            and (
                intervals.happened_on <= coverage.valid_to
                or coverage.valid_to is null
            )

    group by 1, 2

),

final as (

    select
        {{ month_start('intervals.happened_on') }} as kpi_month,
        intervals.starts_at,
        intervals.happened_on,
        intervals.interval_minutes,
        case
            when covered.cities = 1 then covered.city_branch_id
            else 'unknown'
        end as branch_id,
        intervals.centre_id as centre,
        coalesce(intervals.lane, 'unknown') as lane,
        case
            when intervals.seconds_of_hour + intervals.interval_seconds <= 3600
                then cast({{ hour_of('intervals.starts_at') }} as string)
            else 'unknown'
        end as hour,
        case
            when intervals.seconds_of_day + intervals.interval_seconds <= 86400
                then cast({{ iso_weekday('intervals.starts_at') }} as string)
            else 'unknown'
        end as weekday,
        intervals.seconds_of_hour + intervals.interval_seconds
        <= case when intervals.seconds_of_hour < 1800 then 1800 else 3600 end
            as is_within_half_hour,
        intervals.offered_calls,
        intervals.answered_calls,
        intervals.abandoned_calls,
        intervals.blocked_calls,
        intervals.answered_in_time_calls,
        intervals.answer_seconds,
        intervals.handling_seconds

    from intervals

    left join covered
        on
            intervals.centre_id = covered.centre_id
            and intervals.happened_on = covered.happened_on

)

select * from final
