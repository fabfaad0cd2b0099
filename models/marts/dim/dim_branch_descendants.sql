-- One row per branch and branch below it, itself included, and the member total.

with

source as (

    select * from {{ ref('int_branches__descendants') }}

),

final as (

    select
        branch_id,
        descendant_id

    from source

)

select * from final
