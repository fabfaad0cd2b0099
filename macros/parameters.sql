{# The parameters that names and definitions of KPIs speak of, as {service_level_seconds}
   in the catalogue; a build puts its own in their place. #}
{% macro told_parameters() -%}
    {{ return([
        'billed_window_months', 'dissatisfied_limit', 'expiry_days', 'low_base_n',
        'nrr_lag_months', 'nrr_window_months', 'reopen_days', 'repeat_days',
        'service_level_seconds', 'short_abandon_seconds', 'switch_limit',
    ]) }}
{%- endmacro %}

{# A text of the catalogue with the values of this build. #}
{% macro with_parameters(text) -%}
    {%- set found = namespace(sql=text) -%}
    {%- for name in told_parameters() -%}
        {%- set place = "'" ~ '{' ~ name ~ '}' ~ "'" -%}
        {%- set value = nrr_lags() | first if name == 'nrr_lag_months' else var(name) -%}
        {%- set found.sql = 'replace(' ~ found.sql ~ ', ' ~ place ~ ", '" ~ value ~ "')" -%}
    {%- endfor -%}
    {{ found.sql }}
{%- endmacro %}
