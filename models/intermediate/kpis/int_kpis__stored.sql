-- One row per KPI that has one value per branch and period: summed KPIs that mean
-- something in total, and those composed of them. Quantiles, KPIs of a series of months
-- and what needs single interviews are made when they are asked for.

with

kpis as (

    select * from {{ ref('kpis') }}

),

partial as (

    select part

    from {{ ref('parts') }}

    where
        needs_dimension is not null
        or ignores is not null

),

final as (

    select kpis.*

    from kpis

    left join partial as numerators
        on kpis.numerator = numerators.part

    left join partial as denominators
        on kpis.denominator = denominators.part

    where
        numerators.part is null
        and denominators.part is null
        and (
            (
                kpis.numerator is not null
                and (
                    kpis.kind in ('sum', 'stock', 'prop', 'ratio', 'mean')
                    or kpis.kpi = 'value_score'
                )
            )
            or (kpis.numerator is null and kpis.dimensions = 'branch')
        )
        and kpis.composed_by is null

)

select * from final
