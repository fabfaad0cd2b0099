{# Select list: measures that a step of a union does not bring. #}
{% macro nulls(names, type='bigint') -%}
    {%- for name in names %}
    cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
