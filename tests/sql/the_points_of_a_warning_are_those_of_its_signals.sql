-- The reasons of a warning add up to its points.

select *
from {{ ref('fct_warnings') }}
where
    points <> {% for signal in warning_signals() -%}
    {{ signal }}_points{{ ' + ' if not loop.last }}
    {%- endfor %}
