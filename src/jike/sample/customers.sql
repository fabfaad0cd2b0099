-- 集团客户: who there is, when each came, how each left, and a photograph a month.

-- Two counties keep their size at every scale, because exact figures are promised of
-- them: C01-1 and C02-1. The others share what is left by a weight drawn once.
create table county_plan as
with weighed as (
    select
        branch_id,
        level,
        row_number() over (order by branch_id) as branch_number,
        case
            when branch_id in ('C01-1', 'C02-1') or level != 'county' then 0
            else 500 + pick('weight', branch_id, 1000)
        end as weight
    from branches
),

sized as (
    select
        *,
        case
            when branch_id = 'C01-1' then 492
            when branch_id = 'C02-1' then 334
            when level = 'province' then 24 * getvariable('scale')
            when level = 'city' then 8 * getvariable('scale')
            else (9880 * getvariable('scale') * weight) // sum(weight) over ()
        end as customer_count
    from weighed
)

select
    branch_id,
    level,
    case branch_id
        when 'C01-1' then 'golden'
        when 'C02-1' then 'second'
        else 'other'
    end as story,
    cast(customer_count as integer) as customer_count,
    cast(sum(customer_count) over (order by branch_number) - customer_count as integer)
        as customers_before
from sized;

create table industry_plan as
select
    industry,
    sum(weight) over (order by place) - weight as from_weight,
    sum(weight) over (order by place) as to_weight
from (
    values
    (1, 'GOV', 80), (2, 'MIL', 10), (3, 'LAW', 30), (4, 'TAX', 20),
    (5, 'CUS', 8), (6, 'EDU', 80), (7, 'HEA', 50), (8, 'FIN', 50),
    (9, 'INS', 25), (10, 'SEC', 12), (11, 'AGR', 35), (12, 'MFG', 170),
    (13, 'PWR', 25), (14, 'TOB', 10), (15, 'TRA', 45), (16, 'LOG', 40),
    (17, 'RET', 110), (18, 'MKT', 30), (19, 'EST', 50), (20, 'TOU', 35),
    (21, 'MED', 15), (22, 'UTI', 20), (23, 'NET', 15), (24, 'OTH', 35)
) as plan (place, industry, weight);

-- Arrival, tier, industry, month and kind of the end, before mergers are settled.
create table person as
with placed as (
    select
        branch_id,
        level,
        story,
        cast(place as integer) as place,
        cast(customers_before + place + 1 as integer) as customer_no,
        cast(customers_before + place + 1 as varchar) as k
    from county_plan
    cross join lateral (select unnest(range(customer_count)) as place) as places
),

arrived as (
    select
        *,
        case
            when story = 'golden' and place between 423 and 475
                then 25 + pick('join', k, 8)
            when story = 'second' and place between 300 and 321
                then 25 + pick('join', k, 8)
            when
                (story = 'golden' and place > 475)
                or (story = 'second' and place > 321)
                then 0
            when story != 'other' and draw('old', k) < 0.87 then 0
            when story != 'other' then 1 + pick('join', k, 23)
            when draw('old', k) < 0.82 then 0
            else 1 + pick('join', k, 33)
        end as join_month,
        draw('tier', k) as tier_draw
    from placed
),

graded as (
    select
        arrived.*,
        case
            -- 473 active at the end: 142 of tiers A and B, 331 of tier C.
            when story = 'golden' and place <= 475 and place not in (420, 421, 422)
                then case
                    when place % 10 < 3 then case
                        when place % 10 = 0 and place % 40 = 0 then 'A1'
                        when place % 10 = 0 and place % 40 = 20 then 'A2'
                        when place % 20 < 10 then 'B1'
                        else 'B2'
                    end
                    when place = 475 then 'B2'
                    else 'C'
                end
            when level = 'province' then case
                when tier_draw < 0.30 then 'A+'
                when tier_draw < 0.75 then 'A1'
                else 'A2'
            end
            when level = 'city' then case
                when tier_draw < 0.06 then 'A+' when tier_draw < 0.36 then 'A1'
                when tier_draw < 0.62 then 'A2' when tier_draw < 0.82 then 'B1'
                else 'B2'
            end
            when tier_draw < 0.002 then 'A+'
            when tier_draw < 0.038 then 'A1'
            when tier_draw < 0.085 then 'A2'
            when tier_draw < 0.185 then 'B1'
            when tier_draw < 0.330 then 'B2'
            else 'C'
        end as tier,
        case
            -- Twelve schools of the golden county; every other customer there is none.
            when story = 'golden' and place < 12 then 'EDU'
            when story = 'golden' and drawn.industry = 'EDU' then 'OTH'
            else drawn.industry
        end as industry
    from arrived
    inner join industry_plan as drawn
        on pick('industry', k, 1000) >= drawn.from_weight
        and pick('industry', k, 1000) < drawn.to_weight
),

