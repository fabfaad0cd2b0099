-- 指数: one row per complete interview and thing scored (a construct, an indicator, a
-- SERVQUAL dimension, or an indicator within one): the weighted mean of its answered
-- items, each on its own scale, as an index from 0 to 100. An item not answered is left
-- out.

with

answers as (

    select * from {{ ref('int_answers__scored') }}

),

items as (

    select * from {{ ref('survey_items') }} where weight > 0

),

scores as (

    select
        answers.response_id,
        items.construct,
        items.indicator,
        items.servqual,
        cast(items.weight as double) as weight,
        cast(items.weight as double) * answers.steps as weighted_score

    from answers

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
