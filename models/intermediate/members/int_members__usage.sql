-- 成员用量: one row per month and customer with the usage of its lines up to as_of.

with

usage as (

    select * from {{ ref('stg_member_usage') }} where kpi_month <= {{ as_of() }}

),

lines as (

    select * from {{ ref('stg_members') }}

),

final as (

    select
        usage.kpi_month,
        lines.customer_id,
        cast(sum(usage.voice_minutes) as decimal(28, 6)) as voice_minutes,
        cast(sum(usage.charge_yuan) as decimal(18, 2)) as charge_yuan,
        cast(sum(usage.competitor_contacts) as bigint) as competitor_contacts

    from usage

    inner join lines
        on usage.member_id = lines.member_id

    group by 1, 2

)

select * from final
