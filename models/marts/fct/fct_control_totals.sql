-- 对账: one row per KPI, month, branch and measure that the books have a figure for,
-- beside what was measured.

with

source as (

    select * from {{ ref('int_control_totals__compared') }}

),

final as (

    select
        kpi,
        kpi_month,
        branch_id,
        measure,
        measured_value,
        control_value,
        origin

    from source

)

select * from final
