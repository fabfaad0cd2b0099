-- 保有: additive parts of every retention KPI, one row per month, customer attributes
-- and grade of the warning; for what is counted over a whole period, one per period, in
-- its last month. Cohorts are cut by the attributes of the photograph, NRR, GRR, lines
-- and charges by those on the first day of the month, contracts and warnings by those
-- at its end, traffic by those of the cohort day, votes by their own tier and branch.

with

cohorts as (

    select * from {{ ref('int_cohorts__followed') }}

),

windows as (

    select * from {{ ref('int_nrr__windows') }}

),

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

-- Charges are told per line over the months in which charges were delivered.
lines as (

    select
        coalesce(members.kpi_month, usage.kpi_month) as kpi_month,
        coalesce(members.customer_id, usage.customer_id) as customer_id,
        members.lines_at_start,
        members.churned_lines,
        members.exited_lines,
        case
            when
                members.kpi_month >= usage_months.first_usage_month
                and members.kpi_month <= usage_months.last_usage_month
                then 0.5 * (members.lines_at_start + members.lines_at_end)
        end as mean_lines,
        usage.charge_yuan

    from members

    full outer join usage
        on
            members.kpi_month = usage.kpi_month
            and members.customer_id = usage.customer_id

    cross join usage_months

),

expiring as (

    select
        kpi_month,
        stock_on,
        customer_id

    from {{ ref('int_contracts__ending') }}

    where days_to_end <= {{ var('expiry_days') }}

    group by 1, 2, 3

),

traffic as (

    select * from {{ ref('int_members__traffic') }}

),

votes as (

    select * from {{ ref('int_votes__switching') }}

),

graded as (

    select * from {{ ref('int_warnings__graded') }} where grade is not null

),

evaluated as (

    select * from {{ ref('int_warnings__evaluated') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

dated as (

    select
        kpi_month,
        customer_id,
        kpi_month as cut_on,
        {{ only_measures('retention', {
            'nrr_base_yuan': 'base_amount_yuan',
            'nrr_current_yuan': 'current_amount_yuan',
            'grr_kept_yuan': 'least(base_amount_yuan, current_amount_yuan)',
            'nrr_expansion_yuan':
                'greatest(current_amount_yuan - base_amount_yuan, 0)',
            'nrr_contraction_yuan':
                'case when current_amount_yuan = 0 then 0'
                ~ ' else greatest(base_amount_yuan - current_amount_yuan, 0) end',
            'nrr_churn_yuan':
                'case when current_amount_yuan = 0 then base_amount_yuan else 0 end',
        }) }}

    from windows

    union all

    select
        kpi_month,
        customer_id,
        kpi_month as cut_on,
        {{ only_measures('retention', {
            'lines_at_start': 'lines_at_start',
            'churned_lines': 'churned_lines',
            'exited_lines': 'exited_lines',
            'mean_lines': 'mean_lines',
            'usage_charge_yuan': 'charge_yuan',
        }) }}

    from lines

    union all

    select
        kpi_month,
        customer_id,
        stock_on as cut_on,
        {{ only_measures('retention', {'expiring_customers': '1'}) }}

    from expiring

    union all

    select
        kpi_month,
        customer_id,
        cohort_on as cut_on,
        {{ only_measures('retention', {
            'traffic_base_minutes': 'base_minutes',
            'traffic_change_minutes': 'current_minutes - base_minutes',
        }) }}

    from traffic

),

combined as (

    select
        dated.kpi_month,
        cast(null as string) as period,
        {{ attributes('spans') }},
        cast(null as string) as grade,
        {{ measures_of('retention', 'dated') }}

    from dated

    left join spans
        on
            dated.customer_id = spans.customer_id
            and dated.cut_on >= spans.valid_from
            and dated.cut_on < spans.valid_to

    union all

    select
        cohorts.kpi_month,
        cast(null as string) as period,
        {{ attributes('cohorts') }},
        cast(null as string) as grade,
        {{ only_measures('retention', {
            'cohort_customers': '1',
            'cohort_active_customers': 'case when cohorts.is_active then 1 else 0 end',
            'kept_cohort_customers':
                'case when cohorts.is_admin_closed then 0 else 1 end',
            'kept_cohort_active_customers':
                'case when cohorts.is_active and not cohorts.is_admin_closed'
                ~ ' then 1 else 0 end',
            'target_cohort_customers':
                "case when cohorts.is_target_market = 'true' then 1 else 0 end",
            'target_cohort_active_customers':
                "case when cohorts.is_target_market = 'true' and cohorts.is_active"
                ~ ' then 1 else 0 end',
            'returned_customers': 'case when cohorts.is_returned then 1 else 0 end',
            'cohort_mean_lines': 'lines.mean_lines',
            'cohort_charge_yuan': 'lines.charge_yuan',
        }) }}

    from cohorts

    left join lines
        on
            cohorts.kpi_month = lines.kpi_month
            and cohorts.customer_id = lines.customer_id

    union all

    select
        kpi_month,
        cast(null as string) as period,
        {{ attributes() }},
        grade,
        {{ only_measures('retention', {'warned_customers': '1'}) }}

    from graded

    union all

    select
        kpi_month,
        cast(null as string) as period,
        {{ attributes() }},
        cast(null as string) as grade,
        {{ only_measures('retention', {
            'evaluated_customers': '1',
            'evaluated_warned_customers': 'case when is_warned then 1 end',
            'evaluated_lost_customers': 'case when is_lost then 1 end',
            'evaluated_warned_lost_customers':
                'case when is_warned and is_lost then 1 end',
        }) }}

    from evaluated

    union all

    select
        kpi_month,
        period,
        {%- for name in attribute_names() %}
        {% if name in ('branch_id', 'tier', 'tier_group') -%}
        {{ name }},
        {%- else -%}
        'unknown' as {{ name }},
        {%- endif %}
        {%- endfor %}
        cast(null as string) as grade,
        {{ only_measures('retention', {
            'approached_customers': '1',
            'switching_customers': 'case when is_switching then 1 else 0 end',
        }) }}

    from votes

),

final as (

    select
        kpi_month,
        period,
        {{ attributes() }},
        grade,
        {{ typed_sums('retention') }}

    from combined

    group by
        kpi_month,
        period,
        {{ attributes() }},
        grade

)

select * from final
