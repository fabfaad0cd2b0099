-- 获客批次: one row per customer and full month from that of its first order or bill line
-- on: its age in months, whether it ordered or was billed again, and how much. An order
-- that was cancelled, failed or ends a service is none, and a credit is no bill. Where
-- bills are delivered only their months are looked at: else nobody could be billed.

with

orders as (

    select
        customer_id,
        {{ month_start('ordered_at') }} as kpi_month,
        cast(null as decimal(18, 2)) as billed_amount_yuan

    from {{ ref('stg_orders') }}

    where
        cast(ordered_at as date) <= {{ as_of() }}
        and status not in ('cancelled', 'failed')
        and order_type <> 'terminate'

),

bills as (

    select
        customer_id,
        kpi_month,
        billed_amount_yuan

    from {{ ref('fct_bills') }}

),

bill_months as (

    select * from {{ ref('int_calendar__bill_months') }}

),

months as (

    select months.kpi_month

    from {{ ref('int_calendar__months') }} as months

    cross join bill_months

    where
        months.month_end_on <= {{ as_of() }}
        and months.kpi_month
        >= coalesce(bill_months.first_bill_month, months.kpi_month)
        and months.kpi_month <= coalesce(bill_months.last_bill_month, months.kpi_month)

),

facts as (

    select * from orders

    union all

    select * from bills

),

by_month as (

    select
        customer_id,
        kpi_month,
        max(case when coalesce(billed_amount_yuan, 0) >= 0 then 1 else 0 end) = 1
            as is_active,
        cast(sum(billed_amount_yuan) as decimal(18, 2)) as billed_amount_yuan

    from facts

    group by 1, 2

),

acquired as (

    select
        customer_id,
        min(kpi_month) as acquired_on

    from by_month

    where is_active

    group by 1

),

firsts as (

    select
        acquired.customer_id,
        acquired.acquired_on,
        case
            when acquired.acquired_on >= bill_months.first_bill_month
                then coalesce(by_month.billed_amount_yuan, 0)
        end as first_amount_yuan

    from acquired

    cross join bill_months

    left join by_month
        on
            acquired.customer_id = by_month.customer_id
            and acquired.acquired_on = by_month.kpi_month

),

final as (

    select
        months.kpi_month,
        firsts.customer_id,
        {{ month_code('firsts.acquired_on') }} as acquired_month,
        cast(
            {{ months_between('firsts.acquired_on', 'months.kpi_month') }} as string
        ) as age_months,
        coalesce(by_month.is_active, false) as is_active,
        cast(
            case
                when firsts.first_amount_yuan is not null
                    then coalesce(by_month.billed_amount_yuan, 0)
            end as decimal(18, 2)
        ) as billed_amount_yuan,
        cast(firsts.first_amount_yuan as decimal(18, 2)) as first_amount_yuan

    from firsts

    inner join months
        on firsts.acquired_on <= months.kpi_month

    left join by_month
        on
            firsts.customer_id = by_month.customer_id
            and months.kpi_month = by_month.kpi_month

)

select * from final
