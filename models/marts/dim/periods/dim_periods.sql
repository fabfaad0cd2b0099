-- 账期: one row per period that can be asked for, with its working days up to as_of.

with

source as (

    select * from {{ ref('int_periods__enumerated') }}

),

months as (

    select *

    from {{ ref('dim_period_months') }}

    where over_time = 'sum' and wave is null

),

working_days as (

    select * from {{ ref('int_calendar__working_days') }}

),

-- One month without a known figure leaves the whole period without one.
worked as (

    select
        months.period,
        case
            when count(working_days.working_days) = count(*)
                then sum(working_days.working_days)
        end as working_days

    from months

    left join working_days
        on months.kpi_month = working_days.kpi_month

    group by 1

),

final as (

    select
        source.period,
        source.period_kind,
        source.starts_on,
        source.ends_on,
        source.last_month,
        source.is_partial,
        cast(worked.working_days as bigint) as working_days

    from source

    left join worked
        on source.period = worked.period

)

select * from final
