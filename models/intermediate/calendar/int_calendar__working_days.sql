-- 工作日: working days of every month up to as_of. Saturdays and Sundays are off but for
-- the weekend days that are worked; of a year the list does not reach nothing is known.

with recursive

months as (

    select * from {{ ref('int_calendar__months') }}

),

holidays as (

    select * from {{ ref('holidays') }}

),

listed_years as (

    select {{ year_start('day') }} as year_on

    from holidays

    group by 1

),

days as (

    select
        kpi_month,
        stock_on,
        kpi_month as happened_on

    from months

    union all

    select
        kpi_month,
        stock_on,
        {{ add_days('happened_on', 1) }} as happened_on

    from days

    where happened_on < stock_on

),

final as (

    select
        days.kpi_month,
        case
            when max(listed_years.year_on) is not null
                then
                    count(case
                        when
                            coalesce(
                                holidays.is_working,
                                {{ iso_weekday('days.happened_on') }} <= 5
                            )
                            then 1
                    end)
        end as working_days

    from days

    left join holidays
        on days.happened_on = holidays.day

    left join listed_years
        on {{ year_start('days.kpi_month') }} = listed_years.year_on

    group by 1

)

select * from final
