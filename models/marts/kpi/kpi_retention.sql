-- 保有: the summed parts of every retention KPI, by month, by period for what is counted
-- over it at once, and by every dimension.

with

source as (

    select * from {{ ref('int_measures__retention') }}

),

final as (

    select
        kpi_month,
        period,
        branch_id,
        tier,
        tier_group,
        level4,
        industry,
        size,
        segment,
        is_target_market,
        grade,
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
        nrr_churn_yuan,
        expiring_customers,
        lines_at_start,
        churned_lines,
        exited_lines,
        mean_lines,
        usage_charge_yuan,
        cohort_mean_lines,
        cohort_charge_yuan,
        traffic_base_minutes,
        traffic_change_minutes,
        approached_customers,
        switching_customers,
        warned_customers,
        evaluated_customers,
        evaluated_warned_customers,
        evaluated_lost_customers,
        evaluated_warned_lost_customers

    from source

)

select * from final
