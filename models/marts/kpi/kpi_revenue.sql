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
        age,
        operating_revenue,
        info_revenue,
        minimum_top_up,
        customer_paid_revenue,
        arrears_yuan,
        dedicated_lines,
        lines_in_service,
        product_customers,
        products_held,
        cross_sold_customers,
        market_units

    from source

)

select * from final
