-- One row per entity of the raw contract: delivered or not, from when to when.

with

source as (

    select * from {{ ref('stg_entities') }}

),

final as (

    select
        entity,
        is_delivered,
        rows_accepted,
        first_on,
        last_on

    from source

)

select * from final
