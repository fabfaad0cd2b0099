-- 账单: one row per bill line.

with

source as (

    select * from {{ source('raw', 'bills') }}

),

final as (

    select
        cast(bill_line_id as string) as bill_line_id,
        cast(customer_id as string) as customer_id,
        cast(subscription_id as string) as subscription_id,
        cast(product_id as string) as product_id,
        cast(bill_month as date) as kpi_month,
        cast(amount as decimal(18, 2)) as billed_amount_yuan,
        cast(kind as string) as kind,
        cast(paid_by as string) as paid_by,
        cast(due_on as date) as due_on,
        cast(paid_on as date) as paid_on,
        cast(free_cuts as string) as free_cuts,
        cast(protected_cuts as string) as protected_cuts

    from source

)

select * from final
