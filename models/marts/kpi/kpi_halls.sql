-- 营业厅: the summed parts of every hall KPI, by month and every dimension.

with

source as (

    select * from {{ ref('int_measures__halls') }}

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
        queue_tickets,
        walked_away_tickets,
        fast_lane_tickets,
        waits_timed,
        wait_minutes,
        wait_minutes_squared,
        limited_waits,
        waits_within_limit,
        limited_wait_seconds,
        limit_seconds,
        payments,
        self_service_payments,
        timed_transactions,
        handling_minutes,
        handling_minutes_squared,
        calendar_days,
        closed_days,
        visit_days

    from source

)

select * from final
