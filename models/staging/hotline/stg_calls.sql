-- 来电: one row per call of the enterprise hotline.

with

source as (

    select * from {{ source('raw', 'calls') }}

),

final as (

    select
        cast(call_id as string) as call_id,
        cast(caller as string) as caller,
        cast(customer_id as string) as customer_id,
        cast(city_branch_id as string) as city_branch_id,
        cast(centre_id as string) as centre_id,
        cast(access_number as string) as access_number,
        cast(lane as string) as lane,
        cast(ivr_at as timestamp) as ivr_at,
        cast(queued_at as timestamp) as queued_at,
        cast(answered_at as timestamp) as answered_at,
        cast(ended_at as timestamp) as ended_at,
        cast(outcome as string) as outcome,
        cast(agent_id as string) as agent_id,
        cast(reason as string) as reason,
        cast(is_resolved as boolean) as is_resolved,
        cast(free_cuts as string) as free_cuts,
        cast(protected_cuts as string) as protected_cuts

    from source

)

select * from final
