-- 保有: additive parts of every retention KPI, one row per month, customer attributes,
-- grade of the warning, lag of NRR and GRR, month of acquisition and age; for what
-- is counted over a whole period, one per period, in its last month. Cohorts are cut
-- by the attributes of the photograph, NRR, GRR, lines, charges and acquired
-- customers by those on the first day of the month, contracts and warnings by those
-- at its end, traffic by those of the cohort day, votes by their own tier and
-- branch.

{% set cohort_measures = [
    'cohort_customers', 'cohort_active_customers', 'kept_cohort_customers',
    'kept_cohort_active_customers', 'target_cohort_customers',
    'target_cohort_active_customers', 'returned_customers', 'cohort_mean_lines',
    'cohort_charge_yuan',
] -%}
{% set nrr_measures = [
    'nrr_base_yuan', 'nrr_current_yuan', 'grr_kept_yuan', 'nrr_expansion_yuan',
    'nrr_contraction_yuan', 'nrr_churn_yuan',
] -%}
{% set line_measures = [
    'lines_at_start', 'churned_lines', 'exited_lines', 'mean_lines',
    'usage_charge_yuan',
] -%}
{% set traffic_measures = ['traffic_base_minutes', 'traffic_change_minutes'] -%}
{% set evaluated_measures = [
    'evaluated_customers', 'evaluated_warned_customers', 'evaluated_lost_customers',
    'evaluated_warned_lost_customers',
] -%}
{% set acquired_measures = [
    'acquired_customers', 'acquired_active_customers', 'acquired_revenue_yuan',
    'acquired_first_revenue_yuan',
] -%}
{% set vote_measures = ['approached_customers', 'switching_customers'] -%}

with

members as (

    select * from {{ ref('int_members__by_month') }}

),

usage as (

    select * from {{ ref('int_members__usage') }}

),

