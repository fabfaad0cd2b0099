-- 账务总数: one row per month, branch and measure of the operator's books.

with

source as (

    select * from {{ source('raw', 'control_totals') }}

),

final as (

    select
        cast(month as date) as kpi_month,
        cast(branch_id as string) as branch_id,
        cast(measure as string) as measure,
        cast(value as decimal(18, 2)) as control_value,
        cast(origin as string) as origin

    from source

)

select * from final
