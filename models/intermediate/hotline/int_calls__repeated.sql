-- 重复来电: one row per answered call with caller and reason whose following days are
-- over at as_of, and whether a demand call of the same caller and reason followed
-- within them.

with

calls as (

    select
        hotline.call_id,
        hotline.kpi_month,
        hotline.outcome,
        hotline.happened_at,
        hotline.happened_on,
        delivered.caller,
        delivered.reason

    from {{ ref('fct_hotline') }} as hotline

    inner join {{ ref('stg_calls') }} as delivered
        on hotline.call_id = delivered.call_id

    where
        hotline.is_demand
        and delivered.caller is not null
        and delivered.reason is not null

),

followed as (

    select
        call_id,
        kpi_month,
        outcome,
        happened_at,
        happened_on,
        lead(happened_at) over (
            partition by caller, reason
            order by happened_at nulls last, call_id nulls last
        ) as next_happened_at

    from calls

),

final as (

    select
        call_id,
        kpi_month,
        coalesce(
            next_happened_at <= happened_at + interval '{{ var("repeat_days") }}' day,
            false
        ) as is_repeated

    from followed

    where
        outcome = 'answered'
        and {{ add_days('happened_on', var('repeat_days')) }} <= {{ as_of() }}

)

select * from final
