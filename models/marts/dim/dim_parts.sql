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
        is_measured

    from source

)

select * from final
