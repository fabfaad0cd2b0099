-- The parts of kpi_customers by the members of free cuts too, from which its KPIs are
-- cut by them: one row per cell and members; none where no free cut was delivered.
-- Moves between tiers are counted by the branch alone.

with

summed as (

    select * from {{ ref('int_customers__summed') }}

),

cuts as (

    select * from {{ ref('stg_free_cuts') }} where family = 'customers'

),

final as (

    select
        kpi_month,
        {{ attributes() }},
        period,
        lost_reason,
        lost_to,
        {{ free_cuts() }},
        active_customers,
        new_customers,
        back_customers,
        lost_customers,
        attached_lines,
        churned_customers,
        value_points,
        valued_customers

    from summed

    where
        exists (select 1 from cuts)
        and moved_customers is null

)

select * from final
