-- 收入: additive parts of every revenue KPI, one row per month, customer attributes,
-- product, product line and kind of bill line.

with

bills as (

    select * from {{ ref('int_bills__classified') }}

),

final as (

    select
        kpi_month,
        {{ attributes() }},
        product,
        line,
        kind,
        cast(sum(billed_amount_yuan) as decimal(18, 2)) as operating_revenue,
        cast(
            sum(case when is_informatisation then billed_amount_yuan end)
            as decimal(18, 2)
        ) as info_revenue

    from bills

    group by
        kpi_month,
        {{ attributes() }},
        product,
        line,
        kind

)

select * from final
