-- 竞争事件: one row per observed move of a competitor.

with

source as (

    select * from {{ source('raw', 'competitor_events') }}

),

final as (

    select
        cast(event_id as string) as event_id,
        cast(customer_id as string) as customer_id,
        cast(observed_on as date) as observed_on,
        cast(competitor as string) as competitor,
        cast(move as string) as move,
        cast(outcome as string) as outcome

    from source

)

select * from final
