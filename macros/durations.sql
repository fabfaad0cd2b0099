{# Seconds from one moment to a later one, fractions kept, as a double; an end before
   its start is no duration: null. (dbt.datediff counts the full seconds crossed: 0.1 s
   to 15.9 s would be 15.) #}
{% macro seconds_between(first_moment, last_moment) -%}
    case
        when {{ last_moment }} >= {{ first_moment }}
            then {{ elapsed_seconds(first_moment, last_moment) }}
    end
{%- endmacro %}

{# Whether an end lies before its start. 00:00:00 of the day of the start is a bare
   date: too coarse for a duration, but a day to count by. Null without one of them. #}
{% macro ends_before(first_moment, last_moment) -%}
    (
        {{ last_moment }} < {{ first_moment }}
        and {{ last_moment }} <> cast(cast({{ first_moment }} as date) as timestamp)
    )
{%- endmacro %}

{% macro elapsed_seconds(first_moment, last_moment) -%}
    {{ return(adapter.dispatch('elapsed_seconds', 'jike')(first_moment, last_moment)) }}
{%- endmacro %}

{% macro default__elapsed_seconds(first_moment, last_moment) -%}
    cast(date_diff('microsecond', {{ first_moment }}, {{ last_moment }}) as double)
    / 1000000
{%- endmacro %}

{% macro spark__elapsed_seconds(first_moment, last_moment) -%}
    cast(unix_micros({{ last_moment }}) - unix_micros({{ first_moment }}) as double)
    / 1000000
{%- endmacro %}

{# Hour of the day, 0 to 23. #}
{% macro hour_of(moment) -%}
    cast(extract(hour from {{ moment }}) as bigint)
{%- endmacro %}

{# ISO day of the week, 1 = Monday. #}
{% macro iso_weekday(moment) -%}
    {{ return(adapter.dispatch('iso_weekday', 'jike')(moment)) }}
{%- endmacro %}

{% macro default__iso_weekday(moment) -%}
    cast(extract(isodow from {{ moment }}) as bigint)
{%- endmacro %}

{% macro spark__iso_weekday(moment) -%}
    cast(weekday({{ moment }}) + 1 as bigint)
{%- endmacro %}

{# A day so many days later; days are whole. #}
{% macro add_days(day, days) -%}
    cast({{ dbt.dateadd('day', days, day) }} as date)
{%- endmacro %}

{# A double of seconds in minutes, hours, days. #}
{% macro in_minutes(seconds) -%}
    ({{ seconds }}) / 60
{%- endmacro %}

{% macro in_hours(seconds) -%}
    ({{ seconds }}) / 3600
{%- endmacro %}

{% macro in_days(seconds) -%}
    ({{ seconds }}) / 86400
{%- endmacro %}

{# Seconds from one moment to a later one without some hours (null = 0), at least 0.
   Hours are taken off as decimals, so that a limit met to the second is met. Null when
   the end lies before the start or the hours are negative. #}
{% macro seconds_without(first_moment, last_moment, hours) -%}
    case
        when {{ last_moment }} >= {{ first_moment }} and coalesce({{ hours }}, 0) >= 0
            then greatest(
                {{ elapsed_seconds(first_moment, last_moment) }}
                - cast(cast(coalesce({{ hours }}, 0) as decimal(28, 6)) * 3600 as double),
                0
            )
    end
{%- endmacro %}

{# A moment so many whole hours later; hours may be a column. #}
{% macro add_hours(moment, hours) -%}
    cast({{ moment }} + {{ hours }} * interval '1' hour as timestamp)
{%- endmacro %}
