-- 派单: one row per dispatch of a ticket.

with

source as (

    select * from {{ source('raw', 'ticket_routes') }}

),

final as (

    select
        cast(ticket_id as string) as ticket_id,
        cast(seq as bigint) as route_number,
        cast(source.at as timestamp) as dispatched_at,
        cast(unit as string) as unit,
        cast(was_wrong as boolean) as was_wrong

    from source

)

select * from final
