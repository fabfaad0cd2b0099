-- 工单: tickets of halls, the hotline, the web and account managers from 2024 on, and
-- where they were dispatched. Complaints in the halls of the golden city carry promised
-- figures in June and July 2025.

-- How many tickets a month has, by hall or by source, and by class.
create table ticket_cells as
with levels as (
    select
        m,
        pow(1.008, m - 30) * (1.0 + 0.04 * spread('ticket month', m::varchar)) as trend
    from months
    where m >= 13
),

planned as (
    select
        levels.m,
        plan.source,
        plan.class,
        halls.hall_id,
        halls.branch_id as hall_branch_id,
        case
            when plan.class = 'complaint' and levels.m = 30 then golden.june
            when plan.class = 'complaint' and levels.m = 31 then golden.july
        end as exact,
        case when plan.class = 'complaint' then golden.june end as golden_level,
        levels.trend
        * (
            1.0 + 0.07 * spread(
                'ticket cell',
                levels.m || plan.source || plan.class || coalesce(halls.hall_id, '')
            )
        ) as trend,
        plan.tickets
    from ticket_plan as plan
    cross join levels
    left join halls
        on plan.hall_class = halls.hall_class
    left join golden_complaints as golden
        on halls.hall_id = golden.hall_id
)

select
    * exclude (exact, golden_level, trend, tickets),
    m || '/' || source || '/' || class || '/' || coalesce(hall_id, '') as cell,
    getvariable('scale')::bigint * cast(
        coalesce(
            exact,
            -- Golden July is a step up from June, and stays so.
            round(
                coalesce(golden_level * if(m > 31, 1.13, 1.0), tickets) * trend
            )
        ) as bigint
    ) as ticket_count
from planned;

-- Who may have a ticket in a month: customers of the month, larger ones more often.
create table ticket_seats as
select
    months.m,
    own.customer_no,
    left(own.branch_id, 3) as city_id,
    row_number() over (
        partition by months.m order by own.customer_no, seat
    ) as place,
    count(*) over (partition by months.m) as seats,
    row_number() over (
        partition by months.m, left(own.branch_id, 3) order by own.customer_no, seat
    ) as city_place,
    count(*) over (partition by months.m, left(own.branch_id, 3)) as city_seats
from customer as own
inner join months
    on months.m >= 13
    and own.join_month < months.m
    and coalesce(own.end_month, 99) >= months.m
cross join lateral (
    select unnest(
        range(case when own.tier = 'C' then 1 when own.tier like 'B%' then 2 else 4 end)
    ) as seat
) as seats;

create table seat_counts as
select m, city_id, max(seats) as seats, max(city_seats) as city_seats
from ticket_seats
group by 1, 2;

create table ticket_drawn as
with numbered as (
    select
        cells.*,
        cells.cell || '/' || place as tk,
        drawn_bits('ticket', cells.cell || '/' || place) as d1,
        drawn_bits('ticket times', cells.cell || '/' || place) as d2,
        drawn_bits('ticket kinds', cells.cell || '/' || place) as d3
    from ticket_cells as cells
    cross join lateral (select unnest(range(ticket_count)) as place) as places
),

seated as (
    select
        numbered.*,
        1 + cast(floor(bits(d1, 0, 24) * counts.seats) as bigint) as seat_wanted
    from numbered
    inner join seat_counts as counts
        on numbered.m = counts.m and counts.city_id = 'C01'
    where hall_id is null
),

seated_in_city as (
    select
        numbered.*,
        1 + cast(floor(bits(d1, 0, 24) * counts.city_seats) as bigint) as seat_wanted
    from numbered
    inner join seat_counts as counts
        on numbered.m = counts.m and left(hall_branch_id, 3) = counts.city_id
    where hall_id is not null
)

select own.*, seat.customer_no
from seated as own
inner join ticket_seats as seat
    on own.m = seat.m and own.seat_wanted = seat.place
