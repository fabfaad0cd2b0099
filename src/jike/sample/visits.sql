-- 走访与竞争: visits of account managers, and what rivals were seen to do.

create table visit_rows as
with paced as (
    select
        own.*,
        tiers.visit_days
        * case
            when own.manager_place is null then 1.9 + draw('visit pace', own.k)
            when draw('visited', own.k) < 0.78
                then 0.62 + 0.3 * draw('visit pace', own.k)
            else 1.1 + 0.8 * draw('visit pace', own.k)
        end as days_between,
        greatest(own.joined_on, date '2023-01-01') as from_day,
        least(
            coalesce(own.ended_on, date '2025-09-30'), date '2025-09-30'
        ) as to_day,
        cast(tiers.visit_days as integer) as tier_days
    from customer as own
    inner join tiers
        on own.tier = tiers.tier
),

planned as (
    select
        paced.*,
        visit_place,
        k || '/' || visit_place as vk,
        from_day
        + cast(
            floor(
                days_between
                * (
                    visit_place
                    + draw('first visit', k)
                    + 0.15 * (draw('visit shift', k || '/' || visit_place) - 0.5)
                )
            ) as integer
        ) as planned_on
    from paced
    cross join lateral (
        select cast(
            unnest(
                range(cast(ceil((to_day - from_day) / days_between) as integer))
            ) as integer
        ) as visit_place
    ) as places
),

-- Nobody is visited at the weekend.
dated as (
    select
        *,
        planned_on - cast(greatest(0, isodow(planned_on) - 5) as integer) as visited_on
    from planned
)

select
    'B' || printf('%06d', row_number() over (order by visited_on, vk)) as visit_id,
    printf('E%05d', own.customer_no) as customer_id,
    case
        when own.manager_place is not null
            then 'M'
                || if(own.branch_id = 'P', '00', substr(own.branch_id, 2, 2))
                || printf('%02d', own.manager_place)
    end as account_manager_id,
    own.visited_on,
    ['日常走访', '日常走访', '业务推介', '故障回访', '续约洽谈', '投诉回访'][
        1 + pick('purpose', own.vk, 6)
    ] as purpose,
    own.tier in ('A+', 'A1', 'A2') and draw('executive', own.vk) < 0.07 as executive
from dated as own
left join pressure
    on own.customer_no = pressure.customer_no
    and pressure.is_unvisited
where own.visited_on between own.from_day and own.to_day
    -- Planted: nobody calls on some of those who are about to go.
    and not coalesce(
        own.visited_on between first_day(pressure.from_month) - own.tier_days
        and last_day(first_day(pressure.to_month)),
        false
    );

create table competitor_event_facts as
select
    'p/' || k as ek,
    customer_no,
    day_in(from_month, 1 + pick('event day', k, 26)) as observed_on,
    competitor,
    case
        when is_leaving and loss_month <= 33 then 'lost'
        when not is_leaving and to_month < 33 then 'kept'
        else 'open'
    end as outcome
from pressure
where is_courted and from_month between 1 and 33
union all
-- What is seen besides: mostly at customers who stay, some at nobody's in particular.
select
    ek,
    own.customer_no,
    day_in(m, 1 + pick('event day', ek, 28)),
    null,
    case
        when m > 31 and draw('event open', ek) < 0.5 then 'open'
        when draw('event kept', ek) < 0.72 then 'kept'
        when draw('event kept', ek) < 0.93 then 'lost'
        else 'open'
    end
from (
    select
        months.m,
        'b/' || months.m || '/' || place as ek,
        pick(
            'event at', 'b/' || months.m || '/' || place, (select count(*) from customer)
        ) as customer_draw
    from months
    cross join lateral (
        select unnest(
            range((14 + months.m // 3) * getvariable('scale')::bigint)
        ) as place
    ) as places
) as seen
left join customer as own
    on seen.customer_draw + 1 = own.customer_no
    and own.join_month < seen.m
    and coalesce(own.end_month, 99) > seen.m
    and draw('event whose', seen.ek) < 0.8;

create table competitor_event_rows as
select
    'R' || printf('%05d', row_number() over (order by observed_on, ek)) as event_id,
    case when customer_no is not null then printf('E%05d', customer_no) end
        as customer_id,
    observed_on,
    coalesce(competitor, any_rival('event rival', ek)) as competitor,
    [
        'whole_switch', 'dual_network', 'handset_gift', 'call_subsidy', 'bundle',
        'bundle', 'unified_billing', 'call_subsidy', 'other'
    ][1 + pick('move', ek, 9)] as move,
    outcome
from competitor_event_facts;
