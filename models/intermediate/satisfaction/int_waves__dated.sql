-- 波次: one row per wave: the days of its first and its last interview up to as_of.

with

interviews as (

    select * from {{ ref('int_interviews__dated') }}

),

final as (

    select
        wave,
        min(happened_on) as starts_on,
        max(happened_on) as ends_on

    from interviews

    group by 1

)

select * from final
