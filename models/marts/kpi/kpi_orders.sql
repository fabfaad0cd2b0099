-- 订单: additive parts of every order KPI, one row per month, customer attributes,
-- channel, product, line, type of order, age and step. What did not happen in a cell is
-- null.

with

summed as (

    select * from {{ ref('int_orders__summed') }}

),

final as (

    select
        kpi_month,
        {{ attributes() }},
        channel,
        product,
        line,
        order_type,
        age,
        step,
        {{ sums(
            counts=[
                'received_orders', 'promised_orders', 'on_time_orders', 'final_orders',
                'smooth_orders', 'signed_agreements', 'backlog_orders',
            ],
            doubles=[
                'supply_days', 'step_days',
            ]
        ) }}

    from summed

    group by
        kpi_month,
        {{ attributes() }},
        channel,
        product,
        line,
        order_type,
        age,
        step

)

select * from final
