-- 客户数: the summed parts of every customers KPI, by month, by period for what is
-- counted over it at once, and by every dimension.

with

source as (

    select * from {{ ref('int_measures__customers') }}

),

final as (

    select
        kpi_month,
        period,
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
        from_tier,
        to_tier,
        active_customers,
        new_customers,
        back_customers,
        lost_customers,
        attached_lines,
        churned_customers,
        moved_customers,
        value_points,
        valued_customers

    from source

)

select * from final
