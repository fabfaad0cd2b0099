-- 账单: one row per bill line up to as_of, the rows behind every revenue KPI.

with

source as (

    select * from {{ ref('int_bills__classified') }}

),

final as (

    select
        bill_line_id,
        kpi_month,
        customer_id,
        subscription_id,
        product,
        line,
        kind,
        is_informatisation,
        billed_amount_yuan,
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
