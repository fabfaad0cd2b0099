-- 集团成员: one row per month and customer with lines attached at its start or its end.
-- At the start: joined before the first day, not left before it; a day counts to its
-- end. Of these: left the network or ported out in the month, left the group in it.

with

months as (

    select * from {{ ref('int_calendar__months') }}

),

-- What happens after as_of has not happened yet.
lines as (

    select
        customer_id,
        left_how,
        {{ month_start('joined_on') }} as joined_month,
        case when left_on <= {{ as_of() }} then {{ month_start('left_on') }} end
            as left_month

    from {{ ref('stg_members') }}

    where
        joined_on <= {{ as_of() }}
        and (left_on is null or left_on >= joined_on)

),

changes as (

    select
        customer_id,
        joined_month as change_month,
        1 as joined_line,
        0 as left_line,
        0 as churned_line,
        0 as exited_line

    from lines

    union all

    select
        customer_id,
        left_month as change_month,
        0 as joined_line,
        1 as left_line,
        case
            when
                joined_month < left_month
                and left_how in ('left_network', 'ported_out')
                then 1
            else 0
        end as churned_line,
        case
            when joined_month < left_month and left_how = 'left_group' then 1
            else 0
        end as exited_line

    from lines

    where left_month is not null

),

changed as (

    select
        customer_id,
        change_month,
        sum(joined_line) as joined_lines,
        sum(left_line) as left_lines,
        sum(churned_line) as churned_lines,
        sum(exited_line) as exited_lines

    from changes

    group by 1, 2

),

running as (

    select
        *,
        sum(joined_lines - left_lines) over (
            partition by customer_id
            order by change_month nulls last
            rows between unbounded preceding and current row
        ) as lines_after,
        lead(change_month) over (
            partition by customer_id order by change_month nulls last
        ) as next_change_month

    from changed

),

by_month as (

    select
        months.kpi_month,
        running.customer_id,
        running.lines_after
        - case
            when months.kpi_month = running.change_month
                then running.joined_lines - running.left_lines
            else 0
        end as lines_at_start,
        running.lines_after as lines_at_end,
        case
            when months.kpi_month = running.change_month then running.churned_lines
            else 0
        end as churned_lines,
        case
            when months.kpi_month = running.change_month then running.exited_lines
            else 0
        end as exited_lines

    from months

    inner join running
        on
            months.kpi_month >= running.change_month
            and (
                months.kpi_month < running.next_change_month
                or running.next_change_month is null
            )

),

final as (

    select
        kpi_month,
        customer_id,
        cast(lines_at_start as bigint) as lines_at_start,
        cast(lines_at_end as bigint) as lines_at_end,
        cast(churned_lines as bigint) as churned_lines,
        cast(exited_lines as bigint) as exited_lines

    from by_month

    where
        lines_at_start > 0
        or lines_at_end > 0

)

select * from final
