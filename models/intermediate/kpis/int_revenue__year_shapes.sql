-- 季节形状: one row per period, branch and completed year before the period's: the whole
-- year's informatisation revenue over that of the same months. Completed: bills of all
-- twelve months lie between the first and the last delivered one.

with

periods as (

    select * from {{ ref('int_time__progressed') }}

),

amounts as (

    select
        amounts.branch_id,
        amounts.period,
        amounts.amount,
        ends.last_month

    from {{ ref('int_parts__by_period') }} as amounts

    inner join {{ ref('int_periods__enumerated') }} as ends
        on amounts.period = ends.period

    where
        amounts.part = 'info_revenue_ytd'
        and ends.period_kind = 'month'

),

bill_months as (

    select * from {{ ref('int_calendar__bill_months') }}

),

completed as (

    select
        amounts.branch_id,
        {{ year_start('amounts.last_month') }} as year_on,
        amounts.amount as year_amount

    from amounts

    cross join bill_months

    where
        extract(month from amounts.last_month) = 12
        and {{ year_start('amounts.last_month') }} >= bill_months.first_bill_month
        and amounts.last_month <= bill_months.last_bill_month

),

final as (

    select
        periods.period,
        completed.branch_id,
        completed.year_on,
        completed.year_on
        = {{ add_months(year_start('periods.progressed_month'), -12) }} as is_last_year,
        {{ ratio('completed.year_amount', 'amounts.amount') }} as year_over_to_date

    from periods

    inner join completed
        on completed.year_on < {{ year_start('periods.progressed_month') }}

    inner join amounts
        on
            completed.branch_id = amounts.branch_id
            and {{ year_start('amounts.last_month') }} = completed.year_on
            and extract(month from amounts.last_month)
            = extract(month from periods.progressed_month)

    where amounts.amount > 0

)

select * from final
