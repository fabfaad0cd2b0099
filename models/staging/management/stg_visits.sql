-- 拜访: one row per visit of an account manager.

with

source as (

    select * from {{ source('raw', 'visits') }}

),

final as (

    select
        cast(visit_id as string) as visit_id,
        cast(customer_id as string) as customer_id,
        cast(account_manager_id as string) as account_manager_id,
        cast(visited_on as date) as visited_on,
        cast(purpose as string) as purpose,
        cast(executive as boolean) as is_executive

    from source

)

select * from final
