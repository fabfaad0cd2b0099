-- One row per competitor event up to as_of, with the attributes of its customer on the
-- first day of the month.

with

events as (

    select
        *,
        {{ month_start('observed_on') }} as kpi_month

    from {{ ref('stg_competitor_events') }}

    where observed_on <= {{ as_of() }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        events.event_id,
        events.kpi_month,
        events.observed_on,
        events.customer_id,
        events.competitor,
        events.move,
        events.outcome,
        {{ attributes('spans') }}

    from events

    left join spans
        on {{ on_day('events.customer_id', 'events.kpi_month') }}

)

select * from final
