-- 来电: one row per call of the hotline up to as_of, the rows behind every hotline KPI.

with

source as (

    select * from {{ ref('int_calls__classified') }}

),

final as (

    select
        call_id,
        kpi_month,
        happened_at,
        happened_on,
        branch_id,
        centre,
        lane,
        hour,
        weekday,
        reason,
        customer_id,
        outcome,
        is_demand,
        has_ivr,
        is_queued,
        answer_seconds,
        abandon_seconds,
        handling_seconds

    from source

)

select * from final
