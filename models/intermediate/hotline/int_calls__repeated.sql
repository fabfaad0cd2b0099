-- 重复来电: one row per answered call with caller and reason whose following days are
-- over at as_of, and whether a demand call of the same caller and reason followed
-- within them.

with

calls as (

    select * from {{ ref('int_calls__classified') }}

    where
        is_demand
        and caller is not null
        and named_reason is not null

),

followed as (

    select
        call_id,
        kpi_month,
        outcome,
        happened_at,
        happened_on,
        lead(happened_at) over (
            partition by caller, named_reason
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
