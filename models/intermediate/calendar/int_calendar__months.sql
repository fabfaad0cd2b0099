-- The months that can be asked for: from the first flow, bill or photograph to as_of.
-- Orders and members are histories that reach far back: they open no month.

with recursive

entities as (

    select * from {{ ref('stg_entities') }}

),

photographs as (

    select min(snapshot_on) as first_on from {{ ref('stg_customers') }}

),

customer_facts as (

    select min(first_on) as first_on

    from entities

    where entity = 'bills'

),

other_facts as (

    select min(first_on) as first_on

    from entities

    where entity not in ('customers', 'bills', 'orders', 'order_steps', 'members')

),

histories as (

    select min(first_on) as first_on from entities

),

bounds as (

    select
        {{ month_start(
            'coalesce(least(photographs.first_on, customer_facts.first_on), '
            ~ 'other_facts.first_on, histories.first_on)'
        ) }} as first_customer_month,
        {{ month_start(
            'coalesce(least(photographs.first_on, customer_facts.first_on, '
            ~ 'other_facts.first_on), histories.first_on)'
        ) }} as first_month

    from photographs

    cross join customer_facts

    cross join other_facts

    cross join histories

),

months as (

    select
        first_month as kpi_month,
        first_customer_month

    from bounds

    where first_month <= {{ as_of() }}

    union all

    select
        {{ add_months('kpi_month', 1) }} as kpi_month,
        first_customer_month

    from months

    where {{ add_months('kpi_month', 1) }} <= {{ as_of() }}

),

final as (

    select
        kpi_month,
        {{ month_end('kpi_month') }} as month_end_on,
        {{ stock_on('kpi_month') }} as stock_on,
        kpi_month >= first_customer_month as has_customers

    from months

)

select * from final
