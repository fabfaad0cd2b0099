-- 满意度评分: one row per interview, item and answer code.

with

source as (

    select * from {{ source('raw', 'survey_answers') }}

),

final as (

    select
        cast(response_id as string) as response_id,
        cast(item_code as string) as item_code,
        cast(answer_code as string) as answer_code,
        cast(score as decimal(18, 6)) as score

    from source

)

select * from final
