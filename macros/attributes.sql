{# The attributes by which a customer's facts are cut, in one order everywhere. #}
{% macro attribute_names() -%}
    {{ return([
        'branch_id', 'tier', 'tier_group', 'level4', 'industry', 'size', 'segment',
        'is_target_market',
    ]) }}
{%- endmacro %}

{# Select list; with a relation each attribute falls back to the member `unknown`. #}
{% macro attributes(relation=none) -%}
    {%- for name in attribute_names() %}
    {%- if relation %}
    coalesce({{ relation }}.{{ name }}, 'unknown') as {{ name }}
    {%- else %}
    {{ name }}
    {%- endif %}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}
