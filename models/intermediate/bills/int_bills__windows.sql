-- 账单窗口: one row per month and customer with bills in it or in the eleven before: what
-- it was billed over the windows that the value score and the warnings look at.

with

months as (

    select * from {{ ref('int_calendar__months') }} where has_customers

),

bills as (

    select
        kpi_month,
        customer_id,
        sum(billed_amount_yuan) as billed_yuan,
        sum(case when is_informatisation then billed_amount_yuan else 0 end)
            as info_yuan,
        sum(case when kind in ('recurring', 'usage') then billed_amount_yuan else 0 end)
            as metered_yuan,
        sum(case when kind = 'one_time' then 0 else billed_amount_yuan end)
            as lasting_yuan

    from {{ ref('fct_bills') }}

    group by 1, 2

),

final as (

    select
        months.kpi_month,
        bills.customer_id,
        cast(
            sum(case
                when
                    bills.kpi_month
                    >= {{ add_months('months.kpi_month', 1 - window('value')) }}
                    then bills.billed_yuan
            end) as decimal(18, 2)
        ) as revenue_yuan,
        cast(
            sum(case
                when
                    bills.kpi_month
                    >= {{ add_months('months.kpi_month', 1 - window('value')) }}
                    then bills.info_yuan
            end) as decimal(18, 2)
        ) as info_revenue_yuan,
        cast(
            sum(case
                when bills.kpi_month = months.kpi_month then bills.metered_yuan
            end) as decimal(18, 2)
        ) as metered_yuan,
        cast(
            sum(case
                when
                    bills.kpi_month
                    >= {{ add_months('months.kpi_month', -window('warning')) }}
                    and bills.kpi_month < months.kpi_month
                    then bills.metered_yuan
            end) as decimal(18, 2)
        ) as metered_before_yuan,
        cast(
            sum(case
                when
                    bills.kpi_month
                    >= {{ add_months('months.kpi_month', -window('warning')) }}
                    and bills.kpi_month < months.kpi_month
                    then bills.billed_yuan
            end) as decimal(18, 2)
        ) as billed_before_yuan,
        cast(sum(bills.lasting_yuan) as decimal(18, 2)) as lasting_year_yuan,
        count(*) as months_of_year

    from months

    inner join bills
        on
            bills.kpi_month >= {{ add_months('months.kpi_month', 1 - window('year')) }}
            and bills.kpi_month <= months.kpi_month

    group by 1, 2

)

select * from final
