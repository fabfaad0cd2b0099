-- active(c, t): one row per month and customer that is in service and billed at the
-- month's end by its own activity; is_merged when its merger chain ends in another.

with

months as (

    select * from {{ ref('int_calendar__months') }} where has_customers

),

bill_months as (

    select * from {{ ref('int_calendar__bill_months') }}

),

delivered as (

    select is_delivered as has_bills

    from {{ ref('stg_entities') }}

    where entity = 'bills'

),

in_service as (

    select * from {{ ref('int_customers__in_service') }}

),

bills as (

    select * from {{ ref('int_bills__by_customer_month') }}

),

merged as (

    select * from {{ ref('int_customers__merged') }}

),

billed as (

    select
        months.kpi_month,
        bills.customer_id

    from months

    inner join bills
        on
            bills.kpi_month
            >= {{ add_months('months.kpi_month', 1 - var('billed_window_months')) }}
            and bills.kpi_month <= months.kpi_month

    group by 1, 2

    having sum(bills.billed_amount_yuan) > 0

),

-- Months before the first delivered bill month are left out of the window: where none
-- is left, as where bills are not delivered, the condition is dropped.
final as (

    select
        in_service.kpi_month,
        in_service.customer_id,
        merged.customer_id is not null as is_merged

    from in_service

    cross join bill_months

    cross join delivered

    left join billed
        on
            in_service.kpi_month = billed.kpi_month
            and in_service.customer_id = billed.customer_id

    left join merged
        on
            in_service.kpi_month = merged.kpi_month
            and in_service.customer_id = merged.customer_id

    where
        not delivered.has_bills
        or in_service.kpi_month < bill_months.first_bill_month
        or billed.customer_id is not null

)

select * from final
