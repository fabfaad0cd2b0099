-- One row per column x_<name> that a family of KPIs is cut by: its names, and how many
-- members it has.

with

source as (

    select * from {{ source('raw', 'free_cuts') }}

),

final as (

    select
        cast(family as string) as family,
        cast(free_cut as string) as free_cut,
        cast(entity as string) as entity,
        cast(name_zh as string) as name_zh,
        cast(name_en as string) as name_en,
        cast(is_protected as boolean) as is_protected,
        cast(members as bigint) as members

    from source

)

select * from final
