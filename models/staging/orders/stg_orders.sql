-- 订单: one row per order of a subscription.

with

source as (

    select * from {{ source('raw', 'orders') }}

),

final as (

    select
        cast(order_id as string) as order_id,
        cast(subscription_id as string) as subscription_id,
        cast(customer_id as string) as customer_id,
        cast(product_id as string) as product_id,
        cast(order_type as string) as order_type,
        cast(channel as string) as channel,
        cast(ordered_at as timestamp) as ordered_at,
        cast(promised_at as timestamp) as promised_at,
        cast(completed_at as timestamp) as completed_at,
        cast(status as string) as status,
        cast(failed_attempts as bigint) as failed_attempts,
        cast(customer_hold_hours as decimal(18, 6)) as customer_hold_hours,
        cast(quantity as bigint) as quantity,
        cast(monthly_fee as decimal(18, 2)) as monthly_fee_yuan,
        cast(contract_ends_on as date) as contract_ends_on,
        cast(competitor as string) as competitor,
        cast(free_cuts as string) as free_cuts,
        cast(protected_cuts as string) as protected_cuts

    from source

)

select * from final
