-- One row per KPI, period and branch (`total`: everything) that has a value.

with

additive as (

    select * from {{ ref('int_kpis__additive') }}

),

composed as (

    select * from {{ ref('int_kpis__composed') }}

),

combined as (

    select * from additive

    union all

    select * from composed

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
