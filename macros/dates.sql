{# Everything two engines write differently about dates; models hold no difference. #}

{% macro as_of() -%}
    cast('{{ var("as_of") }}' as date)
{%- endmacro %}

{% macro month_start(moment) -%}
    cast({{ dbt.date_trunc('month', moment) }} as date)
{%- endmacro %}

{% macro month_end(day) -%}
    cast({{ dbt.last_day(day, 'month') }} as date)
{%- endmacro %}

{# Months may be negative; the day stays within the month it reaches. #}
{% macro add_months(day, months) -%}
    cast({{ day }} + interval '{{ months }}' month as date)
{%- endmacro %}

{# First day of the year of a day. #}
{% macro year_start(day) -%}
    cast({{ dbt.date_trunc('year', day) }} as date)
{%- endmacro %}

{% macro days_between(first_day, last_day) -%}
    {{ dbt.datediff(first_day, last_day, 'day') }}
{%- endmacro %}

{# Codes of periods: 2025-09, 2025Q3, 2025H1, 2025, 2025YTD. #}
{% macro year_code(day) -%}
    cast(extract(year from {{ day }}) as string)
{%- endmacro %}

{% macro month_code(day) -%}
    {{ year_code(day) }} || '-' || right('0' || cast(extract(month from {{ day }}) as string), 2)
{%- endmacro %}

{# The day at which stocks of a month are counted: its last, or as_of. #}
{% macro stock_on(month) -%}
    least({{ month_end(month) }}, {{ as_of() }})
{%- endmacro %}

{# The day the cohort of a month is taken on: 31 December before its end, or the day
   given for all. #}
{% macro cohort_on(month) -%}
    {%- if var('cohort_on') -%}
        cast('{{ var("cohort_on") }}' as date)
    {%- else -%}
        cast({{ dbt.dateadd('day', -1, year_start(month)) }} as date)
    {%- endif -%}
{%- endmacro %}

{# Whole months from the first day of one month to that of another. #}
{% macro months_between(first_month, last_month) -%}
    (
        12 * (extract(year from {{ last_month }}) - extract(year from {{ first_month }}))
        + extract(month from {{ last_month }}) - extract(month from {{ first_month }})
    )
{%- endmacro %}
