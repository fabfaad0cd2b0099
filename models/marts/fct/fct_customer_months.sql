-- 在网客户: one row per month and active customer, with its attributes at the month's end.

with

source as (

    select * from {{ ref('int_customers__by_month') }}

),

final as (

    select
        kpi_month,
        customer_id,
        {{ attributes() }}

    from source

)

select * from final
