-- In service (在网): one row per month and customer with a subscription in service at
-- the month's end. Without orders the last photograph on or before that day decides.

with

months as (

    select * from {{ ref('int_calendar__months') }} where has_customers

),

delivered as (

    select is_delivered as has_orders

    from {{ ref('stg_entities') }}

    where entity = 'orders'

),

spans as (

    select * from {{ ref('fct_services') }}

),

photographs as (

    select
        customer_id,
        snapshot_on,
        status,
        lead(snapshot_on) over (
            partition by customer_id order by snapshot_on nulls last
        ) as next_snapshot_on

    from {{ ref('stg_customers') }}

),

by_subscription as (

    select
        months.kpi_month,
        spans.customer_id

    from months

    inner join spans
        on
            spans.valid_from <= months.stock_on
            and spans.valid_to > months.stock_on

    group by 1, 2

),

by_photograph as (

    select
        months.kpi_month,
        photographs.customer_id

    from months

    inner join photographs
        on
            photographs.snapshot_on <= months.stock_on
            and (
                photographs.next_snapshot_on > months.stock_on
                or photographs.next_snapshot_on is null
            )

    where photographs.status in ('active', 'suspended')

),

final as (

    select by_subscription.*

    from by_subscription

    cross join delivered

    where delivered.has_orders

    union all

    select by_photograph.*

    from by_photograph

    cross join delivered

    where not delivered.has_orders

)

select * from final
