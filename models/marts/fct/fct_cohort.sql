-- 拍照保有: one row per month and cohort customer, the rows behind retention.

with

source as (

    select * from {{ ref('int_cohorts__followed') }}

),

final as (

    select
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
        is_active,
        is_admin_closed,
        is_returned

    from source

)

select * from final