targeted as (
    select
        *,
        case
            when story = 'golden'
                then place not between 423 and 475 or draw('target', k) < 0.6
            when story = 'second'
                then place < 200 or (place > 299 and draw('target', k) < 0.5)
            when tier in ('A+', 'A1', 'A2') then draw('target', k) < 0.96
            when tier in ('B1', 'B2') then draw('target', k) < 0.88
            else draw('target', k) < 0.54
        end as is_target_market
    from graded
),

-- Outside the two counties the end comes with a chance a month: less for the target
-- market and the higher tiers, more in some cities.
staying as (
    select
        *,
        greatest(join_month + 3, 2) + cast(
            floor(
                draw('end', k)
                / (
                    case when is_target_market then 0.00185 else 0.0047 end
                    * (0.6 + 0.8 * draw('city ends', left(branch_id, 3)))
                    * case when tier = 'C' then 1.1 else 0.8 end
                )
            ) as integer
        ) as chance_month,
        industry = 'FIN' and join_month < 27 and draw('rival', k) < 0.09 as is_raided
    from targeted
),

ended as (
    select
        *,
        case
            when story = 'golden' then case
                when place = 420 then 28
                when place = 421 then 31
                when place = 422 then 33
                when place > 475 then 3 + pick('end', k, 20)
            end
            when story = 'second' then case
                when place < 4 then 26 + 2 * place
                when place between 200 and 216 then 25 + pick('end', k, 6)
                when place > 321 then 3 + pick('end', k, 20)
            end
            when chance_month <= 33 then chance_month
            -- Planted: a rival takes customers of one industry in the summer of 2025.
            when is_raided then 30 + pick('rival month', k, 3)
        end as end_month
    from staying
)

select
    *,
    case
        when end_month is null then null
        when story = 'golden' then case
            when place in (420, 422) then 'lost_to_competitor'
            when place = 421 then 'business_closed'
            when draw('kind', k) < 0.5 then 'lost_to_competitor'
            else 'dissolved'
        end
        when story = 'other' and is_raided and end_month between 30 and 32
            then 'lost_to_competitor'
        when story = 'second' and place > 321 then 'business_closed'
        -- A customer that only stops being billed shows after three months.
        when story = 'second' then case
            when draw('kind', k) < 0.45 then 'lost_to_competitor'
            when draw('kind', k) < 0.65 then 'business_closed'
            when draw('kind', k) < 0.80 then 'terminated'
            when end_month <= 30 then 'silent'
            else 'terminated'
        end
        when draw('kind', k) < 0.32 then 'lost_to_competitor'
        when draw('kind', k) < 0.48 then 'business_closed'
        when draw('kind', k) < 0.56 then 'dissolved'
        when draw('kind', k) < 0.68 then 'merged'
        when draw('kind', k) < 0.73 then 'other'
        when draw('kind', k) < 0.83 then 'terminated'
        else 'silent'
    end as end_kind
from ended;

-- Some chains of mergers, so that a successor has a successor.
create table settled as
with chained as (
    select
        * replace (
            case
                when
                    story = 'other' and level = 'county' and join_month = 0
                    and customer_no % 997 in (5, 6)
                    then 20 + 7 * (customer_no % 997 - 5)
                else end_month
            end as end_month,
            case
                when
                    story = 'other' and level = 'county' and join_month = 0
                    and customer_no % 997 in (5, 6)
                    then 'merged'
                else end_kind
            end as end_kind
        )
    from person
)

-- A customer merges into the next of its branch, if that one is there and stays longer.
select
    own.* exclude (end_kind, is_raided, tier_draw),
    case
        when own.end_kind = 'merged' and heir.customer_no is null then 'dissolved'
        else own.end_kind
    end as end_kind,
    case when own.end_kind = 'merged' then heir.customer_no end as successor_no,
    day_in(own.end_month, 2 + pick('end day', own.k, 25)) as ended_on
from chained as own
left join chained as heir
    on own.customer_no + 1 = heir.customer_no
    and own.branch_id = heir.branch_id
    and heir.join_month < own.end_month
    and coalesce(heir.end_month, 99) > own.end_month;