union all
select own.*, seat.customer_no
from seated_in_city as own
inner join ticket_seats as seat
    on own.m = seat.m
    and left(own.hall_branch_id, 3) = seat.city_id
    and own.seat_wanted = seat.city_place;

-- Planted: who is under pressure has complained, and nobody answered in time.
create table ticket_opened as
with regular as (
    select
        * exclude (cell, ticket_count, seat_wanted),
        cast(first_day(m) as timestamp)
        + to_seconds(
            86400 * cast(
                floor(bits(d1, 24, 16) * day(last_day(first_day(m)))) as integer
            )
            + cast(
                floor(
                    case
                        when hall_id is not null then 30600 + 32400 * bits(d1, 40, 16)
                        else 25200 + 50400 * bits(d1, 40, 16)
                    end
                ) as integer
            )
        ) as opened_at,
        cast(null as integer) as answered_month
    from ticket_drawn
    union all
    select
        pressure.from_month,
        if(draw('pressure source', pressure.k) < 0.6, 'hotline', 'manager'),
        if(draw('pressure class', pressure.k) < 0.65, 'complaint', 'fault'),
        null,
        null,
        'pressure/' || pressure.k,
        drawn_bits('ticket', 'pressure/' || pressure.k),
        drawn_bits('ticket times', 'pressure/' || pressure.k),
        drawn_bits('ticket kinds', 'pressure/' || pressure.k),
        pressure.customer_no,
        at_work(
            day_in(pressure.from_month, 2 + pick('pressure day', pressure.k, 18)),
            'pressure/' || pressure.k
        ),
        pressure.to_month + if(is_leaving, 2, 1)
    from pressure
    where pressure.has_overdue_ticket and pressure.from_month between 13 and 33
)

select
    regular.*,
    coalesce(left(regular.hall_branch_id, 3), left(own.branch_id, 3)) as city_id,
    own.branch_id as customer_branch_id,
    own.tier,
    tiers.reply_hours
from regular
inner join customer as own
    on regular.customer_no = own.customer_no
inner join tiers
    on own.tier = tiers.tier;

-- What complaints are about. In the golden city wrong explanations (C02) go from 49 to
-- 66 in July 2025, all of them in halls.
create table complaint_shares as
select
    complaint_type,
    is_hall,
    sum(weight) over (partition by is_hall order by complaint_type) - weight
        as from_weight,
    sum(weight) over (partition by is_hall order by complaint_type) as to_weight,
    sum(weight) over (partition by is_hall) as of_all
from (
    select complaint_type, true as is_hall, hall_weight as weight from complaint_mix
    union all
    select complaint_type, false, other_weight from complaint_mix
) as mixes
where weight > 0;

create table complaint_types_drawn as
with turned as (
    select
        own.*,
        own.city_id = 'C01' and own.m in (30, 31) as is_golden,
        getvariable('scale') * if(own.m = 30, 49, 66) as golden_count,
        row_number() over (
            partition by own.m, own.city_id, own.hall_id is null
            order by draw('explained', own.tk), own.tk
        ) as turn
    from ticket_opened as own
    where own.class = 'complaint'
)

select
    own.tk,
    case
        when is_golden and hall_id is not null and turn <= golden_count then 'C02'
        when is_golden and shares.complaint_type = 'C02' then 'C03'
        else shares.complaint_type
    end as complaint_type
from turned as own
inner join complaint_shares as shares
    on (own.hall_id is not null) = shares.is_hall
    and floor(bits(d3, 0, 16) * of_all) >= from_weight
    and floor(bits(d3, 0, 16) * of_all) < to_weight;

create table ticket_timed as
with promised as (
    select
        own.*,
        kinds.complaint_type,
        row_number() over (order by own.opened_at, own.tk) as ticket_no,
        own.opened_at + to_seconds(3600 * cast(own.reply_hours as integer))
            as promised_at,
        bits(d2, 0, 12) < 0.02 and own.answered_month is null as is_withdrawn
    from ticket_opened as own
    left join complaint_types_drawn as kinds
        on own.tk = kinds.tk
),

