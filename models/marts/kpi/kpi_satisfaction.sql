-- 满意度: additive parts of every satisfaction KPI, one row per month, wave, who was
-- asked about whom and how, indicator, SERVQUAL dimension, reason, and item with its
-- score. Sums of indices and scores and of their squares, and counts of interviews and
-- answers; never a mean.

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
        item,
        score,
        {{ sums(
            counts=[
                'overall_interviews', 'loyalty_interviews', 'emotional_interviews',
                'rational_interviews', 'indicator_interviews', 'asked_interviews',
                'complete_interviews', 'overall_answered_interviews',
                'dissatisfied_interviews', 'reason_interviews',
                'reason_naming_interviews', 'scored_answers', 'top_box_answers',
                'top_box_asked', 'bottom_box_answers', 'bottom_box_asked', 'nps_points',
                'nps_interviews',
            ],
            doubles=[
                'overall_points', 'overall_points_squared', 'loyalty_points',
                'loyalty_points_squared', 'emotional_points',
                'emotional_points_squared', 'rational_points',
                'rational_points_squared', 'indicator_points',
                'indicator_points_squared', 'score_sum', 'score_sum_squared',
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
        reason,
        item,
        score

)

select * from final
