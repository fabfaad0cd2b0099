-- 拍照保有: one row per month and customer of the month's cohort, with the attributes of
-- its photograph. Joiners never enter, leavers never drop out; a merged customer has
-- the activity of its successor.

with

cohorts as (

    select * from {{ ref('int_calendar__cohorts') }}

),

months as (

    select * from {{ ref('int_calendar__months') }}

),

photographs as (

    select * from {{ ref('stg_customers') }} where status in ('active', 'suspended')

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

active as (

    select * from {{ ref('int_customers__active') }}

),

merged as (

    select * from {{ ref('int_customers__merged') }}

),

closures as (

    select * from {{ ref('int_customers__closures') }}

),

-- An entity delivered empty measures nothing: there is no cohort to follow.
measurable as (

    select count(*) as empty_entities

    from {{ ref('stg_entities') }}

    where
        entity in ('orders', 'bills')
        and is_delivered
        and rows_accepted = 0

),

members as (

    select
        cohorts.kpi_month,
        cohorts.cohort_on,
        months.month_end_on,
        months.stock_on,
        photographs.customer_id,
        photographs.snapshot_on

    from cohorts

    inner join months
        on cohorts.kpi_month = months.kpi_month

    inner join photographs
        on cohorts.cohort_snapshot_on = photographs.snapshot_on

    cross join measurable

    where measurable.empty_entities = 0

),

observed as (

    select
        members.kpi_month,
        members.cohort_on,
        members.month_end_on,
        members.customer_id,
        {{ attributes('spans') }},
        active.customer_id is not null as is_active,
        coalesce(closures.closed_reason in ('merged', 'dissolved'), false)
            as is_admin_closed

    from members

    left join spans
        on {{ on_day('members.customer_id', 'members.snapshot_on') }}

    left join merged
        on
            members.kpi_month = merged.kpi_month
            and members.customer_id = merged.customer_id

    left join active
        on
            members.kpi_month = active.kpi_month
            and coalesce(merged.final_customer_id, members.customer_id)
            = active.customer_id

    left join closures
        on
            members.customer_id = closures.customer_id
            and members.stock_on >= closures.closed_from

),

remembered as (

    select
        *,
        max(case
            when not is_active and month_end_on > cohort_on then 1
            else 0
        end) over (
            partition by cohort_on, customer_id
            order by kpi_month nulls last
            rows between unbounded preceding and 1 preceding
        ) as was_inactive

    from observed

),

final as (

    select
        kpi_month,
        customer_id,
        {{ attributes() }},
        is_active,
        is_admin_closed,
        is_active and coalesce(was_inactive, 0) = 1 as is_returned

    from remembered

)

select * from final
