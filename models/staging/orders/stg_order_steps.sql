-- 开通环节: one row per order and provisioning step.

with

source as (

    select * from {{ source('raw', 'order_steps') }}

),

final as (

    select
        cast(order_id as string) as order_id,
        cast(step as string) as step,
        cast(unit as string) as unit,
        cast(started_at as timestamp) as started_at,
        cast(finished_at as timestamp) as finished_at

    from source

)

select * from final
