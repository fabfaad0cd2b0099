-- 满意度调查: interviews with customers and members, a wave each half-year. The plan
-- says how many are complete and what their mean index is.

create table waves as
select
    *,
    last_day(first_day - interval 1 month) as listed_on
from survey_waves;

-- Whom a wave may ask, in the order of a lot: the active customers on its list.
create table askable as
select
    waves.wave,
    listed.tier,
    listed.customer_id,
    listed.branch_id,
    own.end_month,
    cast(
        row_number() over (
            partition by waves.wave, listed.tier
            order by
                draw('asked/' || waves.wave, listed.customer_id),
                listed.customer_id
        ) - 1 as integer
    ) as place
from waves
inner join photographs as listed
    on waves.listed_on = listed.snapshot_on
    and listed.status = 'active'
inner join customer as own
    on listed.customer_id = own.customer_id;

create table askable_counts as
select wave, tier, count(*) as customer_count
from askable
group by 1, 2;

create table interview_plan as
select
    plan.*,
    waves.first_day,
    waves.days,
    12 * (year(waves.first_day) - 2023) + month(waves.first_day) as m,
    wave || '/' || role || '/' || tier_group || '/' || coalesce(competitor, 'us')
        as panel,
    -- Of tier C no customer is asked twice; of the others some are.
    case
        when role = 'contact' then if(tier_group = 'C', 0.55, 0.12)
        when role = 'member' then 0.3
        else 0
    end as apart
from survey_plan as plan
inner join waves using (wave);

create table interview_drawn as
with placed as (
    select
        plan.*,
        place,
        panel || '/' || place as ik,
        draw('survey tier', panel || '/' || place) as tier_draw,
        draw('survey mode', panel || '/' || place) as mode_draw
    from interview_plan as plan
    cross join lateral (
        select cast(unnest(range(plan.invited)) as integer) as place
    ) as places
),

sorted as (
    select
        *,
        case
            when place < complete then 'complete'
            when place < 1.09 * complete then 'partial'
            when place < 1.30 * complete then 'refused'
            when place < 1.35 * complete then 'invalid'
            else 'no_answer'
        end as status,
        case
            when tier_group = 'C' then 'C'
            when tier_group = 'all' and tier_draw < 0.60 then 'C'
            when tier_draw > 0.985 then 'A+'
            when tier_draw > 0.94 then 'A1'
            when tier_draw > 0.88 then 'A2'
            when tier_group = 'all' then if(tier_draw < 0.75, 'B2', 'B1')
            when tier_draw < 0.16 then 'A1'
            when tier_draw < 0.32 then 'A2'
            when tier_draw < 0.62 then 'B1'
            else 'B2'
        end as tier,
        case
            when mode_draw < 0.48 then 'cati'
            when mode_draw < 0.68 then 'face'
            when mode_draw < 0.90 then 'web'
            else 'sms'
        end as mode
    from placed
)

select
    *,
    cast(
        row_number() over (
            partition by wave, role, competitor, tier order by place
        ) - 1 as integer
    ) as tier_place
from sorted;

create table interview as
select
    drawn.* exclude (tier_draw, mode_draw, tier_place, apart, complete, invited),
    own.customer_id,
    own.branch_id,
    -- Who leaves within the year speaks worse before.
    coalesce(own.end_month between drawn.m and drawn.m + 10, false) as is_leaving,
    cast(
        row_number() over (order by drawn.wave, draw('response', drawn.ik), drawn.ik)
        as integer
    ) as response_no,
    0.12 * spread('survey city', left(own.branch_id, 3)) as city_effect,
    drawn.first_day + pick('invited', drawn.ik, drawn.days) as invited_on,
    drawn.mode = 'web' as is_web
from interview_drawn as drawn
inner join askable_counts as counted
    on drawn.wave = counted.wave
    and drawn.tier = counted.tier
inner join askable as own
    on drawn.wave = own.wave
    and drawn.tier = own.tier
    and own.place = (
        drawn.tier_place
        + cast(floor(drawn.apart * counted.customer_count) as integer)
        + if(drawn.competitor is null, 0, 7)
    ) % counted.customer_count;

