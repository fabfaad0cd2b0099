-- NRR and GRR: one row per lag, month and customer billed in the base window: its
-- amount in the base window (ending so many months before the month) and in the
-- current one, without one-time charges; a merged customer's amounts are its
-- successor's in both. Months whose windows are not both delivered give no row.

{% set window = var('nrr_window_months') | int %}

with

bill_months as (

    select * from {{ ref('int_calendar__bill_months') }}

),

months as (

    select
        months.kpi_month,
        bill_months.first_bill_month

    from {{ ref('int_calendar__months') }} as months

    cross join bill_months

    where
        months.has_customers
        and months.kpi_month <= bill_months.last_bill_month

),

bills as (

    select * from {{ ref('int_bills__by_customer_month') }}

),

merged as (

    select * from {{ ref('int_customers__merged') }}

),

windowed as (

    {% for lag in nrr_lags() -%}
    select
        '{{ lag }}' as lag,
        months.kpi_month,
        bills.customer_id,
        sum(case
            when bills.kpi_month <= {{ add_months('months.kpi_month', -lag) }}
                then bills.lasting_amount_yuan
            else 0
        end) as base_amount_yuan,
        sum(case
            when bills.kpi_month >= {{ add_months('months.kpi_month', 1 - window) }}
                then bills.lasting_amount_yuan
            else 0
        end) as current_amount_yuan

    from months

    inner join bills
        on
            bills.kpi_month >= {{ add_months('months.kpi_month', 1 - window - lag) }}
            and bills.kpi_month <= months.kpi_month

    where
        {{ add_months('months.kpi_month', 1 - window - lag) }}
        >= months.first_bill_month
        and (
            bills.kpi_month <= {{ add_months('months.kpi_month', -lag) }}
            or bills.kpi_month >= {{ add_months('months.kpi_month', 1 - window) }}
        )

    group by 1, 2, 3
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

succeeded as (

    select
        windowed.lag,
        windowed.kpi_month,
        coalesce(merged.final_customer_id, windowed.customer_id) as customer_id,
        cast(sum(windowed.base_amount_yuan) as decimal(18, 2)) as base_amount_yuan,
        cast(sum(windowed.current_amount_yuan) as decimal(18, 2)) as current_amount_yuan

    from windowed

    left join merged
        on
            windowed.kpi_month = merged.kpi_month
            and windowed.customer_id = merged.customer_id

    group by 1, 2, 3

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        succeeded.lag,
        succeeded.kpi_month,
        succeeded.customer_id,
        {{ attributes('spans') }},
        succeeded.base_amount_yuan,
        cast(greatest(succeeded.current_amount_yuan, 0) as decimal(18, 2))
            as current_amount_yuan

    from succeeded

    left join spans
        on {{ on_day('succeeded.customer_id', 'succeeded.kpi_month') }}

    where succeeded.base_amount_yuan > 0

)

select * from final
