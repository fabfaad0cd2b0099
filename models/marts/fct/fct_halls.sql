-- 营业厅: one row per queue ticket and transaction, the rows behind every hall KPI.

with

source as (

    select * from {{ ref('int_halls__counted') }}

),

final as (

    select
        record_id,
        record_kind,
        kpi_month,
        happened_at,
        happened_on,
        branch_id,
        hall,
        ownership,
        brand,
        busy,
        is_month_end,
        service,
        is_walked_away,
        is_fast_lane,
        wait_minutes,
        limit_seconds,
        is_self_service,
        handling_minutes

    from source

)

select * from final
