-- 派单: one row per ticket dispatched up to as_of: whether one of its dispatches was
-- wrong, and whether it went to another unit than the first.

with

routes as (

    select *

    from {{ ref('stg_ticket_routes') }}

    where cast(dispatched_at as date) <= {{ as_of() }}

),

numbered as (

    select
        ticket_id,
        unit,
        was_wrong,
        row_number() over (
            partition by ticket_id order by route_number nulls last
        ) as dispatch_number

    from routes

),

first_units as (

    select
        ticket_id,
        unit as first_unit

    from numbered

    where dispatch_number = 1

),

final as (

    select
        numbered.ticket_id,
        max(case when numbered.was_wrong then 1 else 0 end) = 1 as is_misrouted,
        max(case when numbered.unit <> first_units.first_unit then 1 else 0 end) = 1
            as is_handed_over

    from numbered

    inner join first_units
        on numbered.ticket_id = first_units.ticket_id

    group by 1

)

select * from final
