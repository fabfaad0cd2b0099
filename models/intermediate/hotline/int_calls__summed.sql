-- 热线: additive parts of every hotline KPI, one row per month, city, centre, lane,
-- hour, weekday, reason and members of free cuts; of calls that came counted by
-- interval a row of their own. Whether a matter was settled at the first contact is
-- told by answered calls; where no call tells it, by tickets.

with

calls as (

    select * from {{ ref('fct_hotline') }}

),

repeated as (

    select * from {{ ref('int_calls__repeated') }}

),

intervals as (

    select * from {{ ref('fct_call_intervals') }}

),

covered as (

    select * from {{ ref('int_cities__covered') }}

),

judged as (

    select
        calls.kpi_month,
        calls.branch_id,
        calls.centre,
        calls.lane,
        calls.hour,
        calls.weekday,
        calls.reason,
        {{ free_cuts('calls') }},
        calls.answer_seconds,
        calls.handling_seconds,
        case when calls.is_demand then 1 else 0 end as is_demand,
        case when calls.outcome = 'answered' then 1 else 0 end as is_answered,
        case when calls.outcome = 'abandoned' then 1 else 0 end as is_abandoned,
        case when calls.outcome = 'blocked' then 1 else 0 end as is_blocked,
        case
            when
                calls.is_demand
                and calls.is_queued
                and coalesce(
                    calls.abandon_seconds > {{ var('short_abandon_seconds') }}, true
                )
                then 1
            else 0
        end as is_waiting,
        case
            when calls.answer_seconds <= {{ var('service_level_seconds') }} then 1
            else 0
        end as is_answered_in_time,
        case when calls.has_ivr then 1 else 0 end as is_ivr,
        case when calls.has_ivr and calls.outcome = 'ivr_contained' then 1 else 0 end
            as is_ivr_contained,
        case when repeated.call_id is not null then 1 else 0 end as is_followed_up,
        case when repeated.is_repeated then 1 else 0 end as is_repeated,
        calls.is_resolved

    from calls

    left join repeated
        on calls.call_id = repeated.call_id

),

summed as (

    select
        kpi_month,
        branch_id,
        centre,
        lane,
        hour,
        weekday,
        reason,
        {{ free_cuts() }},
        sum(is_demand) as demand_calls,
        sum(is_answered) as answered_calls,
        sum(is_abandoned) as abandoned_calls,
        sum(is_blocked) as blocked_calls,
        sum(is_demand) as abandons_known_calls,
        sum(is_demand) as blocks_known_calls,
        sum(is_waiting) as waiting_calls,
        sum(is_answered_in_time) as answered_in_time_calls,
        sum(is_ivr) as ivr_calls,
        sum(is_ivr_contained) as ivr_contained_calls,
        sum(is_followed_up) as followed_up_calls,
        sum(is_repeated) as repeated_calls,
        count(answer_seconds) as answers_timed,
        {{ exact_sum('answer_seconds') }} as answer_seconds,
        {{ exact_sum('answer_seconds * answer_seconds') }} as answer_seconds_squared,
        count(handling_seconds) as handlings_timed,
        {{ exact_sum('handling_seconds') }} as handling_seconds,
        {{ exact_sum('handling_seconds * handling_seconds') }}
            as handling_seconds_squared,
        count(is_resolved) as judged_contacts,
        sum(case when is_resolved then 1 else 0 end) as resolved_contacts

    from judged

    group by 1, 2, 3, 4, 5, 6, 7, 8, 9

),

judging as (

    select count(is_resolved) as judged_calls from calls

),

tickets as (

    select
        tickets.kpi_month,
        tickets.branch_id,
        'unknown' as centre,
        'unknown' as lane,
        cast({{ hour_of('tickets.opened_at') }} as string) as hour,
        cast({{ iso_weekday('tickets.opened_at') }} as string) as weekday,
        'unknown' as reason,
        count(*) as judged_contacts,
        sum(case when tickets.is_resolved then 1 else 0 end) as resolved_contacts

    from {{ ref('fct_tickets') }} as tickets

    cross join judging

    where
        tickets.counted_as = 'opened'
        and tickets.is_resolved is not null
        and judging.judged_calls = 0

    group by 1, 2, 3, 4, 5, 6, 7

),