usage_months as (

    select
        min(kpi_month) as first_usage_month,
        max(kpi_month) as last_usage_month

    from usage

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

-- Charges are told per line over the months in which charges were delivered.
lines as (

    select
        coalesce(members.kpi_month, usage.kpi_month) as kpi_month,
        coalesce(members.customer_id, usage.customer_id) as customer_id,
        coalesce(members.kpi_month, usage.kpi_month) as cut_on,
        members.lines_at_start,
        members.churned_lines,
        members.exited_lines,
        case
            when
                members.kpi_month >= usage_months.first_usage_month
                and members.kpi_month <= usage_months.last_usage_month
                then 0.5 * (members.lines_at_start + members.lines_at_end)
        end as mean_lines,
        usage.charge_yuan as usage_charge_yuan

    from members

    full outer join usage
        on
            members.kpi_month = usage.kpi_month
            and members.customer_id = usage.customer_id

    cross join usage_months

),

traffic as (

    select
        kpi_month,
        customer_id,
        cohort_on as cut_on,
        base_minutes as traffic_base_minutes,
        current_minutes - base_minutes as traffic_change_minutes

    from {{ ref('int_members__traffic') }}

),

dated as (

    {{ side_by_side(['kpi_month', 'customer_id', 'cut_on'], {
        'lines': line_measures,
        'traffic': traffic_measures,
    }) }}
),

attributed as (

    select
        dated.*,
        {{ attributes('spans') }}

    from dated

    left join spans
        on {{ on_day('dated.customer_id', 'dated.cut_on') }}

),

windows as (

    select
        kpi_month,
        {{ attributes() }},
        lag,
        base_amount_yuan as nrr_base_yuan,
        current_amount_yuan as nrr_current_yuan,
        least(base_amount_yuan, current_amount_yuan) as grr_kept_yuan,
        greatest(current_amount_yuan - base_amount_yuan, 0) as nrr_expansion_yuan,
        case
            when current_amount_yuan = 0 then 0
            else greatest(base_amount_yuan - current_amount_yuan, 0)
        end as nrr_contraction_yuan,
        case when current_amount_yuan = 0 then base_amount_yuan else 0 end
            as nrr_churn_yuan

    from {{ ref('fct_nrr') }}

),

expiring as (

    select
        kpi_month,
        customer_id,
        {{ attributes() }},
        1 as expiring_customers

    from {{ ref('fct_expiring_contracts') }}

    group by
        kpi_month,
        customer_id,
        {{ attributes() }}

),

cohorts as (

    select
        cohorts.kpi_month,
        {{ attributes('cohorts') }},
        1 as cohort_customers,
        case when cohorts.is_active then 1 else 0 end as cohort_active_customers,
        case when cohorts.is_admin_closed then 0 else 1 end as kept_cohort_customers,
        case
            when cohorts.is_active and not cohorts.is_admin_closed then 1 else 0
        end as kept_cohort_active_customers,
        case when cohorts.is_target_market = 'true' then 1 else 0 end
            as target_cohort_customers,
        case
            when cohorts.is_target_market = 'true' and cohorts.is_active then 1 else 0
        end as target_cohort_active_customers,
        case when cohorts.is_returned then 1 else 0 end as returned_customers,
        lines.mean_lines as cohort_mean_lines,
        lines.usage_charge_yuan as cohort_charge_yuan

    from {{ ref('fct_cohort') }} as cohorts

    left join lines
        on
            cohorts.kpi_month = lines.kpi_month
            and cohorts.customer_id = lines.customer_id

),

warned as (

    select
        *,
        1 as warned_customers

    from {{ ref('int_warnings__graded') }}

    where grade is not null

),

evaluated as (

    select
        *,
        1 as evaluated_customers,
        case when is_warned then 1 end as evaluated_warned_customers,
        case when is_lost then 1 end as evaluated_lost_customers,
        case when is_warned and is_lost then 1 end as evaluated_warned_lost_customers

    from {{ ref('int_warnings__evaluated') }}

),

votes as (

    select
        kpi_month,
        period,
        branch_id,
        tier,
        tier_group,
        'unknown' as level4,
        'unknown' as industry,
        'unknown' as size,
        'unknown' as segment,
        'unknown' as is_target_market,
        1 as approached_customers,
        case when is_switching then 1 else 0 end as switching_customers

    from {{ ref('int_votes__switching') }}

),

-- Cut by branch only: the other attributes would leave a customer a row.
acquired as (

    select
        acquired.kpi_month,
        coalesce(spans.branch_id, 'unknown') as branch_id,
        {%- for name in attribute_names() if name != 'branch_id' %}
        'unknown' as {{ name }},
        {%- endfor %}
        acquired.acquired_month,
        acquired.age_months,
        1 as acquired_customers,
        case when acquired.is_active then 1 else 0 end as acquired_active_customers,
        acquired.billed_amount_yuan as acquired_revenue_yuan,
        acquired.first_amount_yuan as acquired_first_revenue_yuan

    from {{ ref('int_customers__acquired') }} as acquired

    left join spans
        on {{ on_day('acquired.customer_id', 'acquired.kpi_month') }}

),

combined as (

    {{ side_by_side(['kpi_month'] + attribute_names(), {
        'cohorts': cohort_measures,
        'windows': ['lag'] + nrr_measures,
        'attributed': line_measures + traffic_measures,
        'expiring': ['expiring_customers'],
        'warned': ['grade', 'warned_customers'],
        'evaluated': evaluated_measures,
        'votes': ['period'] + vote_measures,
        'acquired': ['acquired_month', 'age_months'] + acquired_measures,
    }) }}
),

final as (

    select
        kpi_month,
        period,
        {{ attributes() }},
        grade,
        lag,
        acquired_month,
        age_months,
        {{ typed_sums(
            cohort_measures + nrr_measures + line_measures + traffic_measures
            + ['expiring_customers', 'warned_customers'] + evaluated_measures
            + vote_measures + acquired_measures
        ) }}

    from combined

    group by
        kpi_month,
        period,
        {{ attributes() }},
        grade,
        lag,
        acquired_month,
        age_months

)

select * from final
