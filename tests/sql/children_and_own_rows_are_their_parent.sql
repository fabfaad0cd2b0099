-- For every summed KPI a branch is its children and its own rows.

with

kpis as (

    select kpi

    from {{ ref('dim_kpis') }}

    where kind in ('sum', 'stock')

),

amounts as (

    select
        kpi_values.kpi,
        kpi_values.period,
        kpi_values.branch_id,
        kpi_values.numerator

    from {{ ref('kpi_values') }} as kpi_values

    inner join kpis
        on kpi_values.kpi = kpis.kpi

),

roots as (

    select branch_id

    from {{ ref('dim_branches') }}

    where parent_id is null

),

top as (

    select
        amounts.kpi,
        amounts.period,
        sum(amounts.numerator) as numerator

    from amounts

    where
        amounts.branch_id = 'unknown'
        or amounts.branch_id in (select branch_id from roots)

    group by 1, 2

)

select
    total.kpi,
    total.period
from amounts as total
left join top
    on
        total.kpi = top.kpi
        and total.period = top.period
where
    total.branch_id = 'total'
    and total.numerator <> coalesce(top.numerator, 0)
