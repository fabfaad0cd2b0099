-- One row per subscription and stretch of days (valid_to exclusive) with the quantity
-- of its last completed `new` or `change` order.

with

ordered as (

    select
        subscription_id,
        cast(coalesce(completed_at, ordered_at) as date) as dated_on,
        coalesce(quantity, 1) as quantity,
        row_number() over (
            partition by
                subscription_id, cast(coalesce(completed_at, ordered_at) as date)
            order by
                coalesce(completed_at, ordered_at) desc nulls last,
                ordered_at desc nulls last,
                order_id desc nulls last
        ) as rank_of_day

    from {{ ref('stg_orders') }}

    where
        status = 'completed'
        and order_type in ('new', 'change')
        and cast(coalesce(completed_at, ordered_at) as date) <= {{ as_of() }}

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

    from ordered

    where rank_of_day = 1

)

select * from final
