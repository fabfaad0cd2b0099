-- The parts of kpi_satisfaction by the members of free cuts too, from which its KPIs
-- are cut by them: one row per cell and members; none where no free cut was delivered.

with

summed as (

    select * from {{ ref('int_interviews__summed') }}

),

cuts as (

    select * from {{ ref('stg_free_cuts') }} where family = 'satisfaction'

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
        item,
        score,
        {{ free_cuts() }},
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
        reason_interviews,
        reason_naming_interviews,
        score_sum,
        score_sum_squared,
        scored_answers,
        top_box_answers,
        top_box_asked,
        bottom_box_answers,
        bottom_box_asked,
        nps_points,
        nps_interviews

    from summed

    where
        exists (select 1 from cuts)

)

select * from final
