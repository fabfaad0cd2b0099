-- 流失名单: one row per month and customer lost in it, with reason and destination:
-- those of the closure in force at the month's end, else the competitor of the last
-- terminate order completed by then, else unknown.

with

lost as (

    select * from {{ ref('int_customers__movements') }} where movement = 'lost'

),

months as (

    select * from {{ ref('int_calendar__months') }}

),

closures as (

    select * from {{ ref('int_customers__closures') }}

),

terminations as (

    select
        customer_id,
        competitor,
        order_id,
        ordered_at,
        coalesce(completed_at, ordered_at) as dated_at

    from {{ ref('stg_orders') }}

    where
        order_type = 'terminate'
        and status = 'completed'

),

terminated as (

    select
        lost.kpi_month,
        lost.customer_id,
        terminations.competitor,
        row_number() over (
            partition by lost.kpi_month, lost.customer_id
            order by
                terminations.dated_at desc nulls last,
                terminations.ordered_at desc nulls last,
                terminations.order_id desc nulls last
        ) as termination_rank

    from lost

    inner join months
        on lost.kpi_month = months.kpi_month

    inner join terminations
        on
            lost.customer_id = terminations.customer_id
            and cast(terminations.dated_at as date) <= months.stock_on

),

bills as (

    select * from {{ ref('int_bills__by_customer_month') }}

),

-- What the customer was worth: mean over its bill months of the year before.
worth as (

    select
        lost.kpi_month,
        lost.customer_id,
        cast(
            {{ ratio('sum(bills.lasting_amount_yuan)', 'count(*)') }} as decimal(18, 2)
        ) as monthly_amount_yuan

    from lost

    inner join bills
        on
            lost.customer_id = bills.customer_id
            and bills.kpi_month >= {{ add_months('lost.kpi_month', -window('year')) }}
            and bills.kpi_month < lost.kpi_month

    group by 1, 2

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        lost.kpi_month,
        lost.customer_id,
        coalesce(closures.closed_reason, 'unknown') as lost_reason,
        coalesce(closures.competitor, terminated.competitor, 'unknown') as lost_to,
        closures.successor_id,
        worth.monthly_amount_yuan,
        {{ attributes('spans') }},
        {{ free_cuts('spans') }}

    from lost

    inner join months
        on lost.kpi_month = months.kpi_month

    left join closures
        on
            lost.customer_id = closures.customer_id
            and closures.closed_from <= months.stock_on

    left join terminated
        on
            lost.kpi_month = terminated.kpi_month
            and lost.customer_id = terminated.customer_id
            and terminated.termination_rank = 1

    left join worth
        on
            lost.kpi_month = worth.kpi_month
            and lost.customer_id = worth.customer_id

    left join spans
        on {{ on_day('lost.customer_id', 'lost.kpi_month') }}

)

select * from final
