-- 订单: one row per order (and step) and date by which a KPI counts it.

with

source as (

    select * from {{ ref('int_orders__counted') }}

),

final as (

    select
        order_id,
        counted_as,
        kpi_month,
        customer_id,
        branch_id,
        tier,
        tier_group,
        level4,
        industry,
        size,
        segment,
        is_target_market,
        channel,
        product,
        line,
        order_type,
        age,
        step,
        status,
        ordered_at,
        promised_at,
        completed_at,
        failed_attempts,
        contract_ends_on,
        supply_days,
        step_days

    from source

)

select * from final
