-- 不满意原因: one row per complete interview and reason it names, of the dissatisfied and
-- of the others; a head counts any of its children once.

with

interviews as (

    select * from {{ ref('int_interviews__asked') }} where status = 'complete'

),

answers as (

    select * from {{ ref('stg_survey_answers') }} where item_code = 'reason'

),

reasons as (

    select * from {{ ref('dissatisfaction_reasons') }}

),

named as (

    select
        interviews.response_id,
        interviews.is_dissatisfied,
        answers.answer_code as reason

    from interviews

    inner join answers
        on interviews.response_id = answers.response_id

    where answers.answer_code is not null

    union all

    select
        interviews.response_id,
        interviews.is_dissatisfied,
        reasons.parent as reason

    from interviews

    inner join answers
        on interviews.response_id = answers.response_id

    inner join reasons
        on answers.answer_code = reasons.reason

    where reasons.parent is not null

),

final as (

    select
        response_id,
        is_dissatisfied,
        reason

    from named

    group by 1, 2, 3

)

select * from final
