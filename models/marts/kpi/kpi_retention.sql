-- 保有: the summed parts of every retention KPI, by month and every dimension.

with

source as (

    select * from {{ ref('int_measures__retention') }}

),

final as (

    select
        kpi_month,
        branch_id,
        tier,
        tier_group,
        level4,
        industry,
        size,
        segment,
        is_target_market,
        cohort_customers,
        cohort_active_customers,
        kept_cohort_customers,
        kept_cohort_active_customers,
        target_cohort_customers,
        target_cohort_active_customers,
        returned_customers,
        nrr_base_yuan,
        nrr_current_yuan,
        grr_kept_yuan,
        nrr_expansion_yuan,
        nrr_contraction_yuan,
        nrr_churn_yuan

    from source

)

select * from final
