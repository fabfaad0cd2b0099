-- 营业厅业务: one row per transaction in a business hall.

with

source as (

    select * from {{ source('raw', 'hall_transactions') }}

),

final as (

    select
        cast(transaction_id as string) as transaction_id,
        cast(hall_id as string) as hall_id,
        cast(source.at as timestamp) as happened_at,
        cast(service as string) as service,
        cast(self_service as boolean) as is_self_service,
        cast(minutes as decimal(18, 6)) as handling_minutes

    from source

)

select * from final
