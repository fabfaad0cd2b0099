-- 账务总数: what the operator's books say, by city and for the province. They agree with
-- the rows to the cent, but for two planted gaps.

create table book_figures as
with billed as (
    select
        lines.bill_month as month,
        own.branch_id,
        sum(lines.amount) as all_yuan,
        coalesce(sum(lines.amount) filter (where product.is_informatisation), 0)
            as info_yuan
    from bill_lines as lines
    inner join customer as own
        on lines.customer_id = own.customer_id
    left join products as product
        on lines.product_id = product.product_id
    group by 1, 2
),

complained as (
    select
        cast(date_trunc('month', own.opened_at) as date) as month,
        coalesce(own.branch_id, halls.branch_id, holder.branch_id) as branch_id,
        count(*) as complaints
    from ticket_rows as own
    left join halls
        on own.hall_id = halls.hall_id
    left join customer as holder
        on own.customer_id = holder.customer_id
    where own.class = 'complaint'
    group by 1, 2
)

select month, branch_id, 'enterprise_revenue' as measure, all_yuan as figure
from billed
union all
select month, branch_id, 'info_revenue', info_yuan
from billed
union all
select month, branch_id, 'complaints', complaints
from complained
union all
-- Planted: a posting of one city that no bill line stands behind, and complaints that
-- were counted in the books of another before they reached the tickets.
select date '2025-03-01', 'C13', 'enterprise_revenue', 12480.00
union all
select date '2025-08-01', 'C16', 'complaints', 12;

create table control_total_rows as
with summed as (
    select
        figures.month,
        place.branch_id,
        figures.measure,
        cast(sum(figures.figure) as decimal(18, 2)) as figure
    from book_figures as figures
    inner join branches as place
        on place.branch_id = 'P'
        or (
            place.level = 'city' and left(figures.branch_id, 3) = place.branch_id
        )
    group by 1, 2, 3
),

-- The whole company earns about three times as much as its enterprise customers pay.
company as (
    select
        month,
        branch_id,
        cast(
            round(
                figure
                / (
                    0.30
                    + 0.08 * draw('company share', branch_id)
                    + 0.004 * draw('company month', branch_id || month)
                    + 0.0008 * datediff('month', date '2023-01-01', month)
                ),
                2
            ) as decimal(18, 2)
        ) as figure
    from summed
    where measure = 'enterprise_revenue' and branch_id != 'P'
),

-- A call that names no city is in the books of no branch.
answered as (
    select
        cast(date_trunc('month', coalesce(queued_at, ivr_at, ended_at)) as date)
            as month,
        count(*) as calls
    from call_rows
    where outcome = 'answered' and city_branch_id is not null
    group by 1
)

select month, branch_id, measure, figure as value, '集客账务系统' as origin
from summed
where measure != 'complaints'
union all
select month, branch_id, measure, figure, '投诉统计月报'
from summed
where measure = 'complaints'
union all
select month, branch_id, 'operating_revenue', figure, '财务总账'
from company
union all
select month, 'P', 'operating_revenue', sum(figure), '财务总账'
from company
group by 1
union all
select month, 'P', 'calls_answered', calls, '热线平台月报'
from answered;
