-- 目标: the delivered targets, and the member `total` with those of the root branch.
-- With several roots the total has no targets of its own.

with

targets as (

    select * from {{ ref('kpi_targets') }}

),

roots as (

    select min(branch_id) as root_id

    from {{ ref('dim_branches') }}

    where parent_id is null

    having count(*) = 1

),

all_targets as (

    select
        branch_id,
        period,
        kpi,
        weight,
        floor as floor_value,
        base_target,
        challenge_target,
        month_weight

    from targets

    union all

    select
        'total' as branch_id,
        targets.period,
        targets.kpi,
        targets.weight,
        targets.floor as floor_value,
        targets.base_target,
        targets.challenge_target,
        targets.month_weight

    from targets

    inner join roots
        on targets.branch_id = roots.root_id

),

final as (

    select
        branch_id,
        period,
        kpi,
        cast(weight as double) as weight,
        cast(floor_value as double) as floor_value,
        cast(base_target as double) as base_target,
        cast(challenge_target as double) as challenge_target,
        cast(month_weight as double) as month_weight

    from all_targets

)

select * from final
