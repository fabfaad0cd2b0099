-- One row per mobile line and month up to as_of, with the attributes of its customer on
-- the first day of the month. Lines are numbered: their ids are protected.

with

usage as (

    select * from {{ ref('stg_member_usage') }} where kpi_month <= {{ as_of() }}

),

lines as (

    select
        member_id,
        row_number() over (order by member_id nulls last) as line_number

    from usage

    group by 1

),

members as (

    select * from {{ ref('stg_members') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        lines.line_number,
        usage.kpi_month,
        members.customer_id,
        usage.data_mb,
        {{ attributes('spans') }}

    from usage

    inner join lines
        on usage.member_id = lines.member_id

    left join members
        on usage.member_id = members.member_id

    left join spans
        on {{ on_day('members.customer_id', 'usage.kpi_month') }}

)

select * from final
