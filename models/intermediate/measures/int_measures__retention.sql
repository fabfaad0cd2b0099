-- 保有: additive parts of every retention KPI, one row per month and customer
-- attributes: cohort counts by the attributes of the photograph, NRR and GRR amounts
-- by those on the first day of the month.

with

cohorts as (

    select * from {{ ref('int_cohorts__followed') }}

),

windows as (

    select * from {{ ref('int_nrr__windows') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

cohort_counts as (

    select
        kpi_month,
        {{ attributes() }},
        count(*) as cohort_customers,
        sum(case when is_active then 1 else 0 end) as cohort_active_customers,
        sum(case when is_admin_closed then 0 else 1 end) as kept_cohort_customers,
        sum(case when is_active and not is_admin_closed then 1 else 0 end)
            as kept_cohort_active_customers,
        sum(case when is_target_market = 'true' then 1 else 0 end)
            as target_cohort_customers,
        sum(case when is_target_market = 'true' and is_active then 1 else 0 end)
            as target_cohort_active_customers,
        sum(case when is_returned then 1 else 0 end) as returned_customers

    from cohorts

    group by
        kpi_month,
        {{ attributes() }}

),

attributed_windows as (

    select
        windows.kpi_month,
        {{ attributes('spans') }},
        windows.base_amount_yuan,
        windows.current_amount_yuan

    from windows

    left join spans
        on
            windows.customer_id = spans.customer_id
            and windows.kpi_month >= spans.valid_from
            and windows.kpi_month < spans.valid_to

),

amounts as (

    select
        kpi_month,
        {{ attributes() }},
        sum(base_amount_yuan) as nrr_base_yuan,
        sum(current_amount_yuan) as nrr_current_yuan,
        sum(least(base_amount_yuan, current_amount_yuan)) as grr_kept_yuan,
        sum(greatest(current_amount_yuan - base_amount_yuan, 0)) as nrr_expansion_yuan,
        sum(case
            when current_amount_yuan > 0 and current_amount_yuan < base_amount_yuan
                then base_amount_yuan - current_amount_yuan
            else 0
        end) as nrr_contraction_yuan,
        sum(case when current_amount_yuan = 0 then base_amount_yuan else 0 end)
            as nrr_churn_yuan

    from attributed_windows

    group by
        kpi_month,
        {{ attributes() }}

),

combined as (

    select
        kpi_month,
        {{ attributes() }},
        cohort_customers,
        cohort_active_customers,
        kept_cohort_customers,
        kept_cohort_active_customers,
        target_cohort_customers,
        target_cohort_active_customers,
        returned_customers,
        cast(null as decimal(18, 2)) as nrr_base_yuan,
        cast(null as decimal(18, 2)) as nrr_current_yuan,
        cast(null as decimal(18, 2)) as grr_kept_yuan,
        cast(null as decimal(18, 2)) as nrr_expansion_yuan,
        cast(null as decimal(18, 2)) as nrr_contraction_yuan,
        cast(null as decimal(18, 2)) as nrr_churn_yuan

    from cohort_counts

    union all

    select
        kpi_month,
        {{ attributes() }},
        null as cohort_customers,
        null as cohort_active_customers,
        null as kept_cohort_customers,
        null as kept_cohort_active_customers,
        null as target_cohort_customers,
        null as target_cohort_active_customers,
        null as returned_customers,
        nrr_base_yuan,
        nrr_current_yuan,
        grr_kept_yuan,
        nrr_expansion_yuan,
        nrr_contraction_yuan,
        nrr_churn_yuan

    from amounts

),

final as (

    select
        kpi_month,
        {{ attributes() }},
        cast(sum(cohort_customers) as bigint) as cohort_customers,
        cast(sum(cohort_active_customers) as bigint) as cohort_active_customers,
        cast(sum(kept_cohort_customers) as bigint) as kept_cohort_customers,
        cast(sum(kept_cohort_active_customers) as bigint)
            as kept_cohort_active_customers,
        cast(sum(target_cohort_customers) as bigint) as target_cohort_customers,
        cast(sum(target_cohort_active_customers) as bigint)
            as target_cohort_active_customers,
        cast(sum(returned_customers) as bigint) as returned_customers,
        cast(sum(nrr_base_yuan) as decimal(18, 2)) as nrr_base_yuan,
        cast(sum(nrr_current_yuan) as decimal(18, 2)) as nrr_current_yuan,
        cast(sum(grr_kept_yuan) as decimal(18, 2)) as grr_kept_yuan,
        cast(sum(nrr_expansion_yuan) as decimal(18, 2)) as nrr_expansion_yuan,
        cast(sum(nrr_contraction_yuan) as decimal(18, 2)) as nrr_contraction_yuan,
        cast(sum(nrr_churn_yuan) as decimal(18, 2)) as nrr_churn_yuan

    from combined

    group by
        kpi_month,
        {{ attributes() }}

)

select * from final
