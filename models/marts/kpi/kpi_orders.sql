-- 订单: the summed parts of every order KPI, by month and every dimension.

with

source as (

    select * from {{ ref('int_measures__orders') }}

),

final as (

    select
        kpi_month,
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
        received_orders,
        promised_orders,
        on_time_orders,
        final_orders,
        smooth_orders,
        signed_agreements,
        backlog_orders,
        supply_days,
        step_days

    from source

)

select * from final
