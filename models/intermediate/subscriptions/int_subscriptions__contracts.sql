-- 合约: one row per subscription and stretch of days (valid_to exclusive) with the end of
-- its contract, as the last completed order that carries one says. A day counts to its
-- end: of several orders dated on one day the last stands.

with

orders as (

    select
        subscription_id,
        order_id,
        contract_ends_on,
        ordered_at,
        coalesce(completed_at, ordered_at) as dated_at,
        cast(coalesce(completed_at, ordered_at) as date) as dated_on

    from {{ ref('stg_orders') }}

    where
        status = 'completed'
        and contract_ends_on is not null
        and cast(coalesce(completed_at, ordered_at) as date) <= {{ as_of() }}

),

followed as (

    select
        subscription_id,
        contract_ends_on,
        dated_on as valid_from,
        coalesce(
            lead(dated_on) over (
                partition by subscription_id
                order by dated_at nulls last, ordered_at nulls last, order_id nulls last
            ),
            cast('9999-12-31' as date)
        ) as valid_to

    from orders

),

final as (

    select * from followed where valid_from < valid_to

)

select * from final
