-- 客户经理与竞争: additive parts of account management and competition, one row per
-- month, customer attributes and, for events, the rival's move. Visits and events are
-- cut by the attributes on the first day of the month, customers by those at its end.

{% set flows = [
    'executive_visits', 'competitor_events', 'kept_events', 'decided_events',
] -%}
{% set stocks = [
    'visited_customers', 'assignable_customers', 'unmanaged_customers',
    'key_customers', 'chief_customers',
] -%}

with

visits as (

    select * from {{ ref('fct_visits') }} where is_executive

),

events as (

    select * from {{ ref('fct_competitor_events') }}

),

attended as (

    select * from {{ ref('fct_attended') }}

),

-- Where nobody is named, nobody can be missing.
named as (

    select max(account_manager_id) is not null as has_managers

    from {{ ref('int_customers__managed') }}

),

listed as (

    select count(*) > 0 as has_grades from {{ ref('managers') }}

),

by_visit as (

    select
        kpi_month,
        {{ attributes() }},
        count(*) as executive_visits

    from visits

    group by
        kpi_month,
        {{ attributes() }}

),

by_event as (

    select
        kpi_month,
        {{ attributes() }},
        move,
        count(*) as competitor_events,
        sum(case when outcome = 'kept' then 1 end) as kept_events,
        sum(case when outcome in ('kept', 'lost') then 1 end) as decided_events

    from events

    group by
        kpi_month,
        {{ attributes() }},
        move

),

by_customer as (

    select
        attended.kpi_month,
        {{ attributes('attended') }},
        sum(case
            when attended.days_since_visit <= attended.visit_days then 1
            else 0
        end) as visited_customers,
        sum(case when named.has_managers then 1 end) as assignable_customers,
        sum(case
            when named.has_managers
                then case when attended.manager_number is null then 1 else 0 end
        end) as unmanaged_customers,
        sum(case
            when listed.has_grades and attended.tier_group in ('A', 'B') then 1
        end) as key_customers,
        sum(case
            when listed.has_grades and attended.tier_group in ('A', 'B')
                then case when attended.grade = 'chief' then 1 else 0 end
        end) as chief_customers

    from attended

    cross join named

    cross join listed

    group by
        {% for name in attribute_names() -%}
        attended.{{ name }},
        {% endfor -%}
        attended.kpi_month

),

combined as (

    {{ side_by_side(['kpi_month'] + attribute_names(), {
        'by_visit': ['executive_visits'],
        'by_event': ['move', 'competitor_events', 'kept_events', 'decided_events'],
        'by_customer': stocks,
    }) }}
),

final as (

    select
        kpi_month,
        {{ attributes() }},
        {% for name in flows + stocks -%}
        cast({{ name }} as bigint) as {{ name }},
        {% endfor -%}
        move

    from combined

)

select * from final
