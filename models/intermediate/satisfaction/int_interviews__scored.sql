-- 指数: one row per complete interview and thing scored (a construct, an indicator, a
-- SERVQUAL dimension, or an indicator within one): the weighted mean of its answered
-- items as an index from 0 to 100. An item not answered is left out.

with

interviews as (

    select * from {{ ref('int_interviews__classified') }} where status = 'complete'

),

answers as (

    select * from {{ ref('stg_survey_answers') }} where score is not null

),

items as (

    select * from {{ ref('survey_items') }} where weight > 0

),

scores as (

    select
        interviews.response_id,
        items.construct,
        items.indicator,
        items.servqual,
        cast(items.weight as double) as weight,
        cast(items.weight as double) * (answers.score - 1) as weighted_score

    from interviews

    inner join answers
        on interviews.response_id = answers.response_id

    inner join items
        on answers.item_code = items.item_code

),

things as (

    select
        response_id,
        construct,
        'total' as indicator,
        'total' as servqual,
        weight,
        weighted_score

    from scores

    union all

    select
        response_id,
        'indicator' as construct,
        indicator,
        'total' as servqual,
        weight,
        weighted_score

    from scores

    where indicator is not null

    union all

    select
        response_id,
        'indicator' as construct,
        'total' as indicator,
        servqual,
        weight,
        weighted_score

    from scores

    where
        indicator is not null
        and servqual is not null

    union all

    select
        response_id,
        'indicator' as construct,
        indicator,
        servqual,
        weight,
        weighted_score

    from scores

    where
        indicator is not null
        and servqual is not null

),

final as (

    select
        response_id,
        construct,
        indicator,
        servqual,
        {{ ratio(
            exact_sum('weighted_score') ~ ' * 100', exact_sum('weight') ~ ' * 9'
        ) }} as index_points

    from things

    group by 1, 2, 3, 4

)

select * from final
