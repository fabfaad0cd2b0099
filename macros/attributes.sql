{# The attributes by which a customer's facts are cut, in one order everywhere. #}
{% macro attribute_names() -%}
    {{ return([
        'branch_id', 'tier', 'tier_group', 'level4', 'industry', 'size', 'segment',
        'is_target_market',
    ]) }}
{%- endmacro %}

{# Select list; with a relation each attribute falls back to the member `unknown`. #}
{% macro attributes(relation=none) -%}
    {%- for name in attribute_names() %}
    {%- if relation %}
    coalesce({{ relation }}.{{ name }}, 'unknown') as {{ name }}
    {%- else %}
    {{ name }}
    {%- endif %}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
{%- endmacro %}

{# Condition of a join with int_customers__spans: the customer's attributes on a day. #}
{% macro on_day(customer_id, day) -%}
    {{ customer_id }} = spans.customer_id
    and {{ day }} >= spans.valid_from
    and {{ day }} < spans.valid_to
{%- endmacro %}

{# The members of a row's free cuts (columns x_<name>), open ones and protected ones, as
   two texts that only the reader of a release takes apart. #}
{% macro free_cuts(relation=none) -%}
    {%- for name in ['free_cuts', 'protected_cuts'] %}
    {{ relation ~ '.' if relation }}{{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
