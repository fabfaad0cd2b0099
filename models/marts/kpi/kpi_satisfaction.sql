-- 满意度: the summed parts of every satisfaction KPI, by month, wave and every dimension.

with

source as (

    select * from {{ ref('int_measures__satisfaction') }}

),

final as (

    select
        kpi_month,
        wave,
        role,
        competitor,
        tier,
        tier_group,
        branch_id,
        hall,
        mode,
        agency,
        indicator,
        servqual,
        reason,
        overall_points,
        overall_points_squared,
        overall_interviews,
        loyalty_points,
        loyalty_points_squared,
        loyalty_interviews,
        emotional_points,
        emotional_points_squared,
        emotional_interviews,
        rational_points,
        rational_points_squared,
        rational_interviews,
        indicator_points,
        indicator_points_squared,
        indicator_interviews,
        asked_interviews,
        complete_interviews,
        overall_answered_interviews,
        dissatisfied_interviews,
        reason_naming_interviews,
        nps_points,
        nps_interviews

    from source

)

select * from final
