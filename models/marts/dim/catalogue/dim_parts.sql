-- One row per part: can it be measured from what was delivered?

with

parts as (

    select * from {{ ref('parts') }}

),

entities as (

    select * from {{ ref('stg_entities') }}

),

needed as (

    select
        parts.part,
        max(case
            when
                position(
                    ' ' || entities.entity || ' ' in ' ' || parts.needs_all || ' '
                ) > 0
                and not entities.is_delivered
                then 1
            else 0
        end) as is_lacking,
        max(case
            when
                parts.needs_any is null
                or (
                    position(
                        ' ' || entities.entity || ' ' in ' ' || parts.needs_any || ' '
                    ) > 0
                    and entities.is_delivered
                )
                then 1
            else 0
        end) as has_one

    from parts

    cross join entities

    group by 1

),

final as (

    select
        parts.part,
        parts.measure,
        parts.family,
        parts.over_time,
        parts.when_empty,
        coalesce(parts.needs_all || ' ', '') || coalesce(parts.needs_any, '') as needs,
        parts.needs_dimension,
        parts.ignores,
        parts.quantile,
        coalesce(
            position(' survey_answers ' in ' ' || parts.needs_all || ' ') > 0, false
        ) as reads_answers,
        coalesce(needed.is_lacking = 0 and needed.has_one = 1, false) as is_measured

    from parts

    left join needed
        on parts.part = needed.part

)

select * from final
