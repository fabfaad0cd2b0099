-- 计分卡: one row per period, branch and KPI with a target, the rows behind the total.

with

scored as (

    select * from {{ ref('int_scores__scored') }}

),

kpis as (

    select * from {{ ref('kpis') }}

),

final as (

    select
        scored.period,
        scored.branch_id,
        scored.kpi,
        scored.measured_period,
        kpis.goal,
        kpis.window as kpi_window,
        scored.weight,
        scored.actual,
        scored.floor_value,
        scored.base_target,
        scored.challenge_target,
        scored.score

    from scored

    inner join kpis
        on scored.kpi = kpis.kpi

)

select * from final
