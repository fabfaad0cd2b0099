-- 营业厅: queue tickets and transactions of the halls in 2025. Four halls are watched;
-- in July two keep their waiting times, one does not, and one has just reopened.

create table hall_plan as
select
    hall_id,
    branch_id,
    hall_class,
    closed_from,
    closed_to,
    case hall_class when 'A' then 32 when 'B' then 19 else 11 end
    * (0.85 + 0.3 * draw('hall size', hall_id)) as queue_a_day,
    case hall_class when 'A' then 26 when 'B' then 15 else 9 end
    * (0.85 + 0.3 * draw('hall trade', hall_id)) as trade_a_day,
    -- How long its visitors wait, against a hall at ease.
    case hall_id
        when 'H01' then 0.80
        when 'H02' then 0.86
        when 'H03' then 1.60
        when 'H04' then 0.90
        else 0.60 + 0.5 * draw('hall strain', hall_id)
            + if(draw('hall crowded', hall_id) < 0.22, 0.50, 0.0)
    end as strain
from halls;

-- Days of the month in which more, or fewer, come.
create table hall_days as
select
    months.m,
    days.day,
    day(days.day) <= 2 or day(days.day) > day(months.last_day) - 3 as is_month_end,
    case
        when coalesce(
            not holidays.is_working, isodow(days.day) > 5 and holidays.day is null
        )
            then 0.8
        else 1.0
    end
    * if(day(days.day) <= 2 or day(days.day) > day(months.last_day) - 3, 1.55, 1.0)
    * (1.0 + 0.06 * spread('hall day', days.day::varchar)) as rush
from months
cross join lateral (
    select cast(
        unnest(range(months.first_day, months.last_day + 1, interval 1 day)) as date
    ) as day
) as days
left join holidays
    on days.day = holidays.day
where months.m >= 25;

create table queue_drawn as
with cells as (
    select
        plan.*,
        days.*,
        cast(
            round(
                plan.queue_a_day
                * days.rush
                * pow(1.004, days.m - 25)
                * (1.0 + 0.12 * spread('hall cell', plan.hall_id || days.day))
            ) as bigint
        ) as visitor_count
    from hall_plan as plan
    inner join hall_days as days
        on not coalesce(days.day between plan.closed_from and plan.closed_to, false)
),

numbered as (
    select
        cells.*,
        hall_id || '/' || day || '/' || place as qk,
        drawn_bits('queue', hall_id || '/' || day || '/' || place) as d1,
        drawn_bits('served', hall_id || '/' || day || '/' || place) as d2
    from cells
    cross join lateral (select unnest(range(visitor_count)) as place) as places
),

come as (
    select
        *,
        -- From 08:30 to 17:30; most come in the middle of the morning and afternoon.
        [8, 9, 9, 9, 10, 10, 10, 11, 11, 12, 13, 13, 14, 14, 15, 15, 15, 16, 16, 17][
            1 + cast(floor(20 * bits(d1, 0, 16)) as integer)
        ] as hour,
        if(bits(d1, 16, 8) < 0.30, 'gotone', 'other') as brand,
        bits(d1, 24, 16) as lane_draw
    from numbered
),

-- Exact for one hall and month: three in twenty take the fast lane at the month's end.
laned as (
    select
        *,
        hall_id = 'H05' and m = 31 and is_month_end as is_golden,
        row_number() over golden as turn,
        count(*) over (partition by hall_id, m, is_month_end) as of_all
    from come
    window golden as (
        partition by hall_id, m, is_month_end order by lane_draw, qk
    )
)