-- One in twenty is answered late; a fault is answered soon and restored later.
answered as (
    select
        *,
        case
            when is_withdrawn then null
            when answered_month is not null
                then at_work(day_in(answered_month, 3 + pick('answered', tk, 20)), tk)
            else opened_at + to_seconds(
                cast(
                    round(
                        3600
                        * reply_hours
                        * case
                            when bits(d2, 12, 12)
                                < if(class = 'complaint', 0.07, 0.04)
                                then 1.05 + 1.6 * bits(d2, 24, 12)
                            when class = 'fault' then 0.05 + 0.4 * bits(d2, 24, 12)
                            else 0.08 + 0.86 * bits(d2, 24, 12)
                        end
                    ) as bigint
                )
            )
        end as would_reply_at
    from promised
),

ended as (
    select
        *,
        case
            when is_withdrawn
                then opened_at + to_seconds(1800 + pick('withdrawn', tk, 80000))
            else would_reply_at + to_seconds(
                cast(
                    round(
                        3600 * case class
                            when 'fault' then exp(1.9 + 0.95 * spread('restored', tk))
                            when 'complaint' then 2.0 + 70.0 * pow(bits(d2, 36, 12), 2)
                            else 1.5 * bits(d2, 36, 12)
                        end
                    ) as bigint
                )
            )
        end as would_close_at
    from answered
)

select
    *,
    -- That a ticket is withdrawn is confirmed at once.
    so_far(if(is_withdrawn, would_close_at, would_reply_at)) as replied_at,
    so_far(would_close_at) as closed_at,
    case
        when not is_withdrawn and bits(d2, 48, 12) < 0.035
            then so_far(
                would_close_at + to_seconds(40000 + pick('reopened', tk, 900000))
            )
    end as reopened_at
from ended;

create table ticket_rows as
with booked as (
    select
        *,
        case
            -- Planted: in 2025 a partner hall books to own halls nearby what went
            -- wrong at its own counters.
            when hall_id = 'H21' and m >= 25 and bits(d3, 16, 12) < 0.42
                then if(bits(d3, 28, 8) < 0.6, 'H20', 'H41')
            when city_id != 'C01' and hall_id != 'H21' and bits(d3, 16, 12) < 0.012
                then 'H' || printf(
                    '%02d',
                    (cast(substr(hall_id, 2) as integer) + 20) % 60 + 1
                )
            when bits(d3, 16, 12) > 0.85 then hall_id
        end as booked_hall_id
    from ticket_timed
),

lines_of as (
    select
        customer_no,
        list(
            {'member_id': member_id, 'joined_on': joined_on, 'left_on': left_on}
            order by member_id
        ) as lines
    from line
    group by 1
),

carried as (
    select
        booked.*,
        lines_of.lines[1 + pick('ticket line', tk, len(lines_of.lines)::integer)]
            as carrier
    from booked
    left join lines_of
        on booked.customer_no = lines_of.customer_no
)

