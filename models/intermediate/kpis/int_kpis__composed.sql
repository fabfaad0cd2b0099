-- Every KPI composed of others, targets and time progress: one row per KPI, period and
-- branch; null where one of them is missing.

with

periods as (

    select
        enumerated.period,
        progressed.time_progress,
        {{ year_code('enumerated.last_month') }} as target_year

    from {{ ref('int_periods__enumerated') }} as enumerated

    left join {{ ref('int_time__progressed') }} as progressed
        on enumerated.period = progressed.period

),

branches as (

    select branch_id from {{ ref('dim_branch_descendants') }} group by 1

),

targets as (

    select * from {{ ref('dim_targets') }}

),

additive as (

    select * from {{ ref('int_kpis__additive') }}

),

amounts as (

    select * from {{ ref('int_parts__by_period') }} where part = 'info_revenue_ytd'

),

shapes as (

    select
        period,
        branch_id,
        max(case when is_last_year then year_over_to_date end) as last_year_shape,
        min(year_over_to_date) as lowest_shape,
        max(year_over_to_date) as highest_shape,
        count(*) as completed_years

    from {{ ref('int_revenue__year_shapes') }}

    group by 1, 2

),

-- A branch that has a target and no bill yet has earned 0 of it.
inputs as (

    select
        periods.period,
        branches.branch_id,
        periods.time_progress,
        case
            when periods.time_progress is not null then coalesce(amounts.amount, 0)
        end as info_revenue_ytd,
        revenue_target.base_target as revenue_base,
        retention_target.base_target as retention_base,
        retention.kpi_value as retention_actual,
        shapes.last_year_shape,
        case when shapes.completed_years >= 2 then shapes.lowest_shape end
            as lowest_shape,
        case when shapes.completed_years >= 2 then shapes.highest_shape end
            as highest_shape

    from periods

    cross join branches

    left join amounts
        on
            periods.period = amounts.period
            and branches.branch_id = amounts.branch_id

    left join targets as revenue_target
        on
            branches.branch_id = revenue_target.branch_id
            and periods.target_year = revenue_target.period
            and revenue_target.kpi = 'info_revenue'

    left join targets as retention_target
        on
            branches.branch_id = retention_target.branch_id
            and periods.target_year = retention_target.period
            and retention_target.kpi = 'target_market_retention'

    left join additive as retention
        on
            periods.period = retention.period
            and branches.branch_id = retention.branch_id
            and retention.kpi = 'target_market_retention'

    left join shapes
        on
            periods.period = shapes.period
            and branches.branch_id = shapes.branch_id

),

derived as (

    select
        *,
        1 - (1 - retention_base) * time_progress as retention_expected,
        {{ ratio('(1 - retention_actual)', '(1 - retention_base)') }}
            as loss_budget_used,
        {{ ratio('info_revenue_ytd', 'revenue_base') }} as info_revenue_completion,
        {{ ratio('info_revenue_ytd', 'time_progress') }} as info_revenue_forecast,
        info_revenue_ytd * last_year_shape as info_revenue_forecast_seasonal,
        info_revenue_ytd * lowest_shape as lowest_forecast,
        info_revenue_ytd * highest_shape as highest_forecast

    from inputs

),

composed as (

    select
        *,
        retention_actual - retention_expected as retention_lead,
        info_revenue_completion - time_progress as info_revenue_lead

    from derived

),

long as (

    {% for kpi in [
        'time_progress', 'retention_expected', 'retention_lead', 'loss_budget_used',
        'info_revenue_completion', 'info_revenue_lead', 'info_revenue_forecast',
        'info_revenue_forecast_seasonal',
    ] -%}
    select
        '{{ kpi }}' as kpi,
        period,
        branch_id,
        {{ kpi }} as kpi_value,
        {% if kpi == 'info_revenue_forecast_seasonal' -%}
        lowest_forecast as low,
        highest_forecast as high
        {%- else -%}
        cast(null as double) as low,
        cast(null as double) as high
        {%- endif %}

    from composed
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- endfor %}

),

final as (

    select
        kpi,
        period,
        branch_id,
        cast(null as decimal(38, 10)) as numerator,
        cast(null as decimal(38, 10)) as denominator,
        cast(kpi_value as double) as kpi_value,
        cast(low as double) as low,
        cast(high as double) as high

    from long

    where kpi_value is not null

)

select * from final
