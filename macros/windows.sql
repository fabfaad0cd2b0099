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

{# A text with its {parameter}s as this build has them, which are columns of `build`. #}
{% macro with_parameters(text, names) -%}
    {%- set said = namespace(text=text) -%}
    {%- for name in names -%}
    {%- set placed = "'{" ~ name ~ "}', cast(build." ~ name ~ " as string)" -%}
    {%- set said.text = 'replace(' ~ said.text ~ ', ' ~ placed ~ ')' -%}
    {%- endfor -%}
    {{ said.text }}
{%- endmacro %}
