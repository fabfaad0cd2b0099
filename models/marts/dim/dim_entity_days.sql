-- 每日完整性: one row per feed and day, beside what is usual on that weekday.

with

source as (

    select * from {{ ref('int_entities__daily') }}

),

final as (

    select
        entity,
        happened_on,
        cast(rows_count as bigint) as rows_count,
        cast(usual_rows as double) as usual_rows

    from source

)

select * from final
