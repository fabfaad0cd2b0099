-- 来电: one row per call of the hotline up to as_of, without outbound and test calls,
-- with the month it falls in (when it was queued, else met the IVR, else ended), its
-- centre on that day, and its waiting and handling time in seconds.

with

calls as (

    select
        *,
        coalesce(queued_at, ivr_at, ended_at) as happened_at

    from {{ ref('stg_calls') }}

    where outcome in ('answered', 'abandoned', 'blocked', 'ivr_contained')

),

placed as (

    select * from {{ ref('dim_branches') }}

),

coverage as (

    select * from {{ ref('int_centres__assigned') }}

),

located as (

    select
        calls.*,
        cast(calls.happened_at as date) as happened_on,
        coalesce(placed.city_id, 'unknown') as city_id

    from calls

    left join placed
        on calls.city_branch_id = placed.branch_id

    where cast(calls.happened_at as date) <= {{ as_of() }}

),

-- A city without a row in the coverage answers itself; a call without a city is
-- nobody's.
centred as (

    select
        located.*,
        coalesce(
            located.centre_id,
            case when located.city_id in ('unknown', 'own') then 'unknown' end,
            coverage.centre_id,
            'own'
        ) as centre

    from located

    left join coverage
        on
            located.city_id = coverage.city_branch_id
            and located.happened_on >= coverage.valid_from
            and (located.happened_on <= coverage.valid_to or coverage.valid_to is null)

),

final as (

    select
        call_id,
        {{ month_start('happened_on') }} as kpi_month,
        happened_at,
        happened_on,
        coalesce(city_branch_id, 'unknown') as branch_id,
        centre,
        coalesce(lane, 'unknown') as lane,
        cast({{ hour_of('happened_at') }} as string) as hour,
        cast({{ iso_weekday('happened_at') }} as string) as weekday,
        coalesce(reason, 'unknown') as reason,
        customer_id,
        outcome,
        outcome <> 'ivr_contained' as is_demand,
        ivr_at is not null as has_ivr,
        coalesce(
            queued_at
            <= case
                when outcome = 'answered' then coalesce(answered_at, queued_at)
                else coalesce(ended_at, queued_at)
            end,
            false
        ) as is_queued,
        case
            when outcome = 'answered'
                then {{ seconds_between('queued_at', 'answered_at') }}
        end as answer_seconds,
        case
            when outcome = 'abandoned'
                then {{ seconds_between('queued_at', 'ended_at') }}
        end as abandon_seconds,
        case
            -- Handling does not begin at 00:00:00 where that is a bare date.
            when
                outcome = 'answered'
                and coalesce(
                    queued_at <= answered_at
                    or {{ ends_before('queued_at', 'answered_at') }},
                    true
                )
                then {{ seconds_between('answered_at', 'ended_at') }}
        end as handling_seconds,
        case when outcome = 'answered' then is_resolved end as is_resolved,
        {{ free_cuts() }}

    from centred

)

select * from final
