-- kpi_targets and market_universe: the two lists of the province that follow its size.

create table info_by_branch as
with attributed as (
    select
        own.branch_id,
        year(lines.bill_month) as y,
        lines.amount
    from bill_lines as lines
    inner join customer as own
        on lines.customer_id = own.customer_id
    inner join products as product
        on lines.product_id = product.product_id
    where product.is_informatisation
),

-- What a target is set against: 2025 as it stands at the time progress of 273/365.
yearly as (
    select branch_id, y, cast(sum(amount) as double) as yuan
    from attributed
    group by 1, 2
)

select
    place.branch_id,
    place.parent_id,
    place.level,
    yearly.y,
    yearly.yuan
    / case when yearly.y = 2025 then 273.0 / 365.0 else 1.0 end
    / (
        1.0
        + 0.05 * spread('target', place.branch_id)
        + 0.02 * spread('target', place.branch_id || y)
        -- Three cities have taken more upon themselves than they reach.
        - case
            when left(place.branch_id, 3) in ('C09', 'C14', 'C20') then 0.06
            else 0
        end
    ) as yuan_at_pace
from branches as place
inner join yearly
    on place.branch_id = yearly.branch_id
where place.level = 'county';

-- The province as a whole leads time progress by 2.2 points in 2025.
create table county_targets as
with paces as (
    select
        year(lines.bill_month) as y,
        sum(lines.amount) as yuan,
        case y when 2023 then 1.012 when 2024 then 1.018 else 0.7699 end as completion
    from bill_lines as lines
    inner join products as product
        on lines.product_id = product.product_id
    where product.is_informatisation
    group by 1
),

golden as (
    select cast(y as bigint) as y, cast(target as bigint) as target
    from (values (2023, 3300000), (2024, 3600000), (2025, 3750000)) as t (y, target)
),

free as (
    select y, sum(cast(yuan_at_pace as decimal(18, 2))) as at_pace
    from info_by_branch
    where branch_id != 'C01-1'
    group by 1
)

select
    county.branch_id,
    county.y,
    cast(
        case
            when county.branch_id = 'C01-1' then golden.target
            else 1000 * round(
                county.yuan_at_pace / 1000.0
                * (cast(paces.yuan as double) / paces.completion - golden.target)
                / cast(free.at_pace as double)
            )
        end as bigint
    ) as base_target
from info_by_branch as county
inner join paces on county.y = paces.y
inner join golden on county.y = golden.y
inner join free on county.y = free.y;

create table info_targets as
select ancestors.branch_id, county.y, sum(county.base_target) as base_target
from county_targets as county
cross join lateral (
    select county.branch_id
    union all
    select left(county.branch_id, 3)
    union all
    select 'P'
) as ancestors
group by 1, 2;

create table kpi_targets as
select
    branch_id,
    cast(y as varchar) as period,
    'info_revenue' as kpi,
    45 as weight,
    cast(base_target * 0.85 as decimal(18, 2)) as floor,
    cast(base_target as decimal(18, 2)) as base_target,
    cast(base_target * 1.06 as decimal(18, 2)) as challenge_target,
    cast(null as double) as month_weight
from info_targets
union all
select
    info_targets.branch_id,
    cast(y as varchar),
    shares.kpi,
    shares.weight,
    shares.floor,
    shares.base_target,
    shares.challenge_target,
    null
from info_targets
cross join (
    values
    ('target_market_retention', 35, 0.94, 0.959, 0.975),
    ('nrr', 20, 0.95, 1.02, 1.05)
) as shares (kpi, weight, floor, base_target, challenge_target);

create table market_universe as
select
    own.branch_id,
    own.industry,
    cast(counted.counted_on as date) as counted_on,
    cast(
        ceil(
            count(*)
            * counted.share
            * (1.3 + 1.2 * draw('universe', own.branch_id || own.industry))
        ) as bigint
    ) as units
from customer as own
cross join (
    values ('2022-12-31', 0.95), ('2024-12-31', 1.0)
) as counted (counted_on, share)
where own.level = 'county'
group by own.branch_id, own.industry, counted.counted_on, counted.share;
