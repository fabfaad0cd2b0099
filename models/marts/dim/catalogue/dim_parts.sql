-- One row per part: what it is a part of, and whether it is measured in any month.

with

parts as (

    select * from {{ ref('parts') }}

),

measured as (

    select part from {{ ref('int_parts__measured') }} group by 1

),

final as (

    select
        parts.part,
        parts.measure,
        parts.family,
        parts.over_time,
        parts.needs,
        parts.when_empty,
        parts.needs_dimension,
        parts.ignores,
        parts.quantile,
        coalesce(position(' survey_answers' in ' ' || parts.needs) > 0, false)
            as reads_answers,
        measured.part is not null as is_measured

    from parts

    left join measured
        on parts.part = measured.part

)

select * from final
