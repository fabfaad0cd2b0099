-- 集中受理: one row per city and stretch of days (both ends included) with the centre
-- that answers for it. A later assignment ends the one before, also an open one.

with

coverage as (

    select * from {{ ref('centre_coverage') }}

),

followed as (

    select
        city_branch_id,
        centre_id,
        valid_from,
        valid_to,
        lead(valid_from) over (
            partition by city_branch_id order by valid_from nulls last
        ) as next_from

    from coverage

),

final as (

    select
        city_branch_id,
        centre_id,
        valid_from,
        case
            when next_from <= valid_to or valid_to is null
                then {{ add_days('next_from', -1) }}
            else valid_to
        end as valid_to

    from followed

)

select * from final
