-- 收入: additive parts of every revenue KPI, one row per month, customer attributes,
-- product, product line, kind of bill line and age of arrears. Flows are cut by the
-- attributes on the first day of the month, stocks by those at its end.

{% set billed = [
    'operating_revenue', 'info_revenue', 'minimum_top_up', 'customer_paid_revenue',
] -%}
{% set owed = ['arrears_yuan'] -%}
{% set held = [
    'dedicated_lines', 'lines_in_service', 'product_customers', 'products_held',
    'cross_sold_customers',
] -%}
{% set counted = ['market_units'] -%}

with

bills as (

    select * from {{ ref('int_bills__classified') }}

),

overdue as (

    select * from {{ ref('int_bills__overdue') }}

),

products_held as (

    select * from {{ ref('int_products__held') }}

),

market as (

    select * from {{ ref('int_market__counted') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

flows as (

    select
        kpi_month,
        {{ attributes() }},
        product,
        line,
        kind,
        cast(null as string) as age,
        sum(billed_amount_yuan) as operating_revenue,
        sum(case when is_informatisation then billed_amount_yuan end) as info_revenue,
        sum(case when kind = 'minimum_top_up' then billed_amount_yuan end)
            as minimum_top_up,
        sum(case when paid_by = 'customer' then billed_amount_yuan end)
            as customer_paid_revenue,
        {{ nulls(owed, 'decimal(18, 2)') }},
        {{ nulls(held + counted) }}

    from bills

    group by
        kpi_month,
        {{ attributes() }},
        product,
        line,
        kind

),

arrears as (

    select
        overdue.kpi_month,
        {{ attributes('spans') }},
        overdue.age,
        overdue.billed_amount_yuan

    from overdue

    left join spans
        on
            overdue.customer_id = spans.customer_id
            and overdue.stock_on >= spans.valid_from
            and overdue.stock_on < spans.valid_to

),

owed as (

    select
        kpi_month,
        {{ attributes() }},
        cast(null as string) as product,
        cast(null as string) as line,
        cast(null as string) as kind,
        age,
        {{ nulls(billed, 'decimal(18, 2)') }},
        sum(billed_amount_yuan) as arrears_yuan,
        {{ nulls(held + counted) }}

    from arrears

    group by
        kpi_month,
        {{ attributes() }},
        age

),

by_product as (

    select
        kpi_month,
        stock_on,
        customer_id,
        product,
        case when is_dedicated_line then subscriptions end as dedicated_lines,
        lines_in_service,
        case when is_active then 1 end as product_customers,
        cast(null as bigint) as products_held,
        cast(null as bigint) as cross_sold_customers

    from products_held

),

by_customer as (

    select
        kpi_month,
        stock_on,
        customer_id,
        cast(null as string) as product,
        cast(null as bigint) as dedicated_lines,
        cast(null as bigint) as lines_in_service,
        cast(null as bigint) as product_customers,
        count(*) as products_held,
        case
            when count(distinct case when line <> 'unknown' then line end) >= 2 then 1
        end as cross_sold_customers

    from products_held

    where is_active

    group by 1, 2, 3

),

stocks as (

    select * from by_product

    union all

    select * from by_customer

),

attributed as (

    select
        stocks.kpi_month,
        {{ attributes('spans') }},
        {% for name in held -%}
        stocks.{{ name }},
        {% endfor -%}
        stocks.product

    from stocks

    left join spans
        on
            stocks.customer_id = spans.customer_id
            and stocks.stock_on >= spans.valid_from
            and stocks.stock_on < spans.valid_to

),

held as (

    select
        kpi_month,
        {{ attributes() }},
        product,
        cast(null as string) as line,
        cast(null as string) as kind,
        cast(null as string) as age,
        {{ nulls(billed + owed, 'decimal(18, 2)') }},
        {{ summed(held) }},
        {{ nulls(counted) }}

    from attributed

    group by
        kpi_month,
        {{ attributes() }},
        product

),

counted as (

    select
        kpi_month,
        branch_id,
        {% for name in attribute_names() if name not in ('branch_id', 'industry') -%}
        'unknown' as {{ name }},
        {% endfor -%}
        industry,
        cast(null as string) as product,
        cast(null as string) as line,
        cast(null as string) as kind,
        cast(null as string) as age,
        {{ nulls(billed + owed, 'decimal(18, 2)') }},
        {{ nulls(held) }},
        units as market_units

    from market

),

{% set columns -%}
kpi_month, {{ attributes() }}, product, line, kind, age,
{{ (billed + owed + held + counted) | join(', ') }}
{%- endset %}
combined as (

    {% for step in ['flows', 'owed', 'held', 'counted'] -%}
    select {{ columns }} from {{ step }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (

    select
        kpi_month,
        {{ attributes() }},
        {% for name in billed + owed -%}
        cast({{ name }} as decimal(18, 2)) as {{ name }},
        {% endfor -%}
        {% for name in held + counted -%}
        cast({{ name }} as bigint) as {{ name }},
        {% endfor -%}
        product,
        line,
        kind,
        age

    from combined

)

select * from final
