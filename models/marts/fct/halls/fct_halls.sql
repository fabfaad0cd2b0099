-- 营业厅: one row per queue ticket and per transaction of a hall up to as_of, with its
-- hall's branch and ownership, whether its hour is busy, and its wait: from taking the
-- ticket to the start, else to the call; neither is a visitor who walked away.

with

queue as (

    select
        queue_id as record_id,
        'queue' as record_kind,
        hall_id,
        taken_at as happened_at,
        brand,
        cast(null as string) as service,
        started_at is null and called_at is null as is_walked_away,
        coalesce(lane = 'fast', false) as is_fast_lane,
        {{ seconds_between('taken_at', 'coalesce(started_at, called_at)') }}
            as wait_seconds,
        cast(null as boolean) as is_self_service,
        cast(null as double) as handling_minutes

    from {{ ref('stg_hall_queue') }}

    where cast(taken_at as date) <= {{ as_of() }}

),

transactions as (

    select
        transaction_id as record_id,
        'transaction' as record_kind,
        hall_id,
        happened_at,
        cast(null as string) as brand,
        service,
        cast(null as boolean) as is_walked_away,
        cast(null as boolean) as is_fast_lane,
        cast(null as double) as wait_seconds,
        is_self_service,
        case when handling_minutes >= 0 then cast(handling_minutes as double) end
            as handling_minutes

    from {{ ref('stg_hall_transactions') }}

    where cast(happened_at as date) <= {{ as_of() }}

),

combined as (

    select * from queue

    union all

    select * from transactions

),

dated as (

    select
        *,
        cast(happened_at as date) as happened_on,
        {{ hour_of('happened_at') }} as hour,
        extract(day from happened_at) as day_number,
        {{ days_between('cast(happened_at as date)', month_end('happened_at')) }}
            as days_after

    from combined

),

busy as (

    select * from {{ ref('int_hours__busy') }}

),

timed as (

    select
        dated.*,
        case when busy.happened_on is not null then 'busy' else 'idle' end as busy,
        case
            when
                dated.day_number <= 2
                or dated.days_after < 3
                then 'true'
            else 'false'
        end as is_month_end

    from dated

    left join busy
        on
            dated.happened_on = busy.happened_on
            and dated.hour = busy.hour

),

halls as (

    select * from {{ ref('halls') }}

),

wait_limits as (

    select * from {{ ref('wait_limits') }}

),

final as (

    select
        timed.record_id,
        timed.record_kind,
        {{ month_start('timed.happened_on') }} as kpi_month,
        timed.happened_at,
        timed.happened_on,
        coalesce(halls.branch_id, 'unknown') as branch_id,
        timed.hall_id as hall,
        coalesce(halls.ownership, 'unknown') as ownership,
        coalesce(timed.brand, 'unknown') as brand,
        timed.busy,
        timed.is_month_end,
        coalesce(timed.service, 'unknown') as service,
        timed.is_walked_away,
        timed.is_fast_lane,
        timed.wait_seconds,
        {{ in_minutes('timed.wait_seconds') }} as wait_minutes,
        case
            when timed.wait_seconds is not null
                then cast(wait_limits.minutes as double) * 60
        end as limit_seconds,
        timed.is_self_service,
        timed.handling_minutes

    from timed

    left join halls
        on timed.hall_id = halls.hall_id

    left join wait_limits
        on
            timed.brand = wait_limits.brand
            and timed.busy = wait_limits.busy

)

select * from final
