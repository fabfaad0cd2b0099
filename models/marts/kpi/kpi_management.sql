-- 客户经理与竞争: the summed parts of the family, by month and every dimension.

with

source as (

    select * from {{ ref('int_measures__management') }}

),

final as (

    select
        kpi_month,
        branch_id,
        tier,
        tier_group,
        level4,
        industry,
        size,
        segment,
        is_target_market,
        move,
        executive_visits,
        competitor_events,
        kept_events,
        decided_events,
        visited_customers,
        assignable_customers,
        unmanaged_customers,
        key_customers,
        chief_customers

    from source

)

select * from final
