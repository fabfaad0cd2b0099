-- One row per column x_<name> and member, of those that can be chosen from.

with

source as (

    select * from {{ source('raw', 'free_cut_members') }}

),

final as (

    select
        cast(family as string) as family,
        cast(free_cut as string) as free_cut,
        cast(member as string) as member

    from source

)

select * from final
