-- The summed parts and the rows behind them agree to the cent, month by month.

with

lines as (

    select
        kpi_month,
        sum(billed_amount_yuan) as operating_revenue,
        sum(case when is_informatisation then billed_amount_yuan else 0 end)
            as info_revenue

    from {{ ref('fct_bills') }}

    group by 1

),

parts as (

    select
        kpi_month,
        sum(operating_revenue) as operating_revenue,
        sum(coalesce(info_revenue, 0)) as info_revenue

    from {{ ref('kpi_revenue') }}

    -- Other rows are stocks: arrears, products in service, the market.
    where operating_revenue is not null

    group by 1

)

select lines.kpi_month
from lines
full outer join parts
    on lines.kpi_month = parts.kpi_month
where
    coalesce(lines.operating_revenue, -1) <> coalesce(parts.operating_revenue, -1)
    or coalesce(lines.info_revenue, -1) <> coalesce(parts.info_revenue, -1)
