-- 分级变动: one row per month and customer that came into a tier, changed it or left it.

with

moved as (

    select * from {{ ref('int_customers__moved') }} where from_tier <> to_tier

),

periods as (

    select * from {{ ref('int_periods__enumerated') }} where period_kind = 'month'

),

final as (

    select
        moved.kpi_month,
        moved.customer_id,
        moved.branch_id,
        moved.from_tier,
        moved.to_tier

    from moved

    inner join periods
        on moved.period = periods.period

)

select * from final
