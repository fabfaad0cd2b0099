-- 目标: one row per branch, period and KPI; total has those of the root branch.

with

source as (

    select * from {{ ref('int_targets__by_branch') }}

),

final as (

    select
        branch_id,
        period,
        kpi,
        weight,
        floor_value,
        base_target,
        challenge_target,
        month_weight

    from source

)

select * from final