select
    * exclude (turn, of_all, is_golden, lane_draw),
    if(is_golden, turn <= 3 * (of_all // 20), lane_draw < 0.09) as is_fast,
    cast(day as timestamp)
    + to_seconds(
        3600 * hour
        + if(hour = 8, 1800, 0)
        + cast(
            floor(bits(d1, 40, 16) * if(hour in (8, 17), 1800, 3600)) as integer
        )
    ) as taken_at,
    hour in (9, 10, 15, 16) or is_month_end as is_busy
from laned
where not is_golden or turn <= 20 * (of_all // 20);

create table hall_queue_rows as
with waiting as (
    select
        *,
        cast(
            round(
                60
                * case
                    when brand = 'gotone' and is_busy then 8.8
                    when is_busy then 13.2
                    when brand = 'gotone' then 3.6
                    else 4.5
                end
                * strain
                -- One hall put up machines in June, and its counters have been freer.
                * case
                    when hall_id = 'H05' then if(m < 30, 1.15, 0.8) else 1.0
                end
                * if(is_fast, 0.4, 1.0)
                * (0.35 - 0.65 * ln(1.0 - 0.96 * bits(d2, 0, 16)))
            ) as bigint
        ) as wait_seconds,
        bits(d1, 56, 8) < 0.02 + if(is_busy, 0.05, 0.0) * strain as has_left,
        [
            'payment', 'payment', 'payment', 'order', 'order', 'enquiry',
            'enquiry', 'card_replacement', 'other', 'other'
        ][1 + cast(floor(10 * bits(d2, 16, 8)) as integer)] as service,
        cast(
            round(60 * (2.0 - 7.0 * ln(1.0 - 0.98 * bits(d2, 24, 12)))) as bigint
        ) as talk_seconds,
        10 + cast(floor(40 * bits(d2, 36, 6)) as integer) as walk_seconds
    from queue_drawn
)

select
    'Q' || printf('%07d', row_number() over (order by taken_at, qk)) as queue_id,
    hall_id,
    brand,
    cast(taken_at as timestamp) as taken_at,
    cast(
        case
            when not has_left
                then taken_at + to_seconds(greatest(0, wait_seconds - walk_seconds))
        end as timestamp
    ) as called_at,
    -- Some counters note only the call.
    cast(
        case
            when not has_left and bits(d2, 42, 6) > 0.03
                then taken_at + to_seconds(wait_seconds)
        end as timestamp
    ) as started_at,
    cast(
        case
            when not has_left then taken_at + to_seconds(wait_seconds + talk_seconds)
        end as timestamp
    ) as ended_at,
    service,
    if(is_fast, 'fast', 'normal') as lane,
    case
        when not has_left
            then printf(
                '%02d',
                1 + cast(
                    floor(
                        bits(d2, 48, 8)
                        * case hall_class when 'A' then 8 when 'B' then 5 else 3 end
                    ) as integer
                )
            )
    end as counter
from waiting;

-- Transactions: the plan fixes how many of a hall's month are payments, and how many of
-- those are made at machines.
create table trade_plan as
select
    plan.*,
    months.m,
    case
        when plan.hall_id = 'H05' and months.m = 29 then 700
        when plan.hall_id = 'H05' and months.m = 31 then 740
        else cast(
            round(
                plan.trade_a_day
                * day(months.last_day)
                * (1.0 + 0.03 * spread('hall month', plan.hall_id || months.m))
            ) as bigint
        )
    end as transaction_count,
    case
        when plan.hall_id != 'H05'
            then 0.22 + 0.22 * draw('machines', plan.hall_id) + 0.006 * (months.m - 25)
        when months.m < 30 then 0.30
        when months.m = 30 then 0.45
        else 0.60
    end as machine_share,
    case
        when plan.hall_id != 'H05'
            then 14.0 + 4.0 * draw('card minutes', plan.hall_id)
        when months.m < 30 then 16.5
        when months.m = 30 then 14.0
        else 11.5
    end as card_minutes
from hall_plan as plan
cross join months
where months.m >= 25;

-- A month's days, each as often as its rush, to draw from.
create table hall_day_slots as
select m, list(day order by day, slot) as slots
from hall_days
cross join lateral (
    select unnest(range(cast(round(10 * rush) as bigint))) as slot
) as often
group by 1;

create table transaction_drawn as
with numbered as (
    select
        plan.*,
        plan.hall_id || '/' || plan.m || '/' || place as xk,
        drawn_bits('trade', plan.hall_id || '/' || plan.m || '/' || place) as drawn,
        place < plan.transaction_count // 2 as is_payment,
        place < floor(plan.machine_share * (plan.transaction_count // 2) + 1e-6)
            as is_at_machine,
        place - plan.transaction_count // 2 as other_place,
        -- One in six of the rest replaces a card: an even number of them.
        2 * (plan.transaction_count // 24) as card_count
    from trade_plan as plan
    cross join lateral (
        select unnest(range(plan.transaction_count)) as place
    ) as places
)

select
    own.*,
    not is_payment and other_place < card_count as is_card,
    own_days.slots[
        1 + cast(floor(bits(drawn, 0, 16) * len(own_days.slots)) as integer)
    ] as day
from numbered as own
inner join hall_day_slots as own_days
    on own.m = own_days.m;

create table hall_transaction_rows as
with timed as (
    select
        *,
        at_work(day, xk) as happened_at,
        case
            when is_payment then 'payment'
            when is_card then 'card_replacement'
            else ['order', 'order', 'order', 'enquiry', 'enquiry', 'other'][
                1 + cast(floor(6 * bits(drawn, 16, 8)) as integer)
            ]
        end as service,
        -- Replacements come in pairs, one as much longer as the other is shorter, so
        -- that the mean of a hall's month is its plan.
        case
            when other_place % 2 = 0 then 1.0 else -1.0
        end
        * round(
            6.0 * draw('card', hall_id || '/' || m || '/' || other_place // 2), 1
        ) as card_gap
    from transaction_drawn
    where not coalesce(day between closed_from and closed_to, false)
)

select
    'X' || printf('%07d', row_number() over (order by happened_at, xk))
        as transaction_id,
    hall_id,
    cast(happened_at as timestamp) as at,
    service,
    coalesce(
        is_at_machine
        or (service = 'enquiry' and bits(drawn, 24, 8) < 0.12)
        or (service = 'order' and bits(drawn, 24, 8) < 0.03),
        false
    ) as self_service,
    cast(
        round(
            case
                when service = 'card_replacement' then card_minutes + card_gap
                when is_at_machine then 1.0 + 2.0 * bits(drawn, 32, 12)
                when service = 'payment' then 2.5 + 4.0 * bits(drawn, 32, 12)
                when service = 'order' then 8.0 + 14.0 * bits(drawn, 32, 12)
                else 3.0 + 8.0 * bits(drawn, 32, 12)
            end,
            1
        ) as decimal(18, 1)
    ) as minutes
from timed;
