-- One row per dated event of a subscription, numbered: its completed orders and, for a
-- subscription without a completed `new` order, the bill months before its first order.
-- An event starts or ends service, or only says whose subscription it is.

with

completed as (

    select
        subscription_id,
        customer_id,
        product_id,
        order_id,
        order_type,
        ordered_at,
        coalesce(completed_at, ordered_at) as dated_at

    from {{ ref('stg_orders') }}

    where
        status = 'completed'
        and cast(coalesce(completed_at, ordered_at) as date) <= {{ as_of() }}

),

ordered as (

    select
        subscription_id,
        min(dated_at) as first_dated_at,
        max(case when order_type = 'new' then 1 else 0 end) as has_new_order

    from completed

    group by 1

),

bills as (

    select
        bills.subscription_id,
        bills.kpi_month,
        bills.customer_id,
        bills.product_id,
        row_number() over (
            partition by bills.subscription_id, bills.kpi_month
            order by bills.bill_line_id desc nulls last
        ) as line_rank

    from {{ ref('stg_bills') }} as bills

    left join ordered
        on bills.subscription_id = ordered.subscription_id

    where
        bills.subscription_id is not null
        and bills.kpi_month <= {{ as_of() }}
        and coalesce(ordered.has_new_order, 0) = 0
        and (
            ordered.first_dated_at is null
            or bills.kpi_month <= cast(ordered.first_dated_at as date)
        )

),

-- Of the bill months only those that change whose subscription it is.
compared_bills as (

    select
        *,
        lag(customer_id || '|' || product_id) over (
            partition by subscription_id order by kpi_month nulls last
        ) as owner_before

    from bills

    where line_rank = 1

),

events as (

    select
        subscription_id,
        customer_id,
        product_id,
        order_type,
        dated_at,
        ordered_at,
        order_id,
        1 as is_order

    from completed

    union all

    select
        subscription_id,
        customer_id,
        product_id,
        cast(null as string) as order_type,
        cast(kpi_month as timestamp) as dated_at,
        cast(null as timestamp) as ordered_at,
        cast(null as string) as order_id,
        0 as is_order

    from compared_bills

    where
        owner_before is null
        or owner_before <> customer_id || '|' || product_id

),

numbered as (

    select
        events.*,
        coalesce(ordered.has_new_order, 0) as has_new_order,
        row_number() over (
            partition by events.subscription_id
            order by
                events.dated_at nulls last,
                events.is_order nulls last,
                events.ordered_at nulls first,
                events.order_id nulls first
        ) as event_number

    from events

    left join ordered
        on events.subscription_id = ordered.subscription_id

),

final as (

    select
        subscription_id,
        event_number,
        customer_id,
        product_id,
        order_id,
        cast(dated_at as date) as dated_on,
        coalesce(order_type = 'new', false)
        or (has_new_order = 0 and event_number = 1) as starts_service,
        coalesce(order_type = 'terminate', false) as ends_service

    from numbered

)

select * from final
