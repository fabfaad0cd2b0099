-- One row per month and active customer with its account manager and the days since
-- its last visit at the month's end. Managers are numbered: their ids are protected.

with

months as (

    select * from {{ ref('int_calendar__months') }}

),

active as (

    select * from {{ ref('int_customers__active') }} where not is_merged

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

managed as (

    select * from {{ ref('int_customers__managed') }}

),

numbered as (

    select
        account_manager_id,
        row_number() over (order by account_manager_id nulls last) as manager_number

    from managed

    where account_manager_id is not null

    group by 1

),

grades as (

    select * from {{ ref('managers') }}

),

visited as (

    select * from {{ ref('int_customers__visited') }}

),

tiers as (

    select * from {{ ref('tiers') }}

),

final as (

    select
        active.kpi_month,
        active.customer_id,
        {{ attributes('spans') }},
        numbered.manager_number,
        case
            when numbered.manager_number is not null
                then coalesce(grades.grade, 'unknown')
        end as grade,
        tiers.visit_days,
        case
            when visited.visited_on is not null
                then {{ days_between('visited.visited_on', 'months.stock_on') }}
        end as days_since_visit

    from active

    inner join months
        on active.kpi_month = months.kpi_month

    left join spans
        on {{ on_day('active.customer_id', 'months.stock_on') }}

    left join managed
        on
            active.customer_id = managed.customer_id
            and months.stock_on >= managed.valid_from
            and months.stock_on < managed.valid_to

    left join numbered
        on managed.account_manager_id = numbered.account_manager_id

    left join grades
        on
            managed.account_manager_id = grades.account_manager_id
            and (months.stock_on >= grades.valid_from or grades.valid_from is null)
            and (months.stock_on <= grades.valid_to or grades.valid_to is null)

    left join visited
        on
            active.customer_id = visited.customer_id
            and months.stock_on >= visited.visited_on
            and months.stock_on < visited.next_visited_on

    left join tiers
        on spans.tier = tiers.tier

)

select * from final
