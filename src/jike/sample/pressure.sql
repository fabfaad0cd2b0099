-- 流失征兆: customers under pressure, and in which months. Planted: most who are lost
-- from August 2024 on show signs one to three months before; some show them and stay.
-- Bills, members, tickets, visits, usage and events of rivals read this table.

create table pressure as
with losses as (
    select
        *,
        case
            -- Without bills for three months a customer counts as lost.
            when pause_month is not null then pause_month + 2
            when end_kind = 'silent' then end_month + 3
            when end_kind = 'merged' then null
            when end_month is not null then end_month
            -- Who will go in the months after the end of the history.
            when chance_month between 34 and 36 then chance_month
        end as loss_month,
        case
            when pause_month is not null then 0.4
            when end_kind = 'lost_to_competitor' then 0.9
            when end_kind in ('terminated', 'silent') then 0.84
            else 0.7
        end as telling_share
    from customer
    -- Exact figures are promised of the golden county: nothing is planted there.
    where story != 'golden'
),

leaving as (
    select
        *,
        true as is_leaving,
        loss_month - [3, 3, 3, 2, 1][1 + pick('pressure lead', k, 5)] as from_month,
        loss_month - 1 as to_month
    from losses
    where loss_month >= 20 and draw('pressure told', k) < telling_share
),

staying as (
    select
        *,
        false as is_leaving,
        18 + pick('pressure month', k, 17) as from_month,
        from_month + pick('pressure length', k, 3) as to_month
    from losses
    where loss_month is null and coalesce(end_month, 99) > 33
        and join_month < 12
        and draw('pressure withstood', k) < 0.085
),

pressed as (
    select * from leaving
    union all
    select * from staying
)

select
    customer_no,
    k,
    is_leaving,
    greatest(from_month, join_month + 1) as from_month,
    to_month,
    loss_month,
    case when end_kind = 'lost_to_competitor' then competitor end as competitor,
    draw('pressure event', k) < if(end_kind = 'lost_to_competitor', 0.95, 0.80)
        as is_courted,
    draw('pressure arrears', k) < if(end_kind = 'silent', 0.8, 0.55) as has_arrears,
    draw('pressure ticket', k) < 0.68 as has_overdue_ticket,
    draw('pressure visit', k) < 0.55 as is_unvisited,
    draw('pressure lines', k) < 0.5 as is_losing_lines
from pressed
where greatest(from_month, join_month + 1) <= to_month;
