-- 预警回看: one row per month and active customer whose next three months are over: was it
-- warned (red or amber), and was it lost, that is inactive at one of their ends? A
-- merged customer has the activity of its successor.

with

graded as (

    select * from {{ ref('int_warnings__graded') }}

),

active as (

    select * from {{ ref('int_customers__active') }}

),

merged as (

    select * from {{ ref('int_customers__merged') }}

),

carried_on as (

    select
        kpi_month,
        customer_id

    from active

    where not is_merged

    union all

    select
        merged.kpi_month,
        merged.customer_id

    from merged

    inner join active
        on
            merged.kpi_month = active.kpi_month
            and merged.final_customer_id = active.customer_id

),

-- Active at all three ends when the third active month from here is the third month.
followed as (

    select
        kpi_month,
        customer_id,
        lead(kpi_month, {{ window('lost_after') }}) over (
            partition by customer_id order by kpi_month nulls last
        ) as third_active_month

    from carried_on

),

final as (

    select
        graded.kpi_month,
        graded.customer_id,
        {{ attributes('graded') }},
        coalesce(graded.grade in ('red', 'amber'), false) as is_warned,
        coalesce(
            followed.third_active_month
            <> {{ add_months('graded.kpi_month', window('lost_after')) }},
            true
        ) as is_lost

    from graded

    inner join followed
        on
            graded.kpi_month = followed.kpi_month
            and graded.customer_id = followed.customer_id

    where
        {{ month_end(add_months('graded.kpi_month', window('lost_after'))) }}
        <= {{ as_of() }}

)

select * from final
