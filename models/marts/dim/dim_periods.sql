-- 账期: one row per period that can be asked for.

with

source as (

    select * from {{ ref('int_periods__enumerated') }}

),

final as (

    select
        period,
        period_kind,
        starts_on,
        ends_on,
        last_month,
        is_partial

    from source

)

select * from final
