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
        max(case when item_code = 'recommend_0_10' then score end) as recommend_score

    from {{ ref('stg_survey_answers') }}

    where item_code in ('overall', 'recommend_0_10')

    group by 1

),

scored as (

    select
        interviews.*,
        case when interviews.status = 'complete' then answers.overall_score end
            as overall_score,
        case when interviews.status = 'complete' then answers.recommend_score end
            as recommend_score

    from interviews

    left join answers
        on interviews.response_id = answers.response_id

),

final as (

    select
        *,
        overall_score <= {{ var('dissatisfied_limit') }} as is_dissatisfied,
        case
            when recommend_score >= 9 then 100
            when recommend_score >= 7 then 0
            when recommend_score is not null then -100
        end as nps_points

    from scored

)

select * from final
