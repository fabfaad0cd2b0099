{# The families of measures: each is summed in one mart, kpi_<family>. #}
{% macro families() -%}
    {{ return([
        'customers', 'retention', 'revenue', 'satisfaction', 'hotline', 'tickets',
        'orders', 'halls', 'management',
    ]) }}
{%- endmacro %}

{# The measures of every family that seeds/parts.csv sums over months, as (family,
   measure); `parts` is the relation of the seed. #}
{% macro measures(parts) -%}
    {%- if not execute %}{{ return([]) }}{% endif -%}
    {%- set found = run_query(
        'select distinct family, measure from ' ~ parts.render()
        ~ ' where quantile is null order by family, measure'
    ) -%}
    {{ return(found.rows | map('list') | list) }}
{%- endmacro %}

{# One relation of several steps. Every step holds the keys, and of the other columns
   those it is listed with; the others are null. #}
{% macro side_by_side(keys, steps) -%}
    {%- set names = [] -%}
    {%- for name in steps.values() | sum(start=[]) if name not in names -%}
    {%- do names.append(name) -%}
    {%- endfor -%}
    {%- for step, given in steps.items() %}
    select
        {%- for name in keys %}
        {{ name }},
        {%- endfor %}
        {%- for name in names %}
        {{ name if name in given else 'null as ' ~ name }}{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ step }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}
{%- endmacro %}

{# Select list: the sum of each measure under its own name. #}
{% macro summed(names) -%}
    {%- for name in names %}
    sum({{ name }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# The same as decimals: equal whatever the order of the rows. #}
{% macro summed_exactly(names) -%}
    {%- for name in names %}
    {{ decimal_sum(name) }} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Select list: the sum of each measure, typed by what its name says. #}
{% macro typed_sums(names) -%}
    {%- for name in names %}
    {%- if name.endswith('_yuan') %}{% set type = 'decimal(18, 2)' %}
    {%- elif name.endswith('_minutes') %}{% set type = 'decimal(28, 6)' %}
    {%- elif name.endswith('mean_lines') %}{% set type = 'decimal(18, 1)' %}
    {%- else %}{% set type = 'bigint' %}
    {%- endif %}
    {% if name.endswith('_points') -%}{{ exact_sum(name) }}
    {%- else -%}cast(sum({{ name }}) as {{ type }})
    {%- endif %} as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# What the value score is made of, with the column that holds it. #}
{% macro value_inputs() -%}
    {{ return({
        'revenue': 'revenue_yuan',
        'info_revenue': 'info_revenue_yuan',
        'product_lines': 'product_lines',
        'members': 'members',
        'employees': 'employees',
        'tenure': 'tenure_days',
    }) }}
{%- endmacro %}

{# What a customer is warned of, as warning_rules names it. #}
{% macro warning_signals() -%}
    {{ return([
        'member_churn', 'revenue_fall', 'traffic_fall', 'competitor_contacts',
        'contract_expiry', 'overdue_promise', 'low_satisfaction', 'no_visit', 'arrears',
        'competitor_event',
    ]) }}
{%- endmacro %}

{# What an interview is scored on; `indicator` stands for each indicator on its own. #}
{% macro constructs() -%}
    {{ return(['overall', 'loyalty', 'emotional', 'rational', 'indicator']) }}
{%- endmacro %}

{# The indicators of which satisfaction is explained. #}
{% macro indicators() -%}
    {{ return([
        'product', 'manager', 'channel', 'communication', 'relationship', 'network',
    ]) }}
{%- endmacro %}

{# Condition: the interview speaks for our customers about us, as every figure of
   satisfaction means it that names nobody else. #}
{% macro about_us() -%}
    competitor = 'us'
    and role <> 'hall_visitor'
{%- endmacro %}

{# Select list: parts that were summed by finer cells, summed again: counts, amounts of
   money, and doubles. Squares are known only where those of every row are. #}
{% macro sums(counts=[], amounts=[], doubles=[]) -%}
    {%- set found = [] -%}
    {%- for name in counts -%}
        {%- do found.append('cast(sum(' ~ name ~ ') as bigint) as ' ~ name) -%}
    {%- endfor -%}
    {%- for name in amounts -%}
        {%- do found.append('cast(sum(' ~ name ~ ') as decimal(18, 2)) as ' ~ name) -%}
    {%- endfor -%}
    {%- for name in doubles -%}
        {%- set measure = name | replace('_squared', '') -%}
        {%- set total = exact_sum(name) -%}
        {%- if measure != name -%}
        {%- set total = 'case when count(' ~ name ~ ') = count(' ~ measure ~ ') then '
            ~ total ~ ' end' -%}
        {%- endif -%}
        {%- do found.append(total ~ ' as ' ~ name) -%}
    {%- endfor -%}
    {{ found | join(',\n        ') }}
{%- endmacro %}
