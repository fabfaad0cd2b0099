-- One row per part, period and branch with its descendants (`total`: everything).

with

parts as (

    select * from {{ ref('dim_parts') }}

),

measured as (

    select * from {{ ref('dim_part_periods') }} where is_measured

),

amounts as (

    select * from {{ ref('int_measures__by_branch') }}

),

descendants as (

    select * from {{ ref('dim_branch_descendants') }}

),

period_months as (

    select * from {{ ref('dim_period_months') }}

),

rolled_up as (

    select
        amounts.family,
        amounts.measure,
        amounts.kpi_month,
        amounts.wave,
        amounts.period,
        descendants.branch_id,
        sum(amounts.amount) as amount

    from amounts

    inner join descendants
        on amounts.branch_id = descendants.descendant_id

    group by 1, 2, 3, 4, 5, 6

),

final as (

    select
        parts.part,
        period_months.period,
        rolled_up.branch_id,
        cast(sum(rolled_up.amount * period_months.month_weight) as decimal(38, 10))
            as amount

    from parts

    inner join rolled_up
        on
            parts.family = rolled_up.family
            and parts.measure = rolled_up.measure

    inner join period_months
        on
            parts.over_time = period_months.over_time
            and rolled_up.kpi_month = period_months.kpi_month
            and (period_months.wave is null or rolled_up.wave = period_months.wave)
            and (
                period_months.over_time <> 'whole'
                or rolled_up.period = period_months.period
            )

    inner join measured
        on
            parts.part = measured.part
            and period_months.period = measured.period

    group by 1, 2, 3

)

select * from final