select
    'T' || printf('%07d', ticket_no) as ticket_id,
    case
        when hall_id is null or bits(d3, 36, 8) < 0.72
            then printf('E%05d', customer_no)
    end as customer_id,
    case
        when carrier.joined_on <= cast(opened_at as date)
            and coalesce(carrier.left_on > cast(opened_at as date), true)
            and (hall_id is null or bits(d3, 36, 8) < 0.72)
            and bits(d3, 44, 8) < if(hall_id is null, 0.35, 0.8)
            then carrier.member_id
    end as member_id,
    case
        when hall_id is not null and bits(d3, 52, 6) < 0.5 then hall_branch_id
        when hall_id is null and bits(d3, 52, 6) < 0.8 then customer_branch_id
    end as branch_id,
    hall_id,
    booked_hall_id,
    source,
    class,
    case
        when bits(d3, 58, 6) < 0.05
            then [
                'enquiry', 'complaint', 'transaction', 'complaint', 'fault', 'enquiry'
            ][1 + pick('first class', tk, 6)]
        when bits(d3, 58, 6) < 0.6 then class
    end as first_class,
    complaint_type,
    cast(opened_at as timestamp) as opened_at,
    cast(
        case when bits(d1, 56, 8) > 0.06 or answered_month is not null
            then promised_at end
        as timestamp
    ) as promised_at,
    -- A word that it has come in, before the reply; a desk that solves at once notes both.
    cast(
        opened_at + to_seconds(
            cast(
                floor(
                    (0.05 + 0.6 * draw('first word', tk))
                    * epoch(replied_at - opened_at)
                ) as bigint
            )
        )
        as timestamp
    ) as first_responded_at,
    cast(replied_at as timestamp) as replied_at,
    cast(closed_at as timestamp) as closed_at,
    cast(reopened_at as timestamp) as reopened_at,
    cast(
        case
            when closed_at is not null and not is_withdrawn
                and draw('stopped', tk) < 0.12
                then round(
                    0.6
                    * draw('stopped hours', tk)
                    * epoch(closed_at - opened_at)
                    / 3600.0,
                    1
                )
        end as decimal(18, 1)
    ) as waiting_hours,
    case
        when is_withdrawn then 'withdrawn'
        when closed_at is not null
            and not coalesce(reopened_at >= timestamp '2025-09-24', false)
            then 'closed'
        when replied_at is not null and reopened_at is null then 'replied'
        else 'open'
    end as status,
    -- Only of what a desk can settle at once is it noted whether it did.
    case
        when class in ('enquiry', 'transaction') and not is_withdrawn
            then draw('settled at once', tk) < 0.6
    end as is_resolved,
    cast(
        case
            when complaint_type in ('C05', 'C10', 'C15', 'C16', 'C18')
                and not is_withdrawn
                and closed_at is not null
                and draw('credited', tk) < 0.3
                then round(5.0 + 300.0 * pow(draw('credit of', tk), 2), 2)
        end as decimal(18, 2)
    ) as credit_amount
from carried;

-- Where a ticket went: to its first unit, and on when that was the wrong one, or when
-- another had to finish it.
create table ticket_route_rows as
with dispatched as (
    select
        *,
        bits(d2, 48, 12) as route_draw,
        draw('routed', tk) as further_draw,
        epoch(coalesce(replied_at, opened_at + interval 8 hour) - opened_at) as span
    from ticket_timed
    where not is_withdrawn
        and draw('dispatched', tk) < case class
            when 'complaint' then 1.0 when 'fault' then 1.0
            when 'transaction' then 0.5 else 0.15
        end
),

steps as (
    select
        *,
        1 as seq,
        further_draw < 0.045 as was_wrong,
        opened_at + to_seconds(120 + pick('dispatch', tk, 600)) as dispatched_at,
        case class
            when 'fault' then '网络维护中心'
            when 'complaint' then '投诉处理中心'
            else '集客响应中心'
        end as unit
    from dispatched
    union all
    select
        *,
        2,
        further_draw < 0.004,
        opened_at + to_seconds(720 + cast(floor(0.3 * span) as bigint)),
        case class
            when 'fault' then '集客响应中心'
            when 'complaint' then '计费中心'
            else '分公司集客部'
        end
    from dispatched
    where further_draw < 0.125
    union all
    select
        *,
        3,
        false,
        opened_at + to_seconds(720 + cast(floor(0.6 * span) as bigint)),
        '分公司集客部'
    from dispatched
    where further_draw < 0.004
)

select
    'T' || printf('%07d', ticket_no) as ticket_id,
    cast(seq as integer) as seq,
    cast(dispatched_at as timestamp) as at,
    city_id || '-' || unit as unit,
    was_wrong
from steps
where dispatched_at < timestamp '2025-10-01';
