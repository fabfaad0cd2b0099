-- 叫号: one row per queue ticket of a business hall.

with

source as (

    select * from {{ source('raw', 'hall_queue') }}

),

final as (

    select
        cast(queue_id as string) as queue_id,
        cast(hall_id as string) as hall_id,
        cast(brand as string) as brand,
        cast(taken_at as timestamp) as taken_at,
        cast(called_at as timestamp) as called_at,
        cast(started_at as timestamp) as started_at,
        cast(ended_at as timestamp) as ended_at,
        cast(service as string) as service,
        cast(lane as string) as lane,
        cast(counter as string) as counter

    from source

)

select * from final
