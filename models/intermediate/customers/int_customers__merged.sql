-- One row per month and customer whose merger chain, as it holds at the month's end,
-- ends in another customer. A chain that ends nowhere or runs in a circle gives no row.

with recursive

months as (

    select * from {{ ref('int_calendar__months') }}

),

mergers as (

    select * from {{ ref('int_customers__closures') }} where closed_reason = 'merged'

),

customers as (

    select customer_id from {{ ref('dim_customers') }}

),

in_force as (

    select
        months.kpi_month,
        mergers.customer_id,
        mergers.successor_id

    from months

    inner join mergers
        on mergers.closed_from <= months.stock_on

    where months.has_customers

),

chains as (

    select
        kpi_month,
        customer_id,
        successor_id as reached_id,
        '/' || customer_id || '/' || successor_id || '/' as chain_path

    from in_force

    where customer_id <> successor_id

    union all

    select
        chains.kpi_month,
        chains.customer_id,
        in_force.successor_id as reached_id,
        chains.chain_path || in_force.successor_id || '/' as chain_path

    from chains

    inner join in_force
        on
            chains.kpi_month = in_force.kpi_month
            and chains.reached_id = in_force.customer_id

    where position('/' || in_force.successor_id || '/' in chains.chain_path) = 0

),

-- The end of a chain is a customer of ours that no merger in force leads on from.
final as (

    select
        chains.kpi_month,
        chains.customer_id,
        chains.reached_id as final_customer_id

    from chains

    inner join customers
        on chains.reached_id = customers.customer_id

    left join in_force
        on
            chains.kpi_month = in_force.kpi_month
            and chains.reached_id = in_force.customer_id

    where in_force.customer_id is null

)

select * from final
