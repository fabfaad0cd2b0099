-- Every period that can be asked for: months, quarters, years, years to date, waves,
-- and `all`, from the first fact to as_of. `2025YTD` runs to as_of; `2025-07YTD` to
-- the end of that month. What as_of cuts off before the end of a month is a part,
-- whatever it is called.

with recursive

months as (

    select * from {{ ref('int_calendar__months') }}

),

-- Histories open no month; what they count is in `all`.
facts as (

    select min(first_on) as first_on

    from {{ ref('stg_entities') }}

    where entity not in ('customers', 'members')

),

bounds as (

    select
        {{ year_start('min(kpi_month)') }} as first_year_on,
        min(kpi_month) as first_month,
        max(kpi_month) as last_month

    from months

),

-- To December of the last year: a year to date may name a month after as_of.
calendar as (

    select
        first_month as kpi_month,
        first_month,
        last_month

    from bounds

    where first_month is not null

    union all

    select
        {{ add_months('kpi_month', 1) }} as kpi_month,
        first_month,
        last_month

    from calendar

    where {{ year_start(add_months('kpi_month', 1)) }} <= {{ year_start('last_month') }}

),

named as (

    select
        kpi_month,
        first_month,
        last_month,
        {{ year_code('kpi_month') }} as year_of,
        {{ month_code('kpi_month') }} as month_of,
        cast(extract(quarter from kpi_month) as string) as quarter_of,
        {{ year_start('kpi_month') }} as year_on,
        cast({{ dbt.date_trunc('quarter', 'kpi_month') }} as date) as quarter_on

    from calendar

),

periods as (

    select
        month_of as period,
        'month' as period_kind,
        kpi_month as starts_on,
        {{ month_end('kpi_month') }} as ends_on

    from named

    where kpi_month <= last_month

    union all

    select
        year_of || 'Q' || quarter_of as period,
        'quarter' as period_kind,
        quarter_on as starts_on,
        {{ month_end(add_months('quarter_on', 2)) }} as ends_on

    from named

    where kpi_month <= last_month

    group by year_of, quarter_of, quarter_on

    union all

    select
        year_of as period,
        'year' as period_kind,
        year_on as starts_on,
        {{ month_end(add_months('year_on', 11)) }} as ends_on

    from named

    group by year_of, year_on

    union all

    select
        year_of || 'YTD' as period,
        'ytd' as period_kind,
        year_on as starts_on,
        least({{ month_end(add_months('year_on', 11)) }}, {{ as_of() }}) as ends_on

    from named

    group by year_of, year_on

    union all

    select
        month_of || 'YTD' as period,
        'ytd' as period_kind,
        year_on as starts_on,
        {{ month_end('kpi_month') }} as ends_on

    from named

    union all

    select
        'all' as period,
        'all' as period_kind,
        least(
            bounds.first_month,
            coalesce({{ month_start('facts.first_on') }}, bounds.first_month)
        ) as starts_on,
        {{ as_of() }} as ends_on

    from bounds

    cross join facts

    where bounds.first_month is not null

),

calendar_periods as (

    select
        period,
        period_kind,
        starts_on,
        ends_on,
        {{ month_start('least(ends_on, ' ~ as_of() ~ ')') }} as last_month,
        ends_on > {{ as_of() }} or ends_on < {{ month_end('ends_on') }} as is_partial

    from periods

),

waves as (

    select * from {{ ref('int_waves__dated') }}

),

-- A wave is over with its last interview, so it is never partial. A wave that is named
-- like a quarter or a year is asked for with --by wave.
final as (

    select * from calendar_periods

    union all

    select
        waves.wave as period,
        'wave' as period_kind,
        waves.starts_on,
        waves.ends_on,
        {{ month_start('waves.ends_on') }} as last_month,
        false as is_partial

    from waves

    left join calendar_periods
        on waves.wave = calendar_periods.period

    where calendar_periods.period is null

)

select * from final
