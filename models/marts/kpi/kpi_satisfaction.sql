-- 满意度: additive parts of every satisfaction KPI, one row per month, wave, who was
-- asked about whom and how, indicator, SERVQUAL dimension and reason. Sums of indices
-- and of their squares, and counts of interviews; never a mean.

with

summed as (

    select * from {{ ref('int_interviews__summed') }}

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
        {{ sums(
            counts=[
                'overall_interviews', 'loyalty_interviews', 'emotional_interviews',
                'rational_interviews', 'indicator_interviews', 'asked_interviews',
                'complete_interviews', 'overall_answered_interviews',
                'dissatisfied_interviews', 'reason_naming_interviews', 'nps_points',
                'nps_interviews',
            ],
            doubles=[
                'overall_points', 'overall_points_squared', 'loyalty_points',
                'loyalty_points_squared', 'emotional_points',
                'emotional_points_squared', 'rational_points',
                'rational_points_squared', 'indicator_points',
                'indicator_points_squared',
            ]
        ) }}

    from summed

    group by
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
        reason

)

select * from final
