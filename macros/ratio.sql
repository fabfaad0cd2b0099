{# The one division: doubles, and null where there is nothing to divide by. #}
{% macro ratio(numerator, denominator) -%}
    case
        when {{ denominator }} <> 0
            then cast({{ numerator }} as double) / cast({{ denominator }} as double)
    end
{%- endmacro %}

{# A sum whose last digit does not depend on the order of the rows, which no engine
   promises of doubles: added up as decimals, to the twelfth place. #}
{% macro decimal_sum(amount) -%}
    sum(cast({{ amount }} as decimal(38, 12)))
{%- endmacro %}

{# The same as a double. #}
{% macro exact_sum(amount) -%}
    cast({{ decimal_sum(amount) }} as double)
{%- endmacro %}
