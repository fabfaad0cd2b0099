-- One row per interview with what single items say of it: satisfied or not with the
-- whole, promoter or detractor; null where the item was not answered or the interview
-- is not complete.

with

interviews as (

    select * from {{ ref('int_interviews__classified') }}

),

answers as (

    select
        response_id,
        max(case when item_code = 'overall' then score end) as overall_score,
        min(case
            when item_code = 'overall' and is_bottom_box then 1
            when item_code = 'overall' and not is_bottom_box then 0
        end) = 1 as is_dissatisfied,
        -- Promoters and detractors are defined on this scale alone.
        max(case
            when item_code = 'recommend_0_10' and is_scale_0_to_10 then score
        end) as recommend_score

    from {{ ref('int_answers__scored') }}

    group by 1

),

final as (

    select
        interviews.*,
        answers.overall_score,
        answers.is_dissatisfied,
        case
            when answers.recommend_score >= 9 then 100
            when answers.recommend_score <= 6 then -100
            when answers.recommend_score is not null then 0
        end as nps_points

    from interviews

    left join answers
        on interviews.response_id = answers.response_id

)

select * from final
