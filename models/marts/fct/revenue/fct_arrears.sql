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
        coalesce(paid_on, cast('9999-12-31' as date)) as paid_on,
        {{ free_cuts() }}

    from {{ ref('stg_bills') }}

    where
        due_on is not null
        and kpi_month <= {{ as_of() }}
        -- Without payments delivered nobody is known to owe.
        and {{ holds('bills', 'paid_on') }}

),

aged as (

    select
        months.kpi_month,
        months.stock_on,
        bills.bill_line_id,
        bills.customer_id,
        bills.billed_amount_yuan,
        {{ days_between('bills.due_on', 'months.stock_on') }}
            as overdue_days,
        {{ free_cuts('bills') }}

    from months

    inner join bills
        on
            bills.due_on < months.stock_on
            and bills.paid_on > months.stock_on

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        aged.kpi_month,
        aged.bill_line_id,
        aged.customer_id,
        aged.billed_amount_yuan as arrears_yuan,
        aged.overdue_days,
        case
            when aged.overdue_days <= 30 then '0-30'
            when aged.overdue_days <= 90 then '31-90'
            when aged.overdue_days <= 180 then '91-180'
            else '181+'
        end as age,
        {{ attributes('spans') }},
        {{ free_cuts('aged') }}

    from aged

    left join spans
        on {{ on_day('aged.customer_id', 'aged.stock_on') }}

)

select * from final
