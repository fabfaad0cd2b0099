-- 回访: one row per interview up to as_of, the rows behind every satisfaction KPI.

with

source as (

    select * from {{ ref('int_interviews__indexed') }}

),

final as (

    select
        response_id,
        wave,
        kpi_month,
        happened_on,
        customer_id,
        branch_id,
        role,
        tier,
        tier_group,
        hall,
        mode,
        agency,
        competitor,
        status,
        overall_score,
        is_dissatisfied,
        overall_points,
        loyalty_points,
        emotional_points,
        rational_points,
        product_points,
        manager_points,
        channel_points,
        communication_points,
        relationship_points,
        network_points

    from source

)

select * from final
