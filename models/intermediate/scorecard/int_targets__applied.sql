-- One row per period, branch and KPI with a target in force: a month that has targets
-- of its own goes by them with the figures of the month, every other period by those of
-- the year with the figures of the year to date at its end.

with

periods as (

    select
        enumerated.period,
        enumerated.period_kind,
        {{ year_code('enumerated.last_month') }} as target_year,
        {{ month_code('enumerated.last_month') }} || 'YTD' as year_to_date,
        progressed.time_progress

    from {{ ref('int_periods__enumerated') }} as enumerated

    left join {{ ref('int_time__progressed') }} as progressed
        on enumerated.period = progressed.period

    where enumerated.period_kind <> 'wave'

),

targets as (

    select * from {{ ref('dim_targets') }}

),

own_months as (

    select
        branch_id,
        period

    from targets

    group by 1, 2

),

of_months as (

    select
        periods.period,
        targets.branch_id,
        targets.kpi,
        periods.period as measured_period,
        cast(null as double) as time_progress,
        false as is_of_year,
        targets.weight,
        targets.floor_value,
        targets.base_target,
        targets.challenge_target

    from periods

    inner join targets
        on periods.period = targets.period

    where periods.period_kind = 'month'

),

of_years as (

    select
        periods.period,
        targets.branch_id,
        targets.kpi,
        periods.year_to_date as measured_period,
        periods.time_progress,
        true as is_of_year,
        targets.weight,
        targets.floor_value,
        targets.base_target,
        targets.challenge_target

    from periods

    inner join targets
        on periods.target_year = targets.period

    left join own_months
        on
            periods.period_kind = 'month'
            and periods.period = own_months.period
            and targets.branch_id = own_months.branch_id

    where own_months.branch_id is null

),

final as (

    select * from of_months

    union all

    select * from of_years

)

select * from final
