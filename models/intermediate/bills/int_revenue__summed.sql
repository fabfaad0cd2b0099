-- 收入: additive parts of every revenue KPI, one row per month, customer attributes,
-- product, product line, kind of bill line, age of arrears and members of the free cuts
-- of bill lines. Flows are cut by the attributes on the first day of the month, stocks
-- by those at its end.

{% set billed = [
    'operating_revenue', 'info_revenue', 'minimum_top_up', 'customer_paid_revenue',
] -%}
{% set held = [
    'dedicated_lines', 'lines_in_service', 'product_customers', 'products_held',
    'cross_sold_customers',
] -%}

with

bills as (

    select * from {{ ref('fct_bills') }}

),

products_held as (

    select * from {{ ref('int_products__held') }}

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
        {{ free_cuts() }},
        sum(billed_amount_yuan) as operating_revenue,
        sum(case when is_informatisation then billed_amount_yuan end) as info_revenue,
        sum(case when kind = 'minimum_top_up' then billed_amount_yuan end)
            as minimum_top_up,
        sum(case when paid_by = 'customer' then billed_amount_yuan end)
            as customer_paid_revenue

    from bills

    group by
        kpi_month,
        {{ attributes() }},
        product,
        line,
        kind,
        {{ free_cuts() }}

),

owed as (

    select
        kpi_month,
        {{ attributes() }},
        age,
        {{ free_cuts() }},
        sum(arrears_yuan) as arrears_yuan

    from {{ ref('fct_arrears') }}

    group by
        kpi_month,
        {{ attributes() }},
        age,
        {{ free_cuts() }}

),

by_product as (

    select
        kpi_month,
        stock_on,
        customer_id,
        product,
        case when is_dedicated_line then subscriptions end as dedicated_lines,
        lines_in_service,
        case when is_active then 1 end as product_customers

    from products_held

),

by_customer as (

    select
        kpi_month,
        stock_on,
        customer_id,
        count(*) as products_held,
        case
            when count(distinct case when line <> 'unknown' then line end) >= 2 then 1
        end as cross_sold_customers

    from products_held

    where is_active

    group by 1, 2, 3

),

stocks as (

    {{ side_by_side(['kpi_month', 'stock_on', 'customer_id'], {
        'by_product': ['product'] + held[:3],
        'by_customer': held[3:],
    }) }}
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
        on {{ on_day('stocks.customer_id', 'stocks.stock_on') }}

),

held as (

    select
        kpi_month,
        {{ attributes() }},
        product,
        {{ summed(held) }}

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
        units as market_units

    from {{ ref('int_market__counted') }}

),

combined as (

    {{ side_by_side(['kpi_month'] + attribute_names(), {
        'flows': ['product', 'line', 'kind', 'free_cuts', 'protected_cuts'] + billed,
        'owed': ['age', 'free_cuts', 'protected_cuts', 'arrears_yuan'],
        'held': ['product'] + held,
        'counted': ['market_units'],
    }) }}
),

final as (

    select
        kpi_month,
        {{ attributes() }},
        {% for name in billed + ['arrears_yuan'] -%}
        cast({{ name }} as decimal(18, 2)) as {{ name }},
        {% endfor -%}
        {% for name in held + ['market_units'] -%}
        cast({{ name }} as bigint) as {{ name }},
        {% endfor -%}
        product,
        line,
        kind,
        age,
        {{ free_cuts() }}

    from combined

)

select * from final
