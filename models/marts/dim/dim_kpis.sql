-- The catalogue: one row per KPI.

with

source as (

    select * from {{ ref('kpis') }}

),

final as (

    select
        kpi,
        family,
        kind,
        unit,
        numerator,
        denominator,
        dimensions,
        direction,
        progress,
        goal,
        source.window as kpi_window,
        tolerance,
        owner,
        name_zh,
        name_en,
        definition_zh,
        definition_en,
        changed_on,
        because,
        row_number() over (order by family nulls last, kpi nulls last) as sort_order

    from source

)

select * from final
