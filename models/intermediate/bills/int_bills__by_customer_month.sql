-- 出账: one row per customer and bill month up to as_of; all kinds and payers, and
-- beside it the amount without one-time charges.

with

bills as (

    select * from {{ ref('stg_bills') }}

),

final as (

    select
        customer_id,
        kpi_month,
        cast(sum(billed_amount_yuan) as decimal(18, 2)) as billed_amount_yuan,
        cast(
            sum(case when kind = 'one_time' then 0 else billed_amount_yuan end)
            as decimal(18, 2)
        ) as lasting_amount_yuan

    from bills

    where kpi_month <= {{ as_of() }}

    group by 1, 2

)

select * from final
