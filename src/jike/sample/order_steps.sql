-- 开通环节: the steps of new orders, and of changes to dedicated lines. They share the
-- time from the order to its final status; lines that must be built take all eight.

create table step_plan as
select * from (
    values
    (1, 'intake', 0.06, 0.16), (2, 'survey', 0.14, null),
    (3, 'resource_check', 0.12, 0.20), (4, 'ip_allocation', 0.06, null),
    (5, 'build', 0.34, null), (6, 'switch_data', 0.08, 0.30),
    (7, 'test', 0.10, 0.20), (8, 'handover', 0.10, 0.14)
) as steps (place, step, built_share, other_share);

create table order_step_rows as
with provisioned as (
    select
        own.order_id,
        own.status,
        own.ordered_at,
        epoch(facts.final_at - own.ordered_at) as seconds,
        coalesce(product.is_dedicated_line, false) as is_built,
        left(holder.branch_id, 3) as city_id,
        -- What fails does so where the line cannot be had, or cannot be built.
        case
            when own.status != 'failed' then 8
            when coalesce(product.is_dedicated_line, false)
                and draw('step failed', own.order_id) < 0.5 then 5
            else 3
        end as last_place
    from order_rows as own
    inner join order_facts as facts
        on own.order_id = facts.order_id
    inner join customer as holder
        on own.customer_id = holder.customer_id
    left join products as product
        on own.product_id = product.product_id
    where own.status in ('completed', 'failed', 'open')
        and (
            own.order_type = 'new'
            or (own.order_id like '%C' and product.is_dedicated_line)
        )
),

shared as (
    select
        own.*,
        steps.place,
        steps.step,
        -- In millionths, so that sums of them are exact.
        cast(
            round(
                1000000.0
                * if(own.is_built, steps.built_share, steps.other_share)
                * exp(0.4 * spread('step', own.order_id || steps.step))
            ) as bigint
        ) as weight
    from provisioned as own
    inner join step_plan as steps
        on steps.place <= own.last_place
        and (own.is_built or steps.other_share is not null)
),

placed as (
    select
        *,
        sum(weight) over so_far / sum(weight) over (partition by order_id)
            as done_share,
        (sum(weight) over so_far - weight) / sum(weight) over (partition by order_id)
            as begun_share
    from shared
    window so_far as (
        partition by order_id order by place rows unbounded preceding
    )
),

timed as (
    select
        *,
        ordered_at + to_seconds(cast(round(seconds * begun_share) as bigint))
            as started_at,
        ordered_at + to_seconds(cast(round(seconds * done_share) as bigint))
            as ended_at
    from placed
)

select
    order_id,
    step,
    city_id
    || case step
        when 'intake' then '-集客受理组'
        when 'survey' then '-勘察组'
        when 'resource_check' then '-资源中心'
        when 'ip_allocation' then '-资源中心'
        when 'build' then '-施工队' || (1 + pick('crew', order_id, 3))
        when 'switch_data' then '-网管中心'
        when 'test' then '-网管中心'
        else '-集客交付组'
    end as unit,
    cast(started_at as timestamp) as started_at,
    cast(
        case when status != 'failed' or place < last_place then so_far(ended_at) end
        as timestamp
    ) as finished_at
from timed
where started_at < timestamp '2025-10-01';
