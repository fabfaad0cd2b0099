-- Every KPI made of summed parts: one row per KPI, period and branch.

with

parts as (

    select * from {{ ref('dim_parts') }}

),

measured as (

    select * from {{ ref('dim_part_periods') }} where is_measured

),

-- A share of which one side was not delivered is not a share of 0.
kpis as (

    select
        stored.*,
        numerators.period

    from {{ ref('int_kpis__stored') }} as stored

    inner join measured as numerators
        on stored.numerator = numerators.part

    left join measured as denominators
        on
            stored.denominator = denominators.part
            and numerators.period = denominators.period

    where
        stored.denominator is null
        or denominators.part is not null

),

amounts as (

    select * from {{ ref('int_parts__by_period') }}

),

sides as (

    select
        kpis.kpi,
        amounts.period,
        amounts.branch_id,
        amounts.amount as numerator,
        cast(null as decimal(38, 10)) as denominator

    from kpis

    inner join amounts
        on
            kpis.numerator = amounts.part
            and kpis.period = amounts.period

    union all

    select
        kpis.kpi,
        amounts.period,
        amounts.branch_id,
        cast(null as decimal(38, 10)) as numerator,
        amounts.amount as denominator

    from kpis

    inner join amounts
        on
            kpis.denominator = amounts.part
            and kpis.period = amounts.period

),

joined as (

    select
        kpi,
        period,
        branch_id,
        sum(numerator) as numerator,
        sum(denominator) as denominator

    from sides

    group by 1, 2, 3

),

-- Something to divide by and nothing to divide: the share is 0, and it is measured.
completed as (

    select
        joined.kpi,
        joined.period,
        joined.branch_id,
        case
            when joined.denominator <> 0 then coalesce(joined.numerator, 0)
            else joined.numerator
        end as numerator,
        joined.denominator

    from joined

),

valued as (

    select
        completed.kpi,
        completed.period,
        completed.branch_id,
        completed.numerator,
        completed.denominator,
        coalesce(kpis.counted_per, 1) as counted_per,
        case
            when kpis.denominator is null then cast(completed.numerator as double)
            -- A share of growth means nothing where the whole did not grow.
            when parts.over_time = 'ytd_growth' and completed.denominator <= 0 then null
            else {{ ratio('completed.numerator', 'completed.denominator') }}
        end as kpi_value,
        -- What a handful of people answered is not told.
        coalesce(
            parts.reads_answers
            and completed.denominator > 0
            and completed.denominator < {{ var('hidden_n') }},
            false
        ) as is_hidden

    from completed

    inner join kpis
        on
            completed.kpi = kpis.kpi
            and completed.period = kpis.period

    left join parts
        on kpis.denominator = parts.part

),

final as (

    select
        kpi,
        period,
        branch_id,
        cast(case when not is_hidden then numerator end as decimal(38, 10))
            as numerator,
        cast(case when not is_hidden then denominator end as decimal(38, 10))
            as denominator,
        case when not is_hidden then kpi_value * counted_per end as kpi_value,
        cast(null as double) as low,
        cast(null as double) as high

    from valued

)

select * from final
