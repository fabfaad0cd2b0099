{# The one division: doubles, and null where there is nothing to divide by. #}
{% macro ratio(numerator, denominator) -%}
    case
        when {{ denominator }} <> 0
            then cast({{ numerator }} as double) / cast({{ denominator }} as double)
    end
{%- endmacro %}

{# A sum of doubles whose last digit does not depend on the order of the rows, which no
   engine promises: added up as decimals, to the twelfth place. #}
{% macro exact_sum(amount) -%}
    cast(sum(cast({{ amount }} as decimal(38, 12))) as double)
{%- endmacro %}
