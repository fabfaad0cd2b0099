-- 话务变化: one row per month and customer with lines attached on the cohort day that
-- have not left the network or ported out by the month's end: their voice minutes in
-- the month of the cohort day and in this month, both months delivered.

with

months as (

    select * from {{ ref('int_calendar__months') }}

),

usage as (

    select * from {{ ref('stg_member_usage') }} where kpi_month <= {{ as_of() }}

),

delivered as (

    select
        min(kpi_month) as first_usage_month,
        max(kpi_month) as last_usage_month

    from usage

),

cohorts as (

    select
        cohorts.kpi_month,
        cohorts.cohort_on,
        {{ month_start('cohorts.cohort_on') }} as base_month

    from {{ ref('int_calendar__cohorts') }} as cohorts

    inner join months
        on cohorts.kpi_month = months.kpi_month

    cross join delivered

    where
        cohorts.cohort_on <= months.stock_on
        and {{ month_start('cohorts.cohort_on') }} >= delivered.first_usage_month
        and cohorts.kpi_month <= delivered.last_usage_month

),

cohort_days as (

    select
        cohort_on,
        base_month

    from cohorts

    group by 1, 2

),

lines as (

    select
        cohort_days.cohort_on,
        cohort_days.base_month,
        members.member_id,
        members.customer_id,
        case
            when
                members.left_how in ('left_network', 'ported_out')
                and members.left_on <= {{ as_of() }}
                then {{ month_start('members.left_on') }}
        end as gone_month

    from cohort_days

    inner join {{ ref('stg_members') }} as members
        on
            members.joined_on <= cohort_days.cohort_on
            and (members.left_on > cohort_days.cohort_on or members.left_on is null)

),

-- Lines that go in one month stay in the base of the months before it together.
bases as (

    select
        lines.cohort_on,
        lines.customer_id,
        lines.gone_month,
        sum(usage.voice_minutes) as voice_minutes

    from lines

    inner join usage
        on
            lines.member_id = usage.member_id
            and lines.base_month = usage.kpi_month

    group by 1, 2, 3

),

base_minutes as (

    select
        cohorts.kpi_month,
        cohorts.cohort_on,
        bases.customer_id,
        sum(bases.voice_minutes) as voice_minutes

    from cohorts

    inner join bases
        on
            cohorts.cohort_on = bases.cohort_on
            and (bases.gone_month > cohorts.kpi_month or bases.gone_month is null)

    group by 1, 2, 3

),

current_minutes as (

    select
        usage.kpi_month,
        cohorts.cohort_on,
        lines.customer_id,
        sum(usage.voice_minutes) as voice_minutes

    from usage

    inner join cohorts
        on usage.kpi_month = cohorts.kpi_month

    inner join lines
        on
            cohorts.cohort_on = lines.cohort_on
            and usage.member_id = lines.member_id
            and (lines.gone_month > usage.kpi_month or lines.gone_month is null)

    group by 1, 2, 3

),

final as (

    select
        coalesce(base_minutes.kpi_month, current_minutes.kpi_month) as kpi_month,
        coalesce(base_minutes.cohort_on, current_minutes.cohort_on) as cohort_on,
        coalesce(base_minutes.customer_id, current_minutes.customer_id) as customer_id,
        cast(coalesce(base_minutes.voice_minutes, 0) as decimal(28, 6)) as base_minutes,
        cast(coalesce(current_minutes.voice_minutes, 0) as decimal(28, 6))
            as current_minutes

    from base_minutes

    full outer join current_minutes
        on
            base_minutes.kpi_month = current_minutes.kpi_month
            and base_minutes.cohort_on = current_minutes.cohort_on
            and base_minutes.customer_id = current_minutes.customer_id

)

select * from final
