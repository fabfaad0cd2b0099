-- 总分: one row per period and branch: the weighted mean of the scores there are, and how
-- much of the weight they carry. A year whose months have weights is the weighted mean
-- of its months.

with

scored as (

    select * from {{ ref('fct_scores') }}

),

periods as (

    select * from {{ ref('int_periods__enumerated') }}

),

month_weights as (

    select
        branch_id,
        period,
        max(month_weight) as month_weight

    from {{ ref('dim_targets') }}

    where month_weight is not null

    group by 1, 2

),

totals as (

    select
        period,
        branch_id,
        {{ ratio(
            exact_sum('case when score is not null then weight * score end'),
            exact_sum('case when score is not null then weight end')
        ) }} as score,
        coalesce(
            {{ exact_sum('case when score is not null then weight end') }}, 0
        ) as scored_weight,
        {{ exact_sum('weight') }} as weight

    from scored

    group by 1, 2

),

by_months as (

    select
        years.period,
        totals.branch_id,
        {{ ratio(
            exact_sum('month_weights.month_weight * totals.score'),
            exact_sum('month_weights.month_weight')
        ) }} as score,
        {{ exact_sum('month_weights.month_weight * totals.scored_weight') }}
            as scored_weight,
        {{ exact_sum('month_weights.month_weight * totals.weight') }} as weight

    from periods as years

    inner join periods as months
        on
            months.starts_on >= years.starts_on
            and months.ends_on <= years.ends_on

    inner join month_weights
        on months.period = month_weights.period

    inner join totals
        on
            months.period = totals.period
            and month_weights.branch_id = totals.branch_id

    where
        years.period_kind = 'year'
        and months.period_kind = 'month'
        and totals.score is not null

    group by 1, 2

),

final as (

    select
        totals.period,
        totals.branch_id,
        cast(coalesce(by_months.score, totals.score) as double) as score,
        cast(coalesce(by_months.scored_weight, totals.scored_weight) as double)
            as scored_weight,
        cast(coalesce(by_months.weight, totals.weight) as double) as weight

    from totals

    left join by_months
        on
            totals.period = by_months.period
            and totals.branch_id = by_months.branch_id

)

select * from final
