-- A period is a subscription: it begins with its first day and ends before its end.
with

ends as (

    select
        *,
        'new' as order_type,
        start_date as ordered_at

    from periods

    union all

    select
        *,
        'terminate' as order_type,
        case
            when try_cast(end_date as date) is null then end_date
            else cast(try_cast(end_date as date) - interval 1 day as varchar)
        end as ordered_at

    from periods

    where end_date is not null

)

select
    subscription_id || '-' || order_type as order_id,
    subscription_id,
    customer_id,
    'V01' as product_id,
    order_type,
    ordered_at,
    ordered_at as completed_at,
    'completed' as status,
    monthly_amount as monthly_fee,
    _file,
    _line

from ends
