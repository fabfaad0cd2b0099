-- One row per additive part: which measure it is and how it goes over months.

with

source as (

    select * from {{ ref('int_parts__measured') }}

),

final as (

    select
        part,
        measure,
        family,
        over_time,
        when_empty,
        needs,
        needs_dimension,
        ignores,
        quantile,
        reads_answers,
        is_measured

    from source

)

select * from final
