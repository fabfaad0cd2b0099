-- Nobody joins or leaves between the end of a month and the start of the next.

with

lines as (

    select
        kpi_month,
        sum(lines_at_start) as lines_at_start,
        sum(lines_at_end) as lines_at_end

    from {{ ref('fct_member_months') }}

    group by 1

),

compared as (

    select
        kpi_month,
        lines_at_start,
        lag(lines_at_end) over (order by kpi_month nulls last) as lines_before

    from lines

)

select *
from compared
where lines_at_start <> lines_before
