-- One row per bill line up to as_of, with the product line and informatisation of the
-- product row that is valid on the first day of the bill month, and the customer's
-- attributes on that day.

with

bills as (

    select * from {{ ref('stg_bills') }} where kpi_month <= {{ as_of() }}

),

products as (

    select * from {{ ref('products') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        bills.bill_line_id,
        bills.kpi_month,
        bills.customer_id,
        bills.subscription_id,
        bills.product_id as product,
        coalesce(products.line, 'unknown') as line,
        bills.kind,
        coalesce(products.is_informatisation, false) as is_informatisation,
        bills.billed_amount_yuan,
        bills.paid_by,
        {{ attributes('spans') }},
        {{ free_cuts('bills') }}

    from bills

    left join products
        on
            bills.product_id = products.product_id
            and (bills.kpi_month >= products.valid_from or products.valid_from is null)
            and (bills.kpi_month <= products.valid_to or products.valid_to is null)

    left join spans
        on {{ on_day('bills.customer_id', 'bills.kpi_month') }}

)

select * from final
