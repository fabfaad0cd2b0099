-- 收入: the summed parts of every revenue KPI, by month and every dimension.

with

source as (

    select * from {{ ref('int_measures__revenue') }}

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
        product,
        line,
        kind,
        operating_revenue,
        info_revenue

    from source

)

select * from final
