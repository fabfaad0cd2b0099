-- What each source delivered: one row per source, entity and column (null: the entity).

with

source as (

    select * from {{ source('raw', 'presence') }}

),

final as (

    select
        cast(source.source as string) as source_name,
        cast(entity as string) as entity,
        cast(column_name as string) as column_name,
        cast(is_present as boolean) as is_present,
        cast(first_on as date) as first_on,
        cast(last_on as date) as last_on

    from source

)

select * from final
