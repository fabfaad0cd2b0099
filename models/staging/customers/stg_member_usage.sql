-- 集团成员用量: one row per member and month.

with

source as (

    select * from {{ source('raw', 'member_usage') }}

),

final as (

    select
        cast(member_id as string) as member_id,
        cast(month as date) as kpi_month,
        cast(voice_minutes as decimal(18, 6)) as voice_minutes,
        cast(data_mb as decimal(18, 6)) as data_mb,
        cast(charge as decimal(18, 2)) as charge_yuan,
        cast(competitor_contacts as bigint) as competitor_contacts

    from source

)

select * from final
