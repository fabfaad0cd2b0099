-- 在网区间: one row per subscription and stretch of days in service, with the orders
-- that open and end it, and the branch of the customer's last photograph.

with

source as (

    select * from {{ ref('int_subscriptions__spans') }}

),

customers as (

    select * from {{ ref('int_customers__latest') }}

),

final as (

    select
        source.subscription_id,
        source.customer_id,
        coalesce(customers.branch_id, 'unknown') as branch_id,
        source.product_id as product,
        source.valid_from,
        source.valid_to,
        source.from_order_id,
        source.to_order_id

    from source

    left join customers
        on source.customer_id = customers.customer_id

)

select * from final
