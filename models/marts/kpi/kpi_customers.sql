-- 客户数: additive parts of every customer count, one row per month, customer
-- attributes and, for losses, reason and destination; for what is counted over a whole
-- period, one per period, in its last month. Stocks are cut by the attributes at the
-- month's end, movements by those on its first day, churn by those on the day before
-- the period; moves between tiers have no other attribute than the branch.

with

summed as (

    select * from {{ ref('int_customers__summed') }}

),

final as (

    select
        kpi_month,
        {{ attributes() }},
        period,
        lost_reason,
        lost_to,
        from_tier,
        to_tier,
        {{ sums(
            counts=[
                'active_customers', 'new_customers', 'back_customers',
                'lost_customers', 'attached_lines', 'churned_customers',
                'moved_customers', 'valued_customers',
            ],
            doubles=[
                'value_points',
            ]
        ) }}

    from summed

    group by
        kpi_month,
        {{ attributes() }},
        period,
        lost_reason,
        lost_to,
        from_tier,
        to_tier

)

select * from final
