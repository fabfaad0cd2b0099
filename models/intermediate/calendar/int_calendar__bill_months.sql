-- First and last delivered bill month up to as_of; null without bills.

with

bills as (

    select * from {{ ref('stg_bills') }}

),

final as (

    select
        min(kpi_month) as first_bill_month,
        max(kpi_month) as last_bill_month

    from bills

    where kpi_month <= {{ as_of() }}

)

select * from final
