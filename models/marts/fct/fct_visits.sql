-- 走访: one row per visit up to as_of, the rows behind executive visits.

with

source as (

    select * from {{ ref('int_visits__attributed') }}

),

final as (

    select
        visit_id,
        kpi_month,
        visited_on,
        customer_id,
        is_executive,
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
