-- 客户数: the summed parts of every customers KPI, by month and every dimension.

with

source as (

    select * from {{ ref('int_measures__customers') }}

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
        lost_reason,
        lost_to,
        active_customers,
        new_customers,
        back_customers,
        lost_customers

    from source

)

select * from final
