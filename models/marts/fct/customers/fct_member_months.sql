-- 集团成员: one row per month and customer with lines attached at its start or its end,
-- with its attributes on the first day of the month.

with

members as (

    select * from {{ ref('int_members__by_month') }}

),

usage as (

    select * from {{ ref('int_members__usage') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        members.kpi_month,
        members.customer_id,
        {{ attributes('spans') }},
        members.lines_at_start,
        members.lines_at_end,
        members.churned_lines,
        members.exited_lines,
        usage.charge_yuan as usage_charge_yuan,
        usage.voice_minutes,
        usage.competitor_contacts

    from members

    left join usage
        on
            members.kpi_month = usage.kpi_month
            and members.customer_id = usage.customer_id

    left join spans
        on {{ on_day('members.customer_id', 'members.kpi_month') }}

)

select * from final
