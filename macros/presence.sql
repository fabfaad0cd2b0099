{# Whether a row of any source holds a value in a column of an entity: what is null in
   all of them was not delivered, and says nothing. #}
{% macro holds(entity, column) -%}
    (
        select coalesce(max(case when is_present then 1 else 0 end), 0) = 1
        from {{ ref('stg_presence') }}
        where entity = '{{ entity }}' and column_name = '{{ column }}'
    )
{%- endmacro %}
