-- 营业厅: additive parts of every hall KPI, one row per month, hall, brand, busy or idle
-- hours, month end, service, ownership and branch; the days of a hall stand in rows of
-- their own. What did not happen in a cell is null.

with

records as (

    select * from {{ ref('fct_halls') }}

),

opened as (

    select
        kpi_month,
        branch_id,
        hall,
        ownership,
        'unknown' as brand,
        'unknown' as busy,
        'unknown' as is_month_end,
        'unknown' as service,
        calendar_days,
        closed_days,
        visit_days

    from {{ ref('int_halls__opened') }}

),

judged as (

    select
        *,
        case when record_kind = 'queue' then 1 end as is_queued,
        case when is_walked_away then 1 else 0 end as is_gone,
        case when is_fast_lane then 1 else 0 end as is_fast,
        case when wait_seconds is not null then 1 end as is_timed,
        case when limit_seconds is not null then 1 end as is_limited,
        case when wait_seconds <= limit_seconds then 1 else 0 end as is_within_limit,
        case when record_kind = 'transaction' and service = 'payment' then 1 end
            as is_payment,
        case when is_self_service then 1 else 0 end as is_by_self,
        case when handling_minutes is not null then 1 end as is_handled

    from records

),

summed as (

    select
        kpi_month,
        branch_id,
        hall,
        ownership,
        brand,
        busy,
        is_month_end,
        service,
        sum(is_queued) as queue_tickets,
        sum(is_queued * is_gone) as walked_away_tickets,
        sum(is_queued * is_fast) as fast_lane_tickets,
        sum(is_timed) as waits_timed,
        {{ exact_sum('wait_minutes') }} as wait_minutes,
        {{ exact_sum('wait_minutes * wait_minutes') }}
            as wait_minutes_squared,
        sum(is_limited) as limited_waits,
        sum(is_limited * is_within_limit) as waits_within_limit,
        {{ exact_sum('is_limited * wait_seconds') }} as limited_wait_seconds,
        {{ exact_sum('limit_seconds') }} as limit_seconds,
        sum(is_payment) as payments,
        sum(is_payment * is_by_self) as self_service_payments,
        sum(is_handled) as timed_transactions,
        {{ exact_sum('handling_minutes') }} as handling_minutes,
        {{ exact_sum('handling_minutes * handling_minutes') }}
            as handling_minutes_squared

    from judged

    group by 1, 2, 3, 4, 5, 6, 7, 8

),

combined as (

    {{ side_by_side(
        [
            'kpi_month', 'branch_id', 'hall', 'ownership', 'brand', 'busy',
            'is_month_end', 'service',
        ],
        {
            'summed': [
                'queue_tickets', 'walked_away_tickets', 'fast_lane_tickets',
                'waits_timed', 'wait_minutes', 'wait_minutes_squared',
                'limited_waits', 'waits_within_limit', 'limited_wait_seconds',
                'limit_seconds', 'payments', 'self_service_payments',
                'timed_transactions', 'handling_minutes', 'handling_minutes_squared',
            ],
            'opened': ['calendar_days', 'closed_days', 'visit_days'],
        },
    ) }}
),

final as (

    select
        kpi_month,
        branch_id,
        hall,
        ownership,
        brand,
        busy,
        is_month_end,
        service,
        {% for name in [
            'queue_tickets', 'walked_away_tickets', 'fast_lane_tickets', 'waits_timed',
        ] -%}
        cast({{ name }} as bigint) as {{ name }},
        {% endfor -%}
        wait_minutes,
        wait_minutes_squared,
        cast(limited_waits as bigint) as limited_waits,
        cast(waits_within_limit as bigint) as waits_within_limit,
        limited_wait_seconds,
        limit_seconds,
        cast(payments as bigint) as payments,
        cast(self_service_payments as bigint) as self_service_payments,
        cast(timed_transactions as bigint) as timed_transactions,
        handling_minutes,
        handling_minutes_squared,
        calendar_days,
        closed_days,
        visit_days

    from combined

)

select * from final
