-- The catalogue: one row per KPI, its texts with the parameters of this build.

with

kpis as (

    select * from {{ ref('kpis') }}

),

stored as (

    select kpi from {{ ref('int_kpis__stored') }}

),

final as (

    select
        kpis.kpi,
        kpis.family,
        kpis.kind,
        kpis.unit,
        kpis.counted_in_zh,
        coalesce(kpis.decimals, 1) as decimals,
        kpis.numerator,
        kpis.denominator,
        kpis.composed_by,
        kpis.needs,
        kpis.dimensions,
        kpis.needs_dimension,
        kpis.direction,
        kpis.progress,
        coalesce(kpis.is_of_a_year, false) as is_of_a_year,
        kpis.goal,
        kpis.window as kpi_window,
        kpis.tolerance,
        kpis.owner,
        {% for text in [
            'name_zh', 'name_en', 'short_zh', 'short_en', 'definition_zh',
            'definition_en',
        ] -%}
        {{ with_parameters('kpis.' ~ text) }} as {{ text }},
        {% endfor -%}
        kpis.changed_on,
        kpis.because,
        stored.kpi is not null as is_stored,
        coalesce(kpis.counted_per, 1) as counted_per,
        row_number() over (order by kpis.family nulls last, kpis.kpi nulls last)
            as sort_order

    from kpis

    left join stored
        on kpis.kpi = stored.kpi

)

select * from final
