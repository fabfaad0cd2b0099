-- The market (市场总量): one row per month, branch and industry with the units of the
-- latest count on or before the month's end.

with

months as (

    select * from {{ ref('int_calendar__months') }} where has_customers

),

counts as (

    select
        branch_id,
        industry,
        counted_on,
        units,
        coalesce(
            lead(counted_on) over (
                partition by branch_id, industry order by counted_on nulls last
            ),
            cast('9999-12-31' as date)
        ) as next_counted_on

    from {{ ref('market_universe') }}

),

final as (

    select
        months.kpi_month,
        counts.branch_id,
        counts.industry,
        counts.units

    from months

    inner join counts
        on
            counts.counted_on <= months.stock_on
            and counts.next_counted_on > months.stock_on

)

select * from final
