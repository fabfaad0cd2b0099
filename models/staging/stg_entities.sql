-- What was delivered: one row per entity of the raw contract.

with

source as (

    select * from {{ source('raw', 'entities') }}

),

final as (

    select
        cast(entity as string) as entity,
        cast(is_delivered as boolean) as is_delivered,
        cast(rows_accepted as bigint) as rows_accepted,
        cast(first_on as date) as first_on,
        cast(last_on as date) as last_on

    from source

)

select * from final
