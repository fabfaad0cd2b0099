-- 销户: one row per closed customer, read from its last photograph on or before as_of.
-- A closure holds from closed_on, else from the photograph that shows it.

with

latest as (

    select * from {{ ref('dim_customers') }}

),

final as (

    select
        customer_id,
        coalesce(closed_on, snapshot_on) as closed_from,
        closed_reason,
        successor_id,
        competitor

    from latest

    where
        status = 'closed'
        and snapshot_on <= {{ as_of() }}

)

select * from final
