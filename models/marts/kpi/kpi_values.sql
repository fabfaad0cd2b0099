-- One row per KPI, period and branch (`total`: everything) that has a value.

with

additive as (

    select * from {{ ref('int_kpis__additive') }}

),

composed as (

    select * from {{ ref('int_kpis__composed') }}

),

scores as (

    select
        'scorecard' as kpi,
        period,
        branch_id,
        cast(scored_weight as decimal(38, 10)) as numerator,
        cast(weight as decimal(38, 10)) as denominator,
        score as kpi_value,
        cast(null as double) as low,
        cast(null as double) as high

    from {{ ref('int_scores__totalled') }}

    where score is not null

),

combined as (

    select * from additive

    union all

    select * from composed

    union all

    select * from scores

),

final as (

    select
        kpi,
        period,
        branch_id,
        numerator,
        denominator,
        kpi_value,
        low,
        high

    from combined

)

select * from final
