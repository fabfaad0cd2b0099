-- One row per family of KPIs and column x_<name> it is cut by.

with

source as (

    select * from {{ ref('stg_free_cuts') }}

),

final as (

    select
        family,
        free_cut,
        entity,
        name_zh,
        name_en,
        is_protected,
        members

    from source

)

select * from final
