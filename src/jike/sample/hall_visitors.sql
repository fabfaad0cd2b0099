-- 营业厅访客: short interviews with visitors of halls, every month of 2025. Those of July
-- carry promised figures: how many, who is dissatisfied and why, and each city's index.

create table city_halls as
select
    hall_id,
    branch_id,
    left(branch_id, 3) as city_id,
    closed_from,
    closed_to,
    row_number() over (partition by left(branch_id, 3) order by hall_id) - 1 as place,
    count(*) over (partition by left(branch_id, 3)) as hall_count
from halls;

create table visit_drawn as
with placed as (
    select
        months.visit_month,
        months.dissatisfied,
        cities.city_id,
        cities.satisfaction + months.drift as satisfaction,
        cast(ceil(cities.interviews * months.share) as integer) as complete,
        strftime(months.visit_month, '%y%m') || '/' || cities.city_id || '/' || place
            as vk,
        place
    from visit_months as months
    cross join visit_plan as cities
    cross join lateral (
        select cast(
            unnest(
                range(cast(ceil(1.24 * cities.interviews * months.share) as integer))
            ) as integer
        ) as place
    ) as places
),

sorted as (
    select
        *,
        case
            when place < complete then 'complete'
            when place < 1.04 * complete then 'partial'
            when place < 1.11 * complete then 'refused'
            when place < 1.12 * complete then 'invalid'
            else 'no_answer'
        end as status,
        cast(
            visit_month + pick('visited', vk, day(last_day(visit_month))) as date
        ) as visited_on,
        -- The larger hall of the city is the first.
        cast(floor(3 * pow(draw('hall', vk), 1.5)) as integer) as hall_draw
    from placed
)

select
    sorted.*,
    own.hall_id,
    own.branch_id,
    row_number() over (
        partition by sorted.visit_month, sorted.status
        order by draw('content', vk) / (100.0 - sorted.satisfaction), vk
    )
    <= case sorted.status
        when 'complete' then dissatisfied when 'partial' then dissatisfied // 25 else 0
    end as is_dissatisfied,
    cast(
        row_number() over (order by sorted.visited_on, draw('visit', vk), vk) as integer
    ) as visit_no
from sorted
inner join city_halls as first_choice
    on sorted.city_id = first_choice.city_id
    and sorted.hall_draw % first_choice.hall_count = first_choice.place
-- Nobody is asked in a hall that is closed: its visitors go to the next one.
inner join city_halls as own
    on sorted.city_id = own.city_id
    and own.place = (
        first_choice.place
        + case
            when visited_on between first_choice.closed_from and first_choice.closed_to
                then 1
            else 0
        end
    ) % first_choice.hall_count;

create table visit_scores_drawn as
with judged as (
    select
        visit_month,
        city_id,
        vk,
        status,
        satisfaction,
        case
            when status = 'partial' and place % 2 = 0 then null
            when is_dissatisfied
                then [6, 6, 6, 6, 5, 5, 5, 4, 4, 3, 2, 1][1 + pick('bad', vk, 12)]
            else cast(
                least(
                    10,
                    greatest(
                        7,
                        round(
                            9.1
                            + 0.09 * (satisfaction - 84.0)
                            + 1.0 * spread('visit', vk)
                        )
                    )
                ) as integer
            )
        end as overall_score
    from visit_drawn
    where status in ('complete', 'partial')
)

select
    judged.visit_month,
    judged.city_id,
    judged.vk,
    judged.status,
    judged.satisfaction,
    items.item_code,
    items.weight,
    cast(
        case
            when items.item_code = 'overall' then overall_score
            else least(
                10,
                greatest(
                    1,
                    round(
                        coalesce(overall_score, 8)
                        + items.easier
                        + 0.8 * spread(items.item_code, vk)
                    )
                )
            )
        end as integer
    ) as score
from judged
cross join (
    values
    ('overall', 3885, 0.0, 0.0),
    ('expectation', 3190, 0.05, 0.02),
    ('ideal', 2925, -0.1, 0.03),
    ('channel_hall', 0, 0.0, 0.06)
) as items (item_code, weight, easier, silent)
where draw('visit said/' || items.item_code, vk) >= items.silent
    and (items.item_code != 'overall' or overall_score is not null);

-- Each city's mean index is brought to its plan by points of the item `expectation`,
-- which nobody's being dissatisfied hangs on.
create table visit_gap as
with indexed as (
    select
        visit_month,
        city_id,
        vk,
        satisfaction,
        count(*) as answered,
        max(case when item_code = 'expectation' then score end) as expectation_score,
        cast(
            round(
                100000000.0 * sum(weight * (score - 1)) / (9.0 * sum(weight))
            ) as bigint
        ) as millionths
    from visit_scores_drawn
    where status = 'complete' and weight > 0
    group by 1, 2, 3, 4
),

missing as (
    select
        *,
        cast(
            round(
                (
                    satisfaction * count(*) over city
                    - cast(sum(millionths) over city as double) / 1e6
                )
                / (100.0 / 9.0 * 0.319)
            ) as integer
        ) as points
    from indexed
    window city as (partition by visit_month, city_id)
)

select
    vk,
    points,
    row_number() over (
        partition by visit_month, city_id order by draw('visit gap', vk), vk
    ) as turn
from missing
where answered = 3
    and if(points > 0, expectation_score between 2 and 9, expectation_score > 6);

create table visit_scores as
select
    own.vk,
    own.item_code,
    cast(own.score + coalesce(sign(gap.points), 0) as integer) as score
from visit_scores_drawn as own
left join visit_gap as gap
    on own.vk = gap.vk
    and own.item_code = 'expectation'
    and gap.turn <= abs(gap.points);

-- The reasons named in July, heads in their order. All but eight of the dissatisfied
-- name one; the last 59 mentions are the second ones of interviews under other heads.
create table mentions as
select
    reason,
    cast(
        row_number() over (
            order by
                left(reason, 2),
                draw('mention', reason || '/' || place),
                reason,
                place
        ) as integer
    ) as mention_no
from visit_reasons
cross join lateral (select unnest(range(mentions)) as place) as places;

create table visit_reason_answers as
with dissatisfied as (
    select
        *,
        row_number() over (
            partition by visit_month, status order by draw('why', vk), vk
        ) as turn
    from visit_drawn
    where is_dissatisfied
),

named as (
    select own.vk, mentions.reason
    from dissatisfied as own
    inner join mentions
        on own.turn = if(
            mention_no <= 530, mention_no, 1 + (mention_no - 531) * 475 // 59
        )
    where own.visit_month = date '2025-07-01' and own.status = 'complete'
    union all
    select own.vk, mentions.reason
    from dissatisfied as own
    inner join mentions
        on mentions.mention_no = 1 + pick('reason', own.vk, 589)
    where own.visit_month != date '2025-07-01'
        or (own.status = 'partial' and own.turn % 2 = 0)
)

select
    vk,
    'reason' as item_code,
    reason as answer_code,
    null as score
from named;
