-- 欠费: one row per customer and stretch of months (next_change_month exclusive) with
-- the amount of bill lines due before a month's end and not paid by then.

with

lines as (

    select
        customer_id,
        billed_amount_yuan,
        kpi_month,
        case
            when due_on < least({{ month_end('due_on') }}, {{ as_of() }})
                then {{ month_start('due_on') }}
            else {{ add_months(month_start('due_on'), 1) }}
        end as first_due_month,
        -- What is paid after as_of is not paid yet.
        case when paid_on <= {{ as_of() }} then {{ month_start('paid_on') }} end
            as paid_month

    from {{ ref('stg_bills') }}

    where
        kpi_month <= {{ as_of() }}
        and due_on < {{ as_of() }}
        -- Without payments delivered nobody is known to owe.
        and {{ holds('bills', 'paid_on') }}

),

overdue as (

    select
        customer_id,
        billed_amount_yuan,
        greatest(first_due_month, kpi_month) as overdue_month,
        paid_month

    from lines

),

changes as (

    select
        customer_id,
        overdue_month as change_month,
        billed_amount_yuan as amount_yuan

    from overdue

    where
        paid_month > overdue_month
        or paid_month is null

    union all

    select
        customer_id,
        paid_month as change_month,
        -billed_amount_yuan as amount_yuan

    from overdue

    where paid_month > overdue_month

),

changed as (

    select
        customer_id,
        change_month,
        sum(amount_yuan) as amount_yuan

    from changes

    group by 1, 2

),

final as (

    select
        customer_id,
        change_month,
        coalesce(
            lead(change_month) over (
                partition by customer_id order by change_month nulls last
            ),
            cast('9999-12-01' as date)
        ) as next_change_month,
        cast(
            sum(amount_yuan) over (
                partition by customer_id
                order by change_month nulls last
                rows between unbounded preceding and current row
            ) as decimal(18, 2)
        ) as arrears_yuan

    from changed

)

select * from final
