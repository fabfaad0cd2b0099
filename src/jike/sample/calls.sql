-- 集团热线: calls of the enterprise hotline from 2024 on. The plan says how many of each
-- outcome a month has; days and hours share them by weight, so that the sums are exact.

create table call_months as
select
    months.m,
    months.first_day,
    months.last_day,
    -- As many people call as there are calls, so that one in ten calls again in a week.
    cast(ceil(plan.demand * getvariable('scale') / 1250.0) as integer) as caller_blocks,
    plan.* exclude (call_month)
from call_plan as plan
inner join months
    on plan.call_month = months.first_day;

-- Planted: for three days in August 2025 the voice menu keeps nobody; all ask for an
-- agent, and many do not get through.
create table call_days as
select
    own.m,
    days.day,
    days.day between date '2025-08-12' and date '2025-08-14' as is_broken,
    case
        when coalesce(
            not holidays.is_working, isodow(days.day) > 5 and holidays.day is null
        )
            then case when isodow(days.day) = 7 then 0.40 else 0.48 end
        else [1.17, 1.06, 1.0, 0.98, 1.02, 0.9, 0.88][isodow(days.day)]
    end
    * pow(1.1, (day(days.day) - 15) / 30.0)
    * (1.0 + 0.045 * spread('call day', days.day::varchar)) as rush,
    1.0 + 0.06 * spread('call strain', days.day::varchar) as day_strain,
    1.0 + 0.05 * spread('call menu', days.day::varchar) as menu_share
from call_months as own
cross join lateral (
    select cast(unnest(range(own.first_day, own.last_day + 1, interval 1 day)) as date)
        as day
) as days
left join holidays
    on days.day = holidays.day;

create table call_cells as
with hourly as (
    select
        own.*,
        hours.hour,
        own.rush
        * hours.volume
        * (1.0 + 0.07 * spread('call hour', own.day || '/' || hours.hour)) as volume,
        case
            when own.is_broken then 0.33 + 0.45 * hours.strain
            else hours.strain * own.day_strain * least(1.1, 0.4 + 0.6 * own.rush)
        end as strain
    from call_days as own
    cross join call_hours as hours
),

weighed as (
    select
        hourly.*,
        kinds.place,
        kinds.outcome,
        cast(
            1000.0
            * volume
            * case
                when not is_broken then 1.0
                when kinds.outcome = 'ivr_contained' then 0.2
                else 1.8
            end
            * case kinds.outcome
                when 'answered' then 1.0 - strain
                when 'abandoned' then strain
                when 'blocked' then strain * strain
                when 'ivr_contained'
                    then menu_share * if(hour between 8 and 17, 0.9, 1.6)
                when 'outbound' then if(hour between 9 and 16, 1.0, 0.0)
                else 0.1
            end as bigint
        ) as weight
    from hourly
    cross join (
        values
        (1, 'answered'), (2, 'abandoned'), (3, 'blocked'), (4, 'ivr_contained'),
        (5, 'outbound'), (6, 'test')
    ) as kinds (place, outcome)
),

shared as (
    select
        weighed.*,
        own.caller_blocks,
        getvariable('scale') * case weighed.outcome
            when 'answered' then own.answered
            when 'abandoned' then own.demand - own.answered - own.blocked
            when 'blocked' then own.blocked
            when 'ivr_contained' then own.contained
            when 'outbound' then own.demand // 60
            else 40
        end as wanted,
        sum(weight) over (
            partition by weighed.m, weighed.outcome order by weighed.day, weighed.hour
        ) as weight_to,
        sum(weight) over (partition by weighed.m, weighed.outcome) as weight_of_all
    from weighed
    inner join call_months as own
        on weighed.m = own.m
),

counted as (
    select
        *,
        cast(
            wanted * weight_to // weight_of_all
            - wanted * (weight_to - weight) // weight_of_all as bigint
        ) as call_count
    from shared
)

select
    m,
    day,
    hour,
    place,
    outcome,
    strain,
    caller_blocks,
    call_count,
    cast(sum(call_count) over (order by day, hour, place) - call_count as bigint)
        as calls_before
from counted;

-- Who may call of a customer: the more, the higher its tier.
-- Those of the province itself call from its first city.
create table customer_callers as
with seated as (
    select
        *,
        case when level = 'province' then 'C01' else left(branch_id, 3) end as city_id
    from customer
)

select
    own.customer_id,
    own.tier,
    own.join_month,
    coalesce(own.end_month, 99) as end_month,
    own.city_id,
    cast(
        row_number() over (
            partition by own.city_id order by own.customer_no, callers.caller_place
        ) as integer
    ) as place
from seated as own
cross join lateral (
    select unnest(
        range(case when own.tier = 'C' then 1 when own.tier like 'B%' then 3 else 6 end)
    ) as caller_place
) as callers;

