{# Windows in months that the definitions fix; what a deployment may change is a var. #}
{% macro window(name) -%}
    {{ return({
        'value': 3,
        'warning': 3,
        'events': 3,
        'interviews': 12,
        'lost_after': 3,
        'year': 12,
    }[name]) }}
{%- endmacro %}
