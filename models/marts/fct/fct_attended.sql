-- 客户经理: one row per month and active customer, the rows behind account management.

with

source as (

    select * from {{ ref('int_customers__attended') }}

),

final as (

    select
        kpi_month,
        customer_id,
        manager_number,
        grade,
        visit_days,
        days_since_visit,
        branch_id,
        tier,
        tier_group,
        level4,
        industry,
        size,
        segment,
        is_target_market

    from source

)

select * from final
