-- One row per subscription and stretch of days (valid_to exclusive) with the quantity
-- of its last completed `new` or `change` order.

with

completed as (

    select
        subscription_id,
        order_id,
        ordered_at,
        coalesce(completed_at, ordered_at) as dated_at,
        cast(coalesce(completed_at, ordered_at) as date) as dated_on,
        coalesce(quantity, 1) as quantity

    from {{ ref('stg_orders') }}

    where
        status = 'completed'
        and order_type in ('new', 'change')

),

ranked as (

    select
        subscription_id,
        dated_on,
        quantity,
        row_number() over (
            partition by subscription_id, dated_on
            order by
                dated_at desc nulls last,
                ordered_at desc nulls last,
                order_id desc nulls last
        ) as rank_of_day

    from completed

    where dated_on <= {{ as_of() }}

),

final as (

    select
        subscription_id,
        quantity,
        dated_on as valid_from,
        coalesce(
            lead(dated_on) over (
                partition by subscription_id order by dated_on nulls last
            ),
            cast('9999-12-31' as date)
        ) as valid_to

    from ranked

    where rank_of_day = 1

)

select * from final