-- What an interview thinks, in points of the scale from 1 to 10: a mood of its own, and
-- on top six impressions. Two of them count more, and are weaker, than the others.
create table impression as
with moods as (
    select
        *,
        1.0 + 0.09 * satisfaction
        + city_effect
        + 0.09 * web_bias * if(is_web, 0.85, -0.25)
        - if(is_leaving, 1.6, 0.0) as level_satisfied,
        0.09 * (loyalty - satisfaction) as more_loyal,
        0.50 * spread('mood', ik) as mood,
        0.75 * spread('product', ik) as e_product,
        0.75 * spread('communication', ik) as e_communication,
        0.75 * spread('manager', ik) as e_manager,
        0.75 * spread('channel', ik) as e_channel,
        0.75 * spread('relationship', ik) as e_relationship,
        0.75 * spread('network', ik) as e_network
    from interview
    where status in ('complete', 'partial')
)

select
    *,
    level_satisfied
    + 1.1 * mood
    + 0.40 * e_product
    + 0.36 * e_communication
    + 0.10 * e_manager
    + 0.09 * e_channel
    + 0.07 * e_relationship
    + 0.10 * e_network
    + 0.45 * spread('verdict', ik) as verdict
from moods;

create table item_scores_drawn as
with asked as (
    select
        own.*,
        items.item_code,
        items.construct,
        case
            when items.item_code = 'overall' then verdict + 0.17
            when items.item_code = 'expectation'
                then verdict + 0.02 + 0.5 * spread('expectation', ik)
            when items.item_code = 'ideal'
                then verdict - 0.08 + 0.5 * spread('ideal', ik)
            when items.construct = 'loyalty'
                then level_satisfied
                    + more_loyal
                    + 0.02
                    + 0.7 * (verdict - level_satisfied)
                    + 0.6 * spread(items.item_code, ik)
            when items.item_code = 'recommend_0_10'
                then level_satisfied
                    + more_loyal
                    + 0.7 * (verdict - level_satisfied)
                    + 1.1 * spread(items.item_code, ik)
            when items.construct in ('emotional', 'rational')
                then level_satisfied + mood - 0.1 + 0.8 * spread(items.item_code, ik)
            else level_satisfied
                + mood
                + case items.indicator
                    when 'product' then e_product - 0.50
                    when 'communication' then e_communication - 0.60
                    when 'manager' then e_manager + 0.35
                    when 'channel' then e_channel + 0.10
                    when 'relationship' then e_relationship + 0.15
                    else e_network + 0.30
                end
                + 0.12 * spread('item', items.item_code)
                + 0.55 * spread(items.item_code, ik)
        end as wanted_score
    from impression as own
    inner join survey_items as items
        on items.item_code not in ('approached', 'switch_intent')
    where draw('answered/' || items.item_code, ik)
        >= case
            when own.status = 'partial' then 0.62
            when items.item_code = 'overall' then 0.0
            when items.item_code in ('expectation', 'ideal', 'renew') then 0.012
            when items.item_code in ('channel_hall', 'channel_web') then 0.10
            else 0.03
        end
)

select
    wave,
    panel,
    ik,
    status,
    is_web,
    item_code,
    construct,
    cast(
        least(
            10,
            greatest(if(item_code = 'recommend_0_10', 0, 1), round(wanted_score))
        ) as integer
    ) as score
from asked;

-- Where rounding leaves the mean index of a panel beside its plan, some interviews give
-- one point more, or one less, to the first item of the construct.
create table construct_gap as
with weighed as (
    select
        scores.*,
        cast(round(10000 * items.weight) as bigint) as weight,
        scores.item_code in ('overall', 'renew') as is_first
    from item_scores_drawn as scores
    inner join survey_items as items
        on scores.item_code = items.item_code
    where scores.status = 'complete' and scores.construct in ('overall', 'loyalty')
),

