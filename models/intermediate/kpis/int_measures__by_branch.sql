-- Every measure of every family in one column: one row per family, measure, month and
-- branch the rows hang on themselves.

with

{% for family, names in measures().items() %}
{{ family }} as (

    select
        kpi_month,
        branch_id,
        {{ summed(names) }}

    from {{ ref('int_measures__' ~ family) }}

    group by 1, 2

),

{% endfor -%}

long as (

    {% for family, names in measures().items() -%}
    {% set last_family = loop.last -%}
    {% for name in names -%}
    select
        '{{ family }}' as family,
        '{{ name }}' as measure,
        kpi_month,
        branch_id,
        cast({{ name }} as decimal(28, 6)) as amount

    from {{ family }}
    {{ 'union all' if not (last_family and loop.last) }}
    {% endfor -%}
    {% endfor %}
),

final as (

    select * from long where amount is not null

)

select * from final
