-- 客户数: additive parts of every customer count, one row per month, customer
-- attributes and, for losses, reason and destination. Stocks are cut by the attributes
-- at the month's end, movements by those on its first day.

with

months as (

    select * from {{ ref('int_calendar__months') }}

),

active as (

    select * from {{ ref('int_customers__active') }} where not is_merged

),

movements as (

    select * from {{ ref('int_customers__movements') }} where movement <> 'lost'

),

lost as (

    select * from {{ ref('int_customers__lost') }}

),

counted as (

    select
        active.kpi_month,
        active.customer_id,
        months.stock_on as cut_on,
        cast(null as string) as lost_reason,
        cast(null as string) as lost_to,
        1 as is_active,
        cast(null as int) as is_new,
        cast(null as int) as is_back,
        cast(null as int) as is_lost

    from active

    inner join months
        on active.kpi_month = months.kpi_month

    union all

    select
        kpi_month,
        customer_id,
        kpi_month as cut_on,
        cast(null as string) as lost_reason,
        cast(null as string) as lost_to,
        null as is_active,
        case when movement = 'new' then 1 end as is_new,
        case when movement = 'back' then 1 end as is_back,
        null as is_lost

    from movements

    union all

    select
        kpi_month,
        customer_id,
        kpi_month as cut_on,
        lost_reason,
        lost_to,
        null as is_active,
        null as is_new,
        null as is_back,
        1 as is_lost

    from lost

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

attributed as (

    select
        counted.kpi_month,
        {{ attributes('spans') }},
        counted.lost_reason,
        counted.lost_to,
        counted.is_active,
        counted.is_new,
        counted.is_back,
        counted.is_lost

    from counted

    left join spans
        on
            counted.customer_id = spans.customer_id
            and counted.cut_on >= spans.valid_from
            and counted.cut_on < spans.valid_to

),

final as (

    select
        kpi_month,
        {{ attributes() }},
        lost_reason,
        lost_to,
        cast(sum(is_active) as bigint) as active_customers,
        cast(sum(is_new) as bigint) as new_customers,
        cast(sum(is_back) as bigint) as back_customers,
        cast(sum(is_lost) as bigint) as lost_customers

    from attributed

    group by
        kpi_month,
        {{ attributes() }},
        lost_reason,
        lost_to

)

select * from final
