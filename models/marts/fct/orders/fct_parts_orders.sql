-- The parts of kpi_orders by the members of free cuts too, from which its KPIs are cut
-- by them: one row per cell and members; none where no free cut was delivered.

with

summed as (

    select * from {{ ref('int_orders__summed') }}

),

cuts as (

    select * from {{ ref('stg_free_cuts') }} where family = 'orders'

),

final as (

    select
        kpi_month,
        {{ attributes() }},
        channel,
        product,
        line,
        order_type,
        age,
        step,
        {{ free_cuts() }},
        received_orders,
        promised_orders,
        on_time_orders,
        final_orders,
        smooth_orders,
        signed_agreements,
        backlog_orders,
        supply_days,
        step_days

    from summed

    where
        exists (select 1 from cuts)

)

select * from final
