-- 在用产品: one row per customer and product in service at as_of, the rows behind lines
-- in service, penetration and cross-sell of the newest month.

with

held as (

    select * from {{ ref('int_products__held') }}

),

newest as (

    select max(kpi_month) as kpi_month from {{ ref('int_calendar__months') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        held.kpi_month,
        held.customer_id,
        held.product,
        held.line,
        held.is_dedicated_line,
        held.is_active,
        cast(held.subscriptions as bigint) as subscriptions,
        cast(held.lines_in_service as bigint) as lines_in_service,
        {{ attributes('spans') }}

    from held

    inner join newest
        on held.kpi_month = newest.kpi_month

    left join spans
        on {{ on_day('held.customer_id', 'held.stock_on') }}

)

select * from final
