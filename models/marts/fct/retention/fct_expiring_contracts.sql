-- 合约到期: one row per month and subscription in service at its end whose contract ends
-- within the days after it that expiry_days says.

with

ending as (

    select *

    from {{ ref('int_contracts__ending') }}

    where days_to_end <= {{ var('expiry_days') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        ending.kpi_month,
        ending.subscription_id,
        ending.customer_id,
        {{ attributes('spans') }},
        ending.product,
        ending.contract_ends_on,
        ending.days_to_end

    from ending

    left join spans
        on {{ on_day('ending.customer_id', 'ending.stock_on') }}

)

select * from final
