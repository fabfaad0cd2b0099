-- 集中受理: one row per month and city: the regional centre that answers for it on the
-- month's last day, `own` where it answers itself.

with

months as (

    select * from {{ ref('int_calendar__months') }}

),

cities as (

    select * from {{ ref('dim_branches') }} where level = 'city'

),

coverage as (

    select * from {{ ref('int_centres__assigned') }}

),

final as (

    select
        months.kpi_month,
        cities.branch_id,
        coalesce(coverage.centre_id, 'own') as centre,
        coverage.centre_id is not null as is_covered

    from months

    cross join cities

    left join coverage
        on
            cities.branch_id = coverage.city_branch_id
            and months.stock_on >= coverage.valid_from
            and (months.stock_on <= coverage.valid_to or coverage.valid_to is null)

)

select * from final
