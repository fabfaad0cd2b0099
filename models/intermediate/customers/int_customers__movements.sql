-- 新增、回流、流失: one row per month and customer that became active, came back or was
-- lost between the end of the month before and the month's end. The first month opens
-- the count: nobody is lost in it.

with

months as (

    select * from {{ ref('int_calendar__months') }} where has_customers

),

counted as (

    select
        kpi_month,
        customer_id

    from {{ ref('int_customers__active') }}

    where not is_merged

),

neighbours as (

    select
        kpi_month,
        customer_id,
        lag(kpi_month) over (
            partition by customer_id order by kpi_month nulls last
        ) as active_month_before,
        lead(kpi_month) over (
            partition by customer_id order by kpi_month nulls last
        ) as next_active_month

    from counted

),

gained as (

    select
        kpi_month,
        customer_id,
        case when active_month_before is null then 'new' else 'back' end as movement

    from neighbours

    where
        active_month_before is null
        or active_month_before < {{ add_months('kpi_month', -1) }}

),

lost as (

    select
        months.kpi_month,
        neighbours.customer_id,
        'lost' as movement

    from neighbours

    inner join months
        on months.kpi_month = {{ add_months('neighbours.kpi_month', 1) }}

    where
        neighbours.next_active_month is null
        or neighbours.next_active_month > months.kpi_month

),

final as (

    select * from gained

    union all

    select * from lost

)

select * from final