-- What an interval does not count is in no base either. Within a sum nobody knows the
-- single waits: no squares.
counted as (

    select
        kpi_month,
        branch_id,
        centre,
        lane,
        hour,
        weekday,
        'unknown' as reason,
        sum(offered_calls) as demand_calls,
        sum(answered_calls) as answered_calls,
        sum(abandoned_calls) as abandoned_calls,
        sum(blocked_calls) as blocked_calls,
        sum(case when abandoned_calls is not null then offered_calls end)
            as abandons_known_calls,
        sum(case when blocked_calls is not null then offered_calls end)
            as blocks_known_calls,
        sum(case when answered_in_time_calls is not null then offered_calls end)
            as waiting_calls,
        sum(answered_in_time_calls) as answered_in_time_calls,
        sum(case when answer_seconds is not null then answered_calls end)
            as answers_timed,
        {{ exact_sum('case when answered_calls > 0 then answer_seconds end') }}
            as answer_seconds,
        sum(case when handling_seconds is not null then answered_calls end)
            as handlings_timed,
        {{ exact_sum('case when answered_calls > 0 then handling_seconds end') }}
            as handling_seconds

    from intervals

    group by 1, 2, 3, 4, 5, 6, 7

),

coverage as (

    select
        kpi_month,
        branch_id,
        centre,
        'unknown' as lane,
        'unknown' as hour,
        'unknown' as weekday,
        'unknown' as reason,
        count(*) as cities,
        sum(case when is_covered then 1 else 0 end) as covered_cities

    from covered

    group by 1, 2, 3

),

combined as (

    {{ side_by_side(
        ['kpi_month', 'branch_id', 'centre', 'lane', 'hour', 'weekday', 'reason'],
        {
            'summed': [
                'free_cuts', 'protected_cuts',
                'demand_calls', 'answered_calls', 'abandoned_calls', 'blocked_calls',
                'abandons_known_calls', 'blocks_known_calls',
                'waiting_calls', 'answered_in_time_calls', 'ivr_calls',
                'ivr_contained_calls', 'followed_up_calls', 'repeated_calls',
                'answers_timed', 'answer_seconds', 'answer_seconds_squared',
                'handlings_timed', 'handling_seconds', 'handling_seconds_squared',
                'judged_contacts', 'resolved_contacts',
            ],
            'tickets': ['judged_contacts', 'resolved_contacts'],
            'counted': [
                'demand_calls', 'answered_calls', 'abandoned_calls', 'blocked_calls',
                'abandons_known_calls', 'blocks_known_calls',
                'waiting_calls', 'answered_in_time_calls',
                'answers_timed', 'answer_seconds', 'handlings_timed',
                'handling_seconds',
            ],
            'coverage': ['cities', 'covered_cities'],
        },
    ) }}
),

-- A row of calls that never were demand says nothing about demand.
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
        {% for name in [
            'demand_calls', 'answered_calls', 'abandoned_calls', 'blocked_calls',
            'abandons_known_calls', 'blocks_known_calls', 'waiting_calls',
            'answered_in_time_calls',
        ] -%}
        cast(case when demand_calls > 0 then {{ name }} end as bigint) as {{ name }},
        {% endfor -%}
        cast(case when ivr_calls > 0 then ivr_calls end as bigint) as ivr_calls,
        cast(case when ivr_calls > 0 then ivr_contained_calls end as bigint)
            as ivr_contained_calls,
        cast(case when followed_up_calls > 0 then followed_up_calls end as bigint)
            as followed_up_calls,
        cast(case when followed_up_calls > 0 then repeated_calls end as bigint)
            as repeated_calls,
        cast(case when answers_timed > 0 then answers_timed end as bigint)
            as answers_timed,
        answer_seconds,
        answer_seconds_squared,
        cast(case when handlings_timed > 0 then handlings_timed end as bigint)
            as handlings_timed,
        handling_seconds,
        handling_seconds_squared,
        cast(case when judged_contacts > 0 then judged_contacts end as bigint)
            as judged_contacts,
        cast(case when judged_contacts > 0 then resolved_contacts end as bigint)
            as resolved_contacts,
        cast(cities as bigint) as cities,
        cast(covered_cities as bigint) as covered_cities

    from combined

)

select * from final
