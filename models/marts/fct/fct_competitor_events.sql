-- 竞争: one row per competitor event up to as_of.

with

source as (

    select * from {{ ref('int_competition__observed') }}

),

final as (

    select
        event_id,
        kpi_month,
        observed_on,
        customer_id,
        competitor,
        move,
        outcome,
        branch_id,
        tier,
        tier_group,
        level4,
        industry,
        size,
        segment,
        is_target_market

    from source

)

select * from final
