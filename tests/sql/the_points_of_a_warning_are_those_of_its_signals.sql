-- The reasons of a warning add up to its points.

select *
from {{ ref('fct_warnings') }}
where
    points <> 0
    {% for signal in warning_signals() -%}
    + {{ signal }}_points
    {% endfor %}
