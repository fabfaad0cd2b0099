-- Arrears (欠费): one row per month and bill line that was due before the month's end
-- and had not been paid by then, with its age in days.

with

months as (

    select * from {{ ref('int_calendar__months') }} where has_customers

),

bills as (

    select
        bill_line_id,
        customer_id,
        billed_amount_yuan,
        due_on,
        coalesce(paid_on, cast('9999-12-31' as date)) as paid_on

    from {{ ref('stg_bills') }}

    where
        due_on is not null
        and kpi_month <= {{ as_of() }}

),

aged as (

    select
        months.kpi_month,
        months.stock_on,
        bills.bill_line_id,
        bills.customer_id,
        bills.billed_amount_yuan,
        {{ days_between('bills.due_on', 'months.stock_on') }}
            as overdue_days

    from months

    inner join bills
        on
            bills.due_on < months.stock_on
            and bills.paid_on > months.stock_on

),

final as (

    select
        kpi_month,
        stock_on,
        bill_line_id,
        customer_id,
        billed_amount_yuan,
        overdue_days,
        case
            when overdue_days <= 30 then '0-30'
            when overdue_days <= 90 then '31-90'
            when overdue_days <= 180 then '91-180'
            else '181+'
        end as age

    from aged

)

select * from final
