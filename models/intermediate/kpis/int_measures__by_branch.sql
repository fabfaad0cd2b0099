-- Every measure of every family in one column: one row per family, measure, month and
-- branch the rows hang on themselves, wave for what interviews say, and period for what
-- is counted over a whole period at once.

with

{% for family, names in measures().items() %}
{{ family }} as (

    select
        kpi_month,
        branch_id,
        {{ 'wave' if family == 'satisfaction' else 'cast(null as string)' }} as wave,
        {{
            'period' if family in ('customers', 'retention')
            else 'cast(null as string)'
        }} as period,
        {{ summed(names) }}

    from {{ ref('int_measures__' ~ family) }}
    {% if family == 'satisfaction' %}
    -- Without another word, satisfaction is what customers say about us.
    where
        competitor = 'us'
        and role <> 'hall_visitor'
    {% endif %}
    group by 1, 2, 3, 4

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
        wave,
        period,
        cast({{ name }} as decimal(38, 10)) as amount

    from {{ family }}
    {{ 'union all' if not (last_family and loop.last) }}
    {% endfor -%}
    {% endfor %}
),

final as (

    select * from long where amount is not null

)

select * from final