-- Indices of single interviews in millionths, so that sums of them are exact.
indexed as (
    select
        panel,
        construct,
        ik,
        is_web,
        count(*) as answered,
        max(case when is_first then score end) as first_score,
        cast(
            round(
                100000000.0 * sum(weight * (score - 1)) / (9.0 * sum(weight))
            ) as bigint
        ) as millionths
    from weighed
    group by 1, 2, 3, 4
),

panels as (
    select
        panel,
        construct,
        is_web,
        count(*) as n,
        sum(millionths) as millionths
    from indexed
    group by 1, 2, 3
),

wanted as (
    select
        panels.*,
        if(construct = 'overall', plan.satisfaction, plan.loyalty)
        + plan.web_bias
        * if(
            is_web,
            sum(if(is_web, 0, n)) over both_modes,
            -sum(if(is_web, n, 0)) over both_modes
        )
        / sum(n) over both_modes as index_wanted,
        100.0 / 9.0 * if(construct = 'overall', 0.3885, 1.0 / 3.0) as index_per_point
    from panels
    inner join interview_plan as plan
        on panels.panel = plan.panel
    window both_modes as (partition by panels.panel, construct)
),

missing as (
    select
        indexed.*,
        cast(
            round(
                (wanted.index_wanted * wanted.n - wanted.millionths / 1e6)
                / wanted.index_per_point
            ) as integer
        ) as points
    from indexed
    inner join wanted
        on indexed.panel = wanted.panel
        and indexed.construct = wanted.construct
        and indexed.is_web = wanted.is_web
    where indexed.answered = 3
)

-- Who has no room upwards, or would turn dissatisfied, is left as it is.
select
    ik,
    construct,
    points,
    row_number() over (
        partition by panel, construct, is_web
        order by draw('gap/' || construct, ik), ik
    ) as turn
from missing
where if(points > 0, first_score between 5 and 9, first_score > 7);

create table item_scores as
select
    own.ik,
    own.item_code,
    cast(own.score + coalesce(sign(gap.points), 0) as integer) as score
from item_scores_drawn as own
left join construct_gap as gap
    on own.ik = gap.ik
    and own.construct = gap.construct
    and own.item_code in ('overall', 'renew')
    and gap.turn <= abs(gap.points);

-- Tier C is asked about rivals: who has been approached, and who would change.
create table rival_answers as
with asked as (
    select
        own.*,
        waves.approached,
        waves.asked_to_switch,
        waves.would_switch,
        row_number() over (
            partition by own.wave, own.status
            order by draw('approached', own.ik), own.ik
        ) as turn
    from interview as own
    inner join waves using (wave)
    where own.tier = 'C' and own.role in ('decision_maker', 'contact')
        and own.competitor is null and own.status in ('complete', 'partial')
)

select
    ik,
    'approached' as item_code,
    if(turn <= approached, 'yes', 'no') as answer_code,
    null as score
from asked
where status = 'complete' or turn % 3 = 0
union all
select
    ik,
    'switch_intent',
    null,
    case
        when turn <= would_switch then 8 + pick('switch', ik, 3)
        when turn <= asked_to_switch then 1 + pick('switch', ik, 7)
        else least(9, 1 + cast(floor(9 * pow(draw('switch', ik), 2.2)) as integer))
    end
from asked
where status = 'complete' and (turn <= asked_to_switch or turn > approached)
    and (turn <= asked_to_switch or draw('switch said', ik) < 0.9);

-- Why, of those who are not satisfied: one reason, sometimes two.
create table customer_reasons as
select distinct
    own.ik,
    'reason' as item_code,
    [
        'D51', 'D53', 'D12', 'D21', 'D52', 'D54', 'D22', 'D11', 'D59', 'D29'
    ][1 + cast(floor(10 * pow(draw('why' || n, own.ik), 1.5)) as integer)]
        as answer_code,
    null as score
from item_scores as own
cross join (values (1), (2)) as numbers (n)
where own.item_code = 'overall' and own.score <= 6
    and draw('names' || n, own.ik) < if(n = 1, 0.9, 0.3);
