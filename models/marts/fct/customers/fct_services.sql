-- In service (在网): one row per subscription and stretch of days (valid_to exclusive)
-- in which its last completed `new` or `terminate` order is `new`, with the customer
-- and product of its last completed order. A day counts to its end. from_order_id and
-- to_order_id name the orders that open and end the stretch.

with

events as (

    select * from {{ ref('int_subscriptions__events') }}

),

stated as (

    select
        subscription_id,
        customer_id,
        product_id,
        order_id,
        dated_on,
        lead(dated_on) over (
            partition by subscription_id order by event_number nulls last
        ) as next_dated_on,
        lead(order_id) over (
            partition by subscription_id order by event_number nulls last
        ) as next_order_id,
        max(case when starts_service then event_number end) over (
            partition by subscription_id
            order by event_number nulls last
            rows between unbounded preceding and current row
        ) as last_start_number,
        max(case when ends_service then event_number end) over (
            partition by subscription_id
            order by event_number nulls last
            rows between unbounded preceding and current row
        ) as last_end_number

    from events

),

customers as (

    select * from {{ ref('dim_customers') }}

),

final as (

    select
        stated.subscription_id,
        stated.customer_id,
        coalesce(customers.branch_id, 'unknown') as branch_id,
        stated.product_id as product,
        stated.dated_on as valid_from,
        coalesce(stated.next_dated_on, cast('9999-12-31' as date)) as valid_to,
        stated.order_id as from_order_id,
        stated.next_order_id as to_order_id

    from stated

    left join customers
        on stated.customer_id = customers.customer_id

    where
        stated.last_start_number > coalesce(stated.last_end_number, 0)
        -- Several events on one day: the last one is the day's.
        and stated.dated_on
        < coalesce(stated.next_dated_on, cast('9999-12-31' as date))

)

select * from final
