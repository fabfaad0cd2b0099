-- 收入: additive parts of every revenue KPI, one row per month, customer attributes,
-- product, product line, kind of bill line and age of arrears. Flows are cut by the
-- attributes on the first day of the month, stocks by those at its end.

with

summed as (

    select * from {{ ref('int_revenue__summed') }}

),

final as (

    select
        kpi_month,
        {{ attributes() }},
        product,
        line,
        kind,
        age,
        {{ sums(
            counts=[
                'dedicated_lines', 'lines_in_service', 'product_customers',
                'products_held', 'cross_sold_customers', 'market_units',
            ],
            amounts=[
                'operating_revenue', 'info_revenue', 'minimum_top_up',
                'customer_paid_revenue', 'arrears_yuan',
            ]
        ) }}

    from summed

    group by
        kpi_month,
        {{ attributes() }},
        product,
        line,
        kind,
        age

)

select * from final
