-- One row per visit up to as_of, with the attributes of its customer on the first day
-- of the month.

with

visits as (

    select
        *,
        {{ month_start('visited_on') }} as kpi_month

    from {{ ref('stg_visits') }}

    where visited_on <= {{ as_of() }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        visits.visit_id,
        visits.kpi_month,
        visits.visited_on,
        visits.customer_id,
        coalesce(visits.is_executive, false) as is_executive,
        {{ attributes('spans') }}

    from visits

    left join spans
        on {{ on_day('visits.customer_id', 'visits.kpi_month') }}

)

select * from final
