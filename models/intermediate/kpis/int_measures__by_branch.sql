-- Every measure of every family in one column: one row per family, measure, month and
-- branch the rows hang on themselves, wave for what interviews say, and period for what
-- is counted over a whole period at once.

{% set measures = measures(ref('parts')) -%}

with

{% for family in families() %}
{{ family }} as (

    select
        kpi_month,
        branch_id,
        {{ 'wave' if family == 'satisfaction' else 'cast(null as string)' }} as wave,
        {{
            'period' if family in ('customers', 'retention')
            else 'cast(null as string)'
        }} as period,
        {{
            summed_exactly(
                measures | selectattr(0, 'equalto', family) | map('last') | list
            )
        }}

    from {{ ref('kpi_' ~ family) }}
    {% if family == 'satisfaction' %}
    where
        {{ about_us() }}
        and (item is null or item = 'overall')
    {% elif family == 'retention' %}
    where
        lag is null
        or lag = {{ usual_lag() }}
    {% endif %}
    group by 1, 2, 3, 4

),

{% endfor -%}

long as (

    {% for family, measure in measures -%}
    select
        '{{ family }}' as family,
        '{{ measure }}' as measure,
        kpi_month,
        branch_id,
        wave,
        period,
        cast({{ measure }} as decimal(38, 10)) as amount

    from {{ family }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (

    select * from long where amount is not null

)

select * from final
