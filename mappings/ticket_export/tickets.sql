-- Dates are month/day/year with a clock of 24 hours; 01/01/1900 00:00 stands for none.
with

dated as (

    select
        *,
        as_timestamp("Opened", '%m/%d/%Y %H:%M') as opened_at,
        as_timestamp(unless("Due", ['01/01/1900 00:00', '-']), '%m/%d/%Y %H:%M')
            as promised_at,
        as_timestamp(unless("Answered", ['01/01/1900 00:00', '-']), '%m/%d/%Y %H:%M')
            as replied_at,
        as_timestamp(unless("Closed", ['01/01/1900 00:00', '-']), '%m/%d/%Y %H:%M')
            as closed_at

    from tickets

)

select
    "Number" as ticket_id,
    "Customer" as customer_id,
    case lower("Channel")
        when 'phone' then 'hotline'
        when 'shop' then 'hall'
        when 'web' then 'web'
        when 'account manager' then 'manager'
        when 'e-mail' then 'other'
        else "Channel"
    end as source,
    case lower("Kind")
        when 'question' then 'enquiry'
        when 'request' then 'transaction'
        else lower("Kind")
    end as class,
    opened_at,
    promised_at,
    replied_at,
    closed_at,
    case
        when coalesce(as_flag("Withdrawn"), '') not in ('true', 'false')
            then "Withdrawn"
        when as_flag("Withdrawn") = 'true' then 'withdrawn'
        when closed_at is not null then 'closed'
        when replied_at is not null then 'replied'
        else 'open'
    end as status,
    _file,
    _line

from dated
