-- One row per free cut and member, of those that can be chosen from.

with

source as (

    select * from {{ ref('stg_free_cut_members') }}

),

final as (

    select
        family,
        free_cut,
        member

    from source

)

select * from final
