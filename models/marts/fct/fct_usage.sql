-- 用量: one row per mobile line and month up to as_of, the rows behind traffic.

with

source as (

    select * from {{ ref('int_usage__attributed') }}

),

final as (

    select
        line_number,
        kpi_month,
        customer_id,
        data_mb,
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
