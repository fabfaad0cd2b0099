-- 对账: one row per KPI, month, branch and measure that the operator's books have a
-- figure for, beside what was measured. A figure of the books holds the branch's
-- descendants; `total` has the sum of the roots where every root has a figure.

with

control as (

    select * from {{ ref('stg_control_totals') }} where kpi_month <= {{ as_of() }}

),

placed as (

    select
        branch_id,
        parent_id is null as is_root

    from {{ ref('dim_branches') }}

),

-- operating_revenue of the books is the whole company's, of all its business: it is
-- what informatisation revenue is a share of, and compared with nothing.
comparisons as (

    select
        'reconciliation_gap' as kpi,
        'enterprise_revenue' as measure,
        'operating_revenue' as measured_kpi

    union all

    select
        'reconciliation_gap' as kpi,
        'info_revenue' as measure,
        'info_revenue' as measured_kpi

    union all

    select
        'reconciliation_gap' as kpi,
        'calls_answered' as measure,
        'calls_answered' as measured_kpi

    union all

    select
        'reconciliation_gap' as kpi,
        'complaints' as measure,
        'complaints' as measured_kpi

    union all

    select
        'info_revenue_share_company' as kpi,
        'operating_revenue' as measure,
        'info_revenue' as measured_kpi

),

kpis as (

    select * from {{ ref('kpis') }}

),

parts as (

    select * from {{ ref('dim_parts') }} where is_measured

),

months as (

    select
        period,
        last_month as kpi_month

    from {{ ref('int_periods__enumerated') }}

    where period_kind = 'month'

),

amounts as (

    select * from {{ ref('int_parts__by_period') }}

),

-- The books know nothing of rows without a branch: the sum of the roots' figures is
-- compared with what was measured in the roots, informatisation's share with all of it.
comparable as (

    select
        'reconciliation_gap' as kpi,
        part,
        period,
        branch_id,
        amount

    from amounts

    where branch_id <> 'total'

    union all

    select
        'reconciliation_gap' as kpi,
        amounts.part,
        amounts.period,
        'total' as branch_id,
        sum(amounts.amount) as amount

    from amounts

    inner join placed
        on amounts.branch_id = placed.branch_id

    where placed.is_root

    group by amounts.part, amounts.period

    union all

    select
        'info_revenue_share_company' as kpi,
        part,
        period,
        branch_id,
        amount

    from amounts

),

roots as (

    select count(*) as roots_count from placed where is_root

),

of_branches as (

    select
        control.kpi_month,
        control.branch_id,
        control.measure,
        control.control_value,
        control.origin,
        placed.is_root

    from control

    inner join placed
        on control.branch_id = placed.branch_id

),

figures as (

    select
        kpi_month,
        branch_id,
        measure,
        control_value,
        origin

    from of_branches

    union all

    select
        of_branches.kpi_month,
        'total' as branch_id,
        of_branches.measure,
        sum(of_branches.control_value) as control_value,
        max(of_branches.origin) as origin

    from of_branches

    cross join roots

    where of_branches.is_root

    group by of_branches.kpi_month, of_branches.measure, roots.roots_count

    having count(*) = roots.roots_count

),

final as (

    select
        comparisons.kpi,
        figures.kpi_month,
        figures.branch_id,
        figures.measure,
        -- Measured and without a row is 0; what cannot be measured stays unknown.
        cast(
            case when parts.part is not null then coalesce(comparable.amount, 0) end
            as decimal(18, 2)
        ) as measured_value,
        cast(figures.control_value as decimal(18, 2)) as control_value,
        figures.origin

    from figures

    inner join comparisons
        on figures.measure = comparisons.measure

    inner join months
        on figures.kpi_month = months.kpi_month

    left join kpis
        on comparisons.measured_kpi = kpis.kpi

    left join parts
        on kpis.numerator = parts.part

    left join comparable
        on
            comparisons.kpi = comparable.kpi
            and parts.part = comparable.part
            and months.period = comparable.period
            and figures.branch_id = comparable.branch_id

)

select * from final
