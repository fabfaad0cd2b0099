-- Weight of every role in the satisfaction of an account: one row per role.

with

source as (

    select * from {{ ref('role_weights') }}

),

final as (

    select
        role,
        cast(weight as double) as weight

    from source

)

select * from final
