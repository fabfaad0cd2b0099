-- Products in service (在用产品): one row per month, customer and product of which the
-- customer has a subscription in service at the month's end, with the product row
-- that is valid on that day.

with

months as (

    select * from {{ ref('int_calendar__months') }} where has_customers

),

spans as (

    select * from {{ ref('fct_services') }}

),

sized as (

    select * from {{ ref('int_subscriptions__sized') }}

),

products as (

    select * from {{ ref('products') }}

),

active as (

    select * from {{ ref('int_customers__active') }} where not is_merged

),

in_service as (

    select
        months.kpi_month,
        months.stock_on,
        spans.customer_id,
        spans.product,
        count(*) as subscriptions,
        sum(coalesce(sized.quantity, 1)) as lines_in_service

    from months

    inner join spans
        on
            spans.valid_from <= months.stock_on
            and spans.valid_to > months.stock_on

    left join sized
        on
            spans.subscription_id = sized.subscription_id
            and sized.valid_from <= months.stock_on
            and sized.valid_to > months.stock_on

    group by 1, 2, 3, 4

),

final as (

    select
        in_service.kpi_month,
        in_service.stock_on,
        in_service.customer_id,
        in_service.product,
        coalesce(products.line, 'unknown') as line,
        coalesce(products.is_dedicated_line, false) as is_dedicated_line,
        in_service.subscriptions,
        in_service.lines_in_service,
        active.customer_id is not null as is_active

    from in_service

    left join products
        on
            in_service.product = products.product_id
            and (
                in_service.stock_on >= products.valid_from
                or products.valid_from is null
            )
            and (
                in_service.stock_on <= products.valid_to or products.valid_to is null
            )

    left join active
        on
            in_service.kpi_month = active.kpi_month
            and in_service.customer_id = active.customer_id

)

select * from final
