-- 超时承诺: one row per month and customer with tickets whose reply was promised by the
-- month's end and not given by then. Without a promise of its own a ticket has the
-- reply_hours of the customer's tier on the first day of the month it was opened in,
-- else those of C. Without replies delivered no promise is known broken. The status of
-- a ticket is of today and says nothing about then.

with

months as (

    select * from {{ ref('int_calendar__months') }}

),

tickets as (

    select *

    from {{ ref('stg_tickets') }}

    where
        customer_id is not null
        and {{ holds('tickets', 'replied_at') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

tiers as (

    select * from {{ ref('tiers') }}

),

promised as (

    select
        tickets.ticket_id,
        tickets.customer_id,
        cast(tickets.opened_at as date) as opened_on,
        cast(
            coalesce(
                tickets.promised_at,
                {{ dbt.dateadd(
                    'hour',
                    'coalesce(tiers.reply_hours, of_c.reply_hours)',
                    'tickets.opened_at'
                ) }}
            ) as date
        ) as promised_on,
        cast(tickets.replied_at as date) as replied_on

    from tickets

    left join spans
        on
            tickets.customer_id = spans.customer_id
            and {{ month_start('tickets.opened_at') }} >= spans.valid_from
            and {{ month_start('tickets.opened_at') }} < spans.valid_to

    left join tiers
        on spans.tier = tiers.tier

    left join tiers as of_c
        on of_c.tier = 'C'

),

-- Most tickets are replied to before a month ends on them.
overdue as (

    select * from promised where replied_on is null or replied_on > promised_on

),

final as (

    select
        months.kpi_month,
        overdue.customer_id,
        count(*) as overdue_tickets

    from months

    inner join overdue
        on
            overdue.promised_on <= months.stock_on
            and overdue.opened_on <= months.stock_on
            and (overdue.replied_on > months.stock_on or overdue.replied_on is null)

    group by 1, 2

)

select * from final
