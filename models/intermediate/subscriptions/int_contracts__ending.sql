-- 合约到期: one row per month and subscription in service at its end whose contract ends
-- after that day and within the days that the KPI or a warning rule looks ahead.

with

months as (

    select * from {{ ref('int_calendar__months') }}

),

looking_ahead as (

    select
        cast(
            greatest(
                {{ var('expiry_days') }},
                coalesce(
                    max(case
                        when signal = 'contract_expiry' then ceil(threshold)
                    end), 0
                )
            ) as bigint
        ) as days_ahead

    from {{ ref('warning_rules') }}

),

contracts as (

    select * from {{ ref('int_subscriptions__contracts') }}

),

spans as (

    select * from {{ ref('fct_services') }}

),

ending as (

    select
        months.kpi_month,
        months.stock_on,
        contracts.subscription_id,
        contracts.contract_ends_on,
        {{ days_between('months.stock_on', 'contracts.contract_ends_on') }}
            as days_to_end

    from months

    inner join contracts
        on
            contracts.valid_from <= months.stock_on
            and contracts.valid_to > months.stock_on
            and contracts.contract_ends_on > months.stock_on

),

final as (

    select
        ending.kpi_month,
        ending.stock_on,
        ending.subscription_id,
        spans.customer_id,
        spans.product,
        ending.contract_ends_on,
        cast(ending.days_to_end as bigint) as days_to_end

    from ending

    cross join looking_ahead

    inner join spans
        on
            ending.subscription_id = spans.subscription_id
            and spans.valid_from <= ending.stock_on
            and spans.valid_to > ending.stock_on

    where ending.days_to_end <= looking_ahead.days_ahead

)

select * from final
