-- The parts of kpi_revenue by the members of free cuts too, from which its KPIs are cut
-- by them: one row per cell and members; none where no free cut was delivered. Products
-- in service and units of the market are counted by no bill line.

with

summed as (

    select * from {{ ref('int_revenue__summed') }}

),

cuts as (

    select * from {{ ref('stg_free_cuts') }} where family = 'revenue'

),

final as (

    select
        kpi_month,
        {{ attributes() }},
        product,
        line,
        kind,
        age,
        {{ free_cuts() }},
        operating_revenue,
        info_revenue,
        minimum_top_up,
        customer_paid_revenue,
        arrears_yuan

    from summed

    where
        exists (select 1 from cuts)
        and coalesce(operating_revenue, arrears_yuan) is not null

)

select * from final
