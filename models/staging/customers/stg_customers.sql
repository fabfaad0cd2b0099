-- 拍照: one row per customer and photograph of the customer list.

with

source as (

    select * from {{ source('raw', 'customers') }}

),

final as (

    select
        cast(snapshot_on as date) as snapshot_on,
        cast(customer_id as string) as customer_id,
        cast(customer_name as string) as customer_name,
        cast(tier as string) as tier,
        cast(industry as string) as industry,
        cast(segment as string) as segment,
        cast(branch_id as string) as branch_id,
        cast(status as string) as status,
        cast(is_target_market as boolean) as is_target_market,
        cast(employees as bigint) as employees,
        cast(account_manager_id as string) as account_manager_id,
        cast(joined_on as date) as joined_on,
        cast(closed_on as date) as closed_on,
        cast(closed_reason as string) as closed_reason,
        cast(successor_id as string) as successor_id,
        cast(competitor as string) as competitor,
        cast(free_cuts as string) as free_cuts,
        cast(protected_cuts as string) as protected_cuts

    from source

)

select * from final
