-- 得分: one row per period, branch and KPI with a target: the figure, the limits as far
-- as the year has gone, and the score from 0 to 100, null without a figure.

with

applied as (

    select * from {{ ref('int_targets__applied') }}

),

kpis as (

    select * from {{ ref('kpis') }}

),

figures as (

    select
        kpi,
        period,
        branch_id,
        kpi_value

    from {{ ref('int_kpis__additive') }}

    union all

    select
        kpi,
        period,
        branch_id,
        kpi_value

    from {{ ref('int_kpis__composed') }}

),

joined as (

    select
        applied.*,
        kpis.progress,
        kpis.goal,
        kpis.window as kpi_window,
        figures.kpi_value as actual,
        -- Lower is better: the comparisons turned.
        case when kpis.direction = 'down' then -1.0 else 1.0 end as sign

    from applied

    inner join kpis
        on applied.kpi = kpis.kpi

    left join figures
        on
            applied.kpi = figures.kpi
            and applied.measured_period = figures.period
            and applied.branch_id = figures.branch_id

),

-- How a limit of the year moves with the year.
limited as (

    select
        period,
        branch_id,
        kpi,
        measured_period,
        goal,
        kpi_window,
        weight,
        actual,
        {% for limit in ['floor_value', 'base_target', 'challenge_target'] -%}
        case
            when is_of_year and progress = 'sum' then {{ limit }} * time_progress
            when is_of_year and progress = 'cohort'
                then 1 - (1 - {{ limit }}) * time_progress
            else {{ limit }}
        end as {{ limit }},
        {% endfor -%}
        sign

    from joined

),

turned as (

    select
        *,
        sign * actual as a,
        sign * floor_value as f,
        sign * base_target as b,
        sign * challenge_target as c

    from limited

),

final as (

    select
        period,
        branch_id,
        kpi,
        measured_period,
        goal,
        kpi_window,
        weight,
        actual,
        floor_value,
        base_target,
        challenge_target,
        cast(case
            when a is null or b is null then null
            when a >= c then 100
            when a >= b and c is null then 80
            when a >= b then 80 + 20 * {{ ratio('(a - b)', '(c - b)') }}
            when a >= f and f < b then 80 * {{ ratio('(a - f)', '(b - f)') }}
            else 0
        end as double) as score

    from turned

)

select * from final
