-- 分级变动: one row per period and customer active on the day before it or at its end,
-- with its tier then and now: `entered` was not active then, `left` is not active at
-- the end. It counts in its branch at the end, one that left in its branch before.

with

periods as (

    select
        period,
        last_month,
        {{ add_days('starts_on', -1) }} as opening_on,
        {{ add_months('starts_on', -1) }} as opening_month

    from {{ ref('int_periods__enumerated') }}

    where period_kind <> 'wave'

),

customers as (

    select * from {{ ref('fct_customer_months') }}

),

opening as (

    select
        periods.period,
        periods.last_month,
        periods.opening_on,
        customers.customer_id,
        customers.tier,
        customers.branch_id

    from periods

    inner join customers
        on periods.opening_month = customers.kpi_month

),

closing as (

    select
        periods.period,
        periods.last_month,
        periods.opening_on,
        customers.customer_id,
        customers.tier,
        customers.branch_id

    from periods

    inner join customers
        on periods.last_month = customers.kpi_month

),

final as (

    select
        coalesce(closing.period, opening.period) as period,
        coalesce(closing.last_month, opening.last_month) as kpi_month,
        coalesce(closing.opening_on, opening.opening_on) as opening_on,
        coalesce(closing.customer_id, opening.customer_id) as customer_id,
        coalesce(closing.branch_id, opening.branch_id) as branch_id,
        coalesce(opening.tier, 'entered') as from_tier,
        coalesce(closing.tier, 'left') as to_tier,
        closing.customer_id is null as is_churned

    from opening

    full outer join closing
        on
            opening.period = closing.period
            and opening.customer_id = closing.customer_id

)

select * from final
