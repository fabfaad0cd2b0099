{# The months between the windows of NRR and GRR, the one meant without a word first. #}
{% macro nrr_lags() -%}
    {{ return(
        (var('nrr_lag_months') | string).split(',') | map('int') | unique | list
    ) }}
{%- endmacro %}

{# The member of the dimension lag that is meant without a word. #}
{% macro usual_lag() -%}
    '{{ nrr_lags() | first }}'
{%- endmacro %}

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
