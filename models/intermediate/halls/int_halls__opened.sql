-- 营业天数: one row per month and hall of the list or of the queue: its days up to
-- as_of, on how many of them it was closed (also: not opened yet), and on how many
-- somebody took a queue ticket. Nothing without the queue.

with

months as (

    select * from {{ ref('int_calendar__months') }}

),

delivered as (

    select is_delivered as has_queue

    from {{ ref('stg_entities') }}

    where entity = 'hall_queue'

),

listed as (

    select * from {{ ref('halls') }}

),

visits as (

    select
        {{ month_start('taken_at') }} as kpi_month,
        hall_id,
        cast(taken_at as date) as taken_on

    from {{ ref('stg_hall_queue') }}

    where cast(taken_at as date) <= {{ as_of() }}

    group by 1, 2, 3

),

visited as (

    select
        kpi_month,
        hall_id,
        count(*) as visit_days

    from visits

    group by 1, 2

),

named as (

    select hall_id from listed

    union

    select hall_id from visited

),

halls as (

    select
        named.hall_id,
        listed.branch_id,
        listed.ownership,
        coalesce(listed.opened_on, cast('0001-01-01' as date)) as opened_on,
        case
            when listed.closed_from is not null then listed.closed_from
            when listed.closed_to is not null then cast('0001-01-01' as date)
            else cast('9999-12-31' as date)
        end as closed_from,
        coalesce(listed.closed_to, cast('9999-12-31' as date)) as closed_to

    from named

    left join listed
        on named.hall_id = listed.hall_id

),

spans as (

    select
        months.kpi_month,
        halls.hall_id,
        halls.branch_id,
        halls.ownership,
        {{ days_between('months.kpi_month', add_days('months.stock_on', 1)) }}
            as days,
        {{ days_between(
            'months.kpi_month',
            'least(halls.opened_on, ' ~ add_days('months.stock_on', 1) ~ ')'
        ) }}
            as days_before_opening,
        {{ days_between(
            'greatest(halls.closed_from, months.kpi_month)',
            add_days('least(halls.closed_to, months.stock_on)', 1)
        ) }}
            as days_of_closure

    from months

    cross join halls

    cross join delivered

    where delivered.has_queue

),

final as (

    select
        spans.kpi_month,
        spans.hall_id as hall,
        coalesce(spans.branch_id, 'unknown') as branch_id,
        coalesce(spans.ownership, 'unknown') as ownership,
        cast(spans.days as bigint) as calendar_days,
        cast(
            least(
                greatest(spans.days_before_opening, 0)
                + greatest(spans.days_of_closure, 0),
                spans.days
            ) as bigint
        ) as closed_days,
        cast(coalesce(visited.visit_days, 0) as bigint) as visit_days

    from spans

    left join visited
        on
            spans.kpi_month = visited.kpi_month
            and spans.hall_id = visited.hall_id

)

select * from final
