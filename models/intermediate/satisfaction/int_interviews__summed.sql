-- 满意度: additive parts of every satisfaction KPI, one row per month, wave, who was
-- asked about whom and how, members of free cuts, indicator, SERVQUAL dimension, reason
-- and item with its score. Sums of indices and scores and of their squares, and counts
-- of interviews and answers; never a mean.

{% set asked = [
    'kpi_month', 'wave', 'role', 'competitor', 'tier', 'tier_group', 'branch_id',
    'hall', 'mode', 'agency', 'free_cuts', 'protected_cuts',
] -%}
{% set keys = asked + ['indicator', 'servqual', 'reason', 'item', 'score'] -%}
{% set points = [] -%}
{% for construct in constructs() -%}
{% do points.append(construct ~ '_points') -%}
{% endfor -%}
{# Each measure with the column it is the sum of. -#}
{% set of_interviews = {
    'asked_interviews': 'is_asked',
    'complete_interviews': 'is_complete',
    'overall_answered_interviews': 'is_overall_answered',
    'dissatisfied_interviews': 'is_dissatisfied',
    'nps_points': 'nps_points',
} -%}
{% set of_reasons = {
    'reason_interviews': 'is_naming_reason',
    'reason_naming_interviews': 'is_dissatisfied_naming_reason',
} -%}
{% set of_answers = {
    'scored_answers': 'is_scored',
    'top_box_answers': 'is_top_box',
    'top_box_asked': 'is_top_box_asked',
    'bottom_box_answers': 'is_bottom_box',
    'bottom_box_asked': 'is_bottom_box_asked',
} -%}

with

interviews as (

    select * from {{ ref('int_interviews__asked') }}

),

scored as (

    select * from {{ ref('int_interviews__scored') }}

),

answers as (

    select * from {{ ref('int_answers__scored') }}

),

reasons as (

    select * from {{ ref('int_interviews__reasons') }}

),

indexed as (

    select
        {% for name in asked -%}
        interviews.{{ name }},
        {% endfor -%}
        scored.indicator,
        scored.servqual,
        cast(null as string) as reason,
        cast(null as string) as item,
        {% for construct in constructs() -%}
        case when scored.construct = '{{ construct }}' then scored.index_points end
            as {{ construct }}_points,
        {% endfor -%}
        cast(null as string) as score

    from interviews

    inner join scored
        on interviews.response_id = scored.response_id

    where scored.construct in (
        {%- for construct in constructs() %}'{{ construct }}'{{ ', ' if not loop.last }}
        {%- endfor -%}
    )

),

counted as (

    select
        {% for name in asked -%}
        {{ name }},
        {% endfor -%}
        'total' as indicator,
        'total' as servqual,
        cast(null as string) as reason,
        cast(null as string) as item,
        cast(null as string) as score,
        case when status <> 'invalid' then 1 end as is_asked,
        case
            when status = 'complete' then 1
            when status <> 'invalid' then 0
        end as is_complete,
        -- Who gives a score to which no limit is known is neither.
        case when is_dissatisfied is not null then 1 end as is_overall_answered,
        case
            when is_dissatisfied then 1
            when not is_dissatisfied then 0
        end as is_dissatisfied,
        nps_points

    from interviews

),

reasoned as (

    select
        {% for name in asked -%}
        interviews.{{ name }},
        {% endfor -%}
        'total' as indicator,
        'total' as servqual,
        reasons.reason,
        cast(null as string) as item,
        cast(null as string) as score,
        1 as is_naming_reason,
        case when reasons.is_dissatisfied then 1 end as is_dissatisfied_naming_reason

    from interviews

    inner join reasons
        on interviews.response_id = reasons.response_id

),

answered as (

    select
        {% for name in asked -%}
        interviews.{{ name }},
        {% endfor -%}
        'total' as indicator,
        'total' as servqual,
        cast(null as string) as reason,
        answers.item_code as item,
        -- As people write it: 4, 4.5.
        case
            when answers.score = floor(answers.score)
                then cast(cast(answers.score as bigint) as string)
            else trim(
                trailing '0' from cast(cast(answers.score as decimal(18, 6)) as string)
            )
        end as score,
        answers.score as score_sum,
        1 as is_scored,
        case
            when answers.is_top_box then 1
            when not answers.is_top_box then 0
        end as is_top_box,
        case when answers.is_top_box is not null then 1 end as is_top_box_asked,
        case
            when answers.is_bottom_box then 1
            when not answers.is_bottom_box then 0
        end as is_bottom_box,
        case when answers.is_bottom_box is not null then 1 end as is_bottom_box_asked

    from interviews

    inner join answers
        on interviews.response_id = answers.response_id

),

combined as (

    {{ side_by_side(keys, {
        'indexed': points,
        'counted': of_interviews.values() | list,
        'reasoned': of_reasons.values() | list,
        'answered': ['score_sum'] + of_answers.values() | list,
    }) }}
),

final as (

    select
        {% for name in keys -%}
        {{ name }},
        {% endfor -%}
        {% for construct in constructs() -%}
        {{ exact_sum(construct ~ '_points') }} as {{ construct }}_points,
        {{ exact_sum(construct ~ '_points * ' ~ construct ~ '_points') }}
            as {{ construct }}_points_squared,
        case
            when count({{ construct }}_points) > 0
                then count({{ construct }}_points)
        end as {{ construct }}_interviews,
        {% endfor -%}
        {{ exact_sum('score_sum') }} as score_sum,
        {{ exact_sum('score_sum * score_sum') }} as score_sum_squared,
        {% for measures in [of_interviews, of_reasons, of_answers] -%}
        {% for measure, column in measures.items() -%}
        cast(sum({{ column }}) as bigint) as {{ measure }},
        {% endfor -%}
        {% endfor -%}
        cast(case when count(nps_points) > 0 then count(nps_points) end as bigint)
            as nps_interviews

    from combined

    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17

)

select * from final
