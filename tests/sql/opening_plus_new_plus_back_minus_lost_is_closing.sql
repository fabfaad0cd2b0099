-- Movements explain every change of the number of active customers, month by month.

with

counts as (

    select
        kpi_month,
        sum(active_customers) as closing,
        sum(coalesce(new_customers, 0) + coalesce(back_customers, 0)) as gained,
        sum(coalesce(lost_customers, 0)) as lost

    from {{ ref('kpi_customers') }}

    group by 1

),

compared as (

    select
        kpi_month,
        closing,
        gained,
        lost,
        coalesce(lag(closing) over (order by kpi_month nulls last), 0) as opening

    from counts

)

select *
from compared
where opening + gained - lost <> coalesce(closing, 0)