create table customer as
select
    *,
    printf('E%05d', customer_no) as customer_id,
    -- Who only stops being billed is taken off the list half a year later.
    case end_kind
        when 'terminated' then null
        when 'silent' then ended_on + 160 + pick('struck off', k, 40)
        else ended_on
    end as closed_on,
    case when end_kind = 'silent' then 'other' else end_kind end as closed_reason,
    case
        when
            end_kind = 'lost_to_competitor'
            and industry = 'FIN'
            and end_month between 30 and 32
            then '对手乙'
        when end_kind in ('lost_to_competitor', 'terminated')
            then ['对手甲', '对手甲', '对手乙', '对手丙'][1 + pick('rival name', k, 4)]
    end as competitor,
    case
        when join_month = 0
            then date '2022-12-28'
                - cast(floor(6000 * pow(draw('joined', k), 1.4)) as integer)
        else day_in(join_month, 1 + pick('joined', k, 20))
    end as joined_on,
    -- Bills that pause for some months and come back (outside the promised counties).
    case
        when
            story = 'other'
            and end_month is null
            and join_month = 0
            and draw('pause', k) < 0.012
            then 2 + pick('pause month', k, 25)
    end as pause_month,
    4 + pick('pause length', k, 3) as pause_length,
    case
        when end_month is null and draw('suspend', k) < 0.03
            then greatest(join_month + 2, 2) + pick('suspend month', k, 30)
    end as suspend_month,
    case
        when draw('tier move', k) < 0.07
            then [13, 25, 13, 25, 7, 19, 31][1 + pick('tier month', k, 7)]
    end as tier_month,
    case tier
        when 'A+' then 'A1' when 'A1' then 'A2' when 'A2' then 'B1'
        when 'B1' then 'B2' when 'B2' then 'C' else 'B2'
    end as tier_before,
    case
        when story = 'other' and draw('target move', k) < 0.02
            then [13, 25][1 + pick('target month', k, 2)]
    end as target_month,
    case
        when draw('size known', k) < 0.08 then null
        else cast(
            greatest(
                1,
                case tier
                    when 'A+' then 1800 when 'A1' then 700 when 'A2' then 350
                    when 'B1' then 140 when 'B2' then 70 else 16
                end * exp(0.8 * spread('size', k))
            ) as integer
        )
    end as employees,
    ['key', 'park', 'street', 'chain', null][1 + pick('segment', k, 5)] as segment,
    case
        when tier in ('A+', 'A1', 'A2') then 1 + pick('manager', k, 3)
        when tier in ('B1', 'B2')
            then case when draw('managed', k) < 0.96 then 4 + pick('manager', k, 3) end
        when draw('managed', k) < 0.6 then 7 + pick('manager', k, 4)
    end as manager_place
from settled;

create table photographs as
select
    months.last_day as snapshot_on,
    own.customer_id,
    place.name_zh
    || substr('宏远华瑞天金鑫恒润博', 1 + pick('name 1', own.k, 10), 1)
    || substr('泰达兴源成盛丰信和康', 1 + pick('name 2', own.k, 10), 1)
    || case own.industry
        when 'GOV' then '管理局' when 'MIL' then '部队' when 'LAW' then '派出所'
        when 'TAX' then '工商所' when 'CUS' then '海关' when 'EDU' then '学校'
        when 'HEA' then '医院' when 'FIN' then '银行' when 'INS' then '保险公司'
        when 'SEC' then '证券营业部' when 'AGR' then '农业合作社'
        when 'MFG' then '制造有限公司'
        when 'PWR' then '供电所' when 'TOB' then '烟草公司' when 'TRA' then '运输公司'
        when 'LOG' then '物流公司' when 'RET' then '商贸有限公司'
        when 'MKT' then '专业市场'
        when 'EST' then '物业公司' when 'TOU' then '酒店' when 'MED' then '传媒公司'
        when 'UTI' then '公用事业公司' when 'NET' then '网吧' else '有限公司'
    end as customer_name,
    case when months.m < own.tier_month then own.tier_before else own.tier end as tier,
    own.industry,
    own.segment,
    own.branch_id,
    case
        when own.closed_on <= months.last_day then 'closed'
        when months.m between own.suspend_month and own.suspend_month + 1
            then 'suspended'
        else 'active'
    end as status,
    case
        when months.m < own.target_month then not own.is_target_market
        else own.is_target_market
    end as is_target_market,
    own.employees,
    case
        when own.manager_place is not null
            then 'M'
                || case own.branch_id
                    when 'P' then '00'
                    else substr(own.branch_id, 2, 2)
                end
                || printf('%02d', own.manager_place)
    end as account_manager_id,
    own.joined_on,
    case when own.closed_on <= months.last_day then own.closed_on end as closed_on,
    case when own.closed_on <= months.last_day then own.closed_reason end
        as closed_reason,
    case
        when own.end_kind = 'merged' and own.closed_on <= months.last_day
            then printf('E%05d', own.successor_no)
    end as successor_id,
    case
        when own.end_kind = 'lost_to_competitor' and own.closed_on <= months.last_day
            then own.competitor
    end as competitor
from customer as own
inner join branches as place
    on own.branch_id = place.branch_id
inner join months
    on months.m >= own.join_month;
