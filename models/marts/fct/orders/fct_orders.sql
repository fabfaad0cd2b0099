-- 订单: one row per order (and step) and date by which a KPI counts it: received,
-- promised, final (completed or failed), a finished step, and in the backlog at the end
-- of a month. Attributes and product line are those of the first day of that month, for
-- the backlog of its end.

with

orders as (

    select * from {{ ref('stg_orders') }}

),

steps as (

    select * from {{ ref('stg_order_steps') }}

),

months as (

    select * from {{ ref('int_calendar__months') }}

),

dated as (

    select
        order_id,
        'received' as counted_as,
        {{ month_start('ordered_at') }} as kpi_month,
        {{ month_start('ordered_at') }} as cut_on,
        cast(null as bigint) as age_days,
        cast(null as string) as step,
        cast(null as double) as step_days

    from orders

    where cast(ordered_at as date) <= {{ as_of() }}

    union all

    select
        order_id,
        'promised' as counted_as,
        {{ month_start('promised_at') }} as kpi_month,
        {{ month_start('promised_at') }} as cut_on,
        null as age_days,
        null as step,
        null as step_days

    from orders

    where
        status <> 'cancelled'
        and cast(promised_at as date) <= {{ as_of() }}

    union all

    select
        order_id,
        'final' as counted_as,
        {{ month_start('coalesce(completed_at, ordered_at)') }} as kpi_month,
        {{ month_start('coalesce(completed_at, ordered_at)') }} as cut_on,
        null as age_days,
        null as step,
        null as step_days

    from orders

    where
        status in ('completed', 'failed')
        and cast(coalesce(completed_at, ordered_at) as date) <= {{ as_of() }}

    union all

    -- A final order without the time of its end was never in the backlog.
    select
        orders.order_id,
        'backlog' as counted_as,
        months.kpi_month,
        months.stock_on as cut_on,
        {{ days_between('cast(orders.ordered_at as date)', 'months.stock_on') }}
            as age_days,
        null as step,
        null as step_days

    from orders

    inner join months
        on
            months.stock_on >= cast(orders.ordered_at as date)
            and months.stock_on < case
                when orders.status = 'open' then cast('9999-12-31' as date)
                else cast(orders.completed_at as date)
            end

    union all

    select
        order_id,
        'step' as counted_as,
        {{ month_start('finished_at') }} as kpi_month,
        {{ month_start('finished_at') }} as cut_on,
        null as age_days,
        step,
        {{ in_days(seconds_between('started_at', 'finished_at')) }} as step_days

    from steps

    where cast(finished_at as date) <= {{ as_of() }}

),

products as (

    select * from {{ ref('products') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        dated.order_id,
        dated.counted_as,
        dated.kpi_month,
        orders.customer_id,
        {{ attributes('spans') }},
        coalesce(orders.channel, 'unknown') as channel,
        coalesce(orders.product_id, 'unknown') as product,
        coalesce(products.line, 'unknown') as line,
        coalesce(orders.order_type, 'unknown') as order_type,
        case
            when dated.age_days <= 7 then '0-7'
            when dated.age_days <= 30 then '8-30'
            when dated.age_days <= 90 then '31-90'
            when dated.age_days > 90 then '91+'
        end as age,
        dated.step,
        orders.status,
        orders.ordered_at,
        orders.promised_at,
        orders.completed_at,
        coalesce(orders.failed_attempts, 0) as failed_attempts,
        orders.contract_ends_on,
        case
            when
                dated.counted_as = 'final'
                and orders.status = 'completed'
                and orders.order_type = 'new'
                and orders.completed_at is not null
                then {{ in_days(seconds_without(
                    'orders.ordered_at',
                    'orders.completed_at',
                    'orders.customer_hold_hours'
                )) }}
        end as supply_days,
        dated.step_days,
        {{ free_cuts('orders') }}

    from dated

    left join orders
        on dated.order_id = orders.order_id

    left join products
        on
            orders.product_id = products.product_id
            and (dated.cut_on >= products.valid_from or products.valid_from is null)
            and (dated.cut_on <= products.valid_to or products.valid_to is null)

    left join spans
        on {{ on_day('orders.customer_id', 'dated.cut_on') }}

)

select * from final