-- A thousand slots shared by the cities, those hardest to serve first.
create table call_slots as
with cities as (
    select
        city_id,
        count(*) as callers,
        coalesce(
            case any_value(coverage.centre_id)
                when 'R4' then 1 when 'R2' then 2 when 'R5' then 3 when 'R1' then 4
                else 5
            end,
            9
        ) as ease
    from customer_callers
    left join centre_coverage as coverage
        on city_id = coverage.city_branch_id and coverage.valid_to is null
    group by 1
),

shared as (
    select
        city_id,
        callers,
        1000 * sum(callers) over (order by ease, city_id) as up_to,
        sum(callers) over () as of_all
    from cities
)

select
    slot,
    city_id,
    callers
from shared
cross join lateral (
    select cast(
        unnest(
            range(
                cast((up_to - 1000 * callers) // of_all as bigint),
                cast(up_to // of_all as bigint)
            )
        ) as integer
    ) as slot
) as slots;

create table caller as
with numbered as (
    select
        cast(caller_no as integer) as caller_no,
        caller_no::varchar as ck
    from (
        select unnest(range(1000 * max(caller_blocks))) as caller_no from call_months
    ) as numbers
)

select
    numbered.caller_no,
    left(md5('jike/caller/' || ck), 16) as caller,
    pick('caller reason', ck, 1000) as reason_seed,
    call_slots.city_id,
    -- One in eight numbers belongs to nobody the hotline knows.
    case when draw('caller known', ck) < 0.88 then own.customer_id end as customer_id,
    own.join_month,
    own.end_month,
    own.tier != 'C'
    and own.tier != 'B2'
    and draw('key caller', ck) < 0.10 as is_key_person
from numbered
inner join call_slots
    on numbered.caller_no % 1000 = call_slots.slot
inner join customer_callers as own
    on call_slots.city_id = own.city_id
    and own.place = 1 + pick('caller place', ck, call_slots.callers);

-- What is asked about changes with the month: a thousand slots shared by the reasons.
create table reason_slots as
with weighed as (
    select
        own.m,
        reasons.reason,
        cast(
            100.0
            * reasons.weight
            * greatest(0.2, 1.0 + reasons.growth * (own.m - 24) / 12.0)
            * case when month(own.first_day) = reasons.peak_month then 1.3 else 1.0 end
            * (1.0 + 0.09 * spread('reason', own.m || '/' || reasons.reason)) as bigint
        ) as weight
    from call_months as own
    cross join call_reasons as reasons
),

shared as (
    select
        m,
        reason,
        weight,
        1000 * sum(weight) over (partition by m order by reason) as up_to,
        sum(weight) over (partition by m) as of_all
    from weighed
)

select
    m,
    reason,
    cast(
        unnest(
            range(
                cast((up_to - 1000 * weight) // of_all as bigint),
                cast(up_to // of_all as bigint)
            )
        ) as integer
    ) as slot
from shared;

create view call_facts as
with numbered as (
    select
        cells.*,
        calls_before + call_place as call_no,
        md5_number_lower('jike/call/' || (calls_before + call_place)) as d1,
        md5_number_lower('jike/call talk/' || (calls_before + call_place)) as d2,
        md5_number_lower('jike/call gaps/' || (calls_before + call_place)) as d3
    from call_cells as cells
    cross join lateral (select unnest(range(call_count)) as call_place) as places
),

drawn as (
    select
        *,
        cast(day as timestamp)
        + to_seconds(
            hour * 3600
            + cast(
                floor(bits(d1, 0, 16) * case when hour = 23 then 1200 else 3600 end)
                as integer
            )
        ) as asked_at,
        outcome in ('abandoned', 'blocked') as is_lost,
        cast(
            floor(
                1000 * pow(
                    bits(d1, 16, 16),
                    case when outcome in ('abandoned', 'blocked') then 1.13 else 1.0 end
                )
            ) as integer
        )
        + 1000 * cast(floor(caller_blocks * pow(bits(d1, 32, 20), 1.1)) as integer)
            as caller_no,
        bits(d1, 52, 12) as own_reason,
        bits(d2, 0, 16) as wait_draw,
        -- A normal draw for how long is talked.
        sqrt(-2.0 * ln(1.0 - bits(d2, 16, 16))) * cos(2.0 * pi() * bits(d2, 32, 12))
            as talk_spread,
        bits(d2, 44, 10) as menu_draw,
        bits(d2, 54, 10) as reason_gap,
        bits(d3, 0, 12) as agent_draw,
        bits(d3, 12, 10) as menu_gap,
        bits(d3, 22, 10) as city_gap,
        bits(d3, 32, 10) as centre_gap,
        bits(d3, 42, 10) as customer_gap,
        bits(d3, 52, 12) as queue_gap
    from numbered
),

-- Four in five are answered at once, fewer when it is busy; the rest wait in line.
timed as (
    select
        *,
        0.955 - 0.85 * strain as at_once,
        case
            when outcome in ('ivr_contained', 'test') then false
            when outcome = 'blocked' then queue_gap < 0.65
            else true
        end as has_queued,
        cast(
            least(
                ceil(exp(5.28 + 0.55 * talk_spread)),
                case when hour = 23 then 900 else 3000 end
            ) as integer
        ) as talk_seconds
    from drawn
)

select
    timed.*,
    own.caller,
    own.customer_id,
    own.join_month,
    own.end_month,
    own.city_id,
    own.is_key_person,
    cast(
        case
            when outcome = 'answered' and own.is_key_person
                then 1 + floor(7 * wait_draw)
            when outcome = 'answered' and wait_draw < at_once
                then 1 + floor(8 * wait_draw / at_once)
            when outcome = 'answered'
                then 8 - floor(112 * ln((1.0 - wait_draw) / (1.0 - at_once)))
            when outcome = 'abandoned' and wait_draw < 0.13
                then 1 + floor(5 * wait_draw / 0.13)
            when outcome = 'abandoned'
                then 6 - floor(68 * ln((1.0 - wait_draw) / 0.87))
            when outcome = 'blocked' and not has_queued then 20 + floor(40 * wait_draw)
            when outcome = 'ivr_contained'
                then 20 - floor(55 * ln(1.0 - 0.98 * wait_draw))
            else floor(3 * wait_draw)
        end as integer
    ) as wait_seconds,
    case
        when outcome in ('ivr_contained', 'test') then true
        when outcome = 'outbound' then false
        when outcome = 'blocked' and not has_queued then queue_gap < 0.83
        when own.is_key_person then menu_gap < 0.45
        else menu_gap < 0.975
    end as has_menu,
    case
        -- Most who call again in a month call about the same thing.
        when queue_gap < 0.6 then (own.reason_seed + 377 * m) % 1000
        else cast(floor(1000 * own_reason) as integer)
    end as reason_slot
from timed
inner join caller as own
    on timed.caller_no = own.caller_no;

create view call_rows as
select
    printf('H%08d', call_no) as call_id,
    -- A number that is withheld.
    case when facts.customer_gap < 0.99 then facts.caller end as caller,
    case
        when
            facts.outcome != 'test'
            and facts.m > facts.join_month
            and facts.m <= facts.end_month
            and facts.customer_gap < 0.97
            then facts.customer_id
    end as customer_id,
    case when facts.city_gap < 0.988 then facts.city_id end as city_branch_id,
    -- What the switch did not note is filled from the coverage of the city.
    case when facts.centre_gap < 0.93 then coverage.centre_id end as centre_id,
    case when facts.is_key_person then '10086-9' else '10086-8' end as access_number,
    case when facts.is_key_person then 'key_person' else 'standard' end as lane,
    case
        when facts.has_menu and facts.has_queued
            then facts.asked_at
                - to_seconds(15 + cast(floor(60 * facts.menu_draw) as integer))
        when facts.has_menu then facts.asked_at
    end as ivr_at,
    case
        when facts.has_queued and facts.outcome != 'outbound' then facts.asked_at
    end as queued_at,
    case
        when facts.outcome in ('answered', 'outbound')
            then facts.asked_at + to_seconds(facts.wait_seconds)
    end as answered_at,
    case
        when facts.outcome in ('answered', 'outbound')
            then facts.asked_at + to_seconds(facts.wait_seconds + facts.talk_seconds)
        when facts.outcome = 'blocked' and not facts.has_queued and not facts.has_menu
            then facts.asked_at
        else facts.asked_at + to_seconds(facts.wait_seconds)
    end as ended_at,
    facts.outcome,
    case
        when facts.outcome in ('answered', 'outbound')
            then 'A'
                || right(coverage.centre_id, 1)
                || printf('%03d', 1 + cast(floor(65 * facts.agent_draw) as integer))
    end as agent_id,
    case
        when facts.outcome in ('outbound', 'test') then null
        when facts.outcome in ('abandoned', 'blocked') and facts.reason_gap < 0.35
            then null
        when facts.reason_gap < 0.03 then null
        else slots.reason
    end as reason,
    -- Of one answered call in twelve nobody noted whether it settled the matter.
    case
        when facts.outcome = 'answered' and facts.reason_gap >= 0.083
            then draw('settled', call_no) < 0.74
    end as is_resolved
from call_facts as facts
left join centre_coverage as coverage
    on facts.city_id = coverage.city_branch_id
    and facts.day >= coverage.valid_from
    and facts.day <= coalesce(coverage.valid_to, date '2099-12-31')
left join reason_slots as slots
    on facts.m = slots.m
    and facts.reason_slot = slots.slot;
