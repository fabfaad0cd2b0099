-- 集团客户: one row per customer, as its last photograph on or before as_of shows it.

with

source as (

    select * from {{ ref('int_customers__latest') }}

),

final as (

    select
        customer_id,
        customer_name,
        coalesce(branch_id, 'unknown') as branch_id,
        tier,
        industry,
        segment,
        is_target_market,
        employees,
        status,
        joined_on,
        closed_on,
        closed_reason,
        successor_id,
        competitor,
        account_manager_id

    from source

)

select * from final
