-- 评分: one row per scored answer of a complete interview, held against the scale of
-- its item. Limits that the item does not give are those usual on a scale from 0 or 1
-- to 10; on another scale nobody is called dissatisfied, and nothing is a top box.

{% set is_usual = 'items.scale_max = 10 and items.scale_min in (0, 1)' -%}

with

interviews as (

    select * from {{ ref('int_interviews__classified') }} where status = 'complete'

),

answers as (

    select * from {{ ref('stg_survey_answers') }} where score is not null

),

items as (

    select * from {{ ref('survey_items') }}

),

limited as (

    select
        items.*,
        {{ is_usual }} as is_usual_scale,
        coalesce(
            items.dissatisfied_at_most,
            case when {{ is_usual }} then {{ var('dissatisfied_limit') }} end
        ) as bottom_box_ends_at,
        coalesce(items.top_box_at_least, case when {{ is_usual }} then 9 end)
            as top_box_starts_at

    from items

),

final as (

    select
        answers.response_id,
        answers.item_code,
        answers.answer_code,
        cast(answers.score as double) as score,
        -- As on a scale from 1 to 10, whose answers keep their last digit.
        (answers.score - limited.scale_min)
        * {{ ratio('9', 'limited.scale_max - limited.scale_min') }} as steps,
        answers.score <= limited.bottom_box_ends_at as is_bottom_box,
        answers.score >= limited.top_box_starts_at as is_top_box,
        limited.is_usual_scale,
        limited.scale_min = 0 and limited.scale_max = 10 as is_scale_0_to_10

    from interviews

    inner join answers
        on interviews.response_id = answers.response_id

    inner join limited
        on answers.item_code = limited.item_code

)

select * from final
