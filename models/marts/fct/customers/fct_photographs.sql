-- 拍照: one row per photograph and customer, as the rules about customers read it.

with

source as (

    select * from {{ ref('stg_customers') }}

),

final as (

    select
        customer_id,
        snapshot_on,
        coalesce(branch_id, 'unknown') as branch_id,
        tier,
        status,
        is_target_market,
        closed_on,
        closed_reason,
        successor_id

    from source

)

select * from final
