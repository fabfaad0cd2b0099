-- One row per need, source and month that it covers: an entity as a whole, or
-- entity.column where a row of the source holds a value; `cohort`: a photograph to take
-- the cohort of the month from. A photograph holds until the next one, a list always.
-- A month of which calls or tickets came only counted is not covered by single ones.

with

months as (

    select
        kpi_month,
        stock_on

    from {{ ref('int_calendar__months') }}

),

{% set lists = {
    'branches': 'branch_id', 'kpi_targets': 'kpi', 'managers': 'grade',
    'market_universe': 'units',
} -%}

presence as (

    select
        source_name,
        entity,
        entity || coalesce('.' || column_name, '') as need,
        first_on,
        case when entity <> 'customers' then last_on end as last_on

    from {{ ref('stg_presence') }}

    where is_present

    {% for list, column in lists.items() -%}
    union all

    select
        '{{ list }}' as source_name,
        '{{ list }}' as entity,
        '{{ list }}' as need,
        cast(null as date) as first_on,
        cast(null as date) as last_on

    from {{ ref(list) }}

    where {{ column }} is not null

    group by 1

    {% endfor -%}

),

counted as (

    select
        'calls' as entity,
        kpi_month

    from {{ ref('fct_call_intervals') }}

    where offered_calls > 0

    group by 1, 2

    union all

    select
        'tickets' as entity,
        kpi_month

    from {{ ref('fct_ticket_counts') }}

    where opened_tickets > 0

    group by 1, 2

),

single as (

    select
        'calls' as entity,
        kpi_month

    from {{ ref('fct_hotline') }}

    group by 1, 2

    union all

    select
        'tickets' as entity,
        kpi_month

    from {{ ref('fct_tickets') }}

    where counted_as = 'opened'

    group by 1, 2

),

only_counted as (

    select
        counted.entity,
        counted.kpi_month

    from counted

    left join single
        on
            counted.entity = single.entity
            and counted.kpi_month = single.kpi_month

    where single.entity is null

),

final as (

    select
        presence.need,
        presence.entity,
        presence.source_name,
        months.kpi_month

    from presence

    inner join months
        on
            coalesce(presence.first_on, months.kpi_month) <= months.stock_on
            and coalesce(presence.last_on, months.kpi_month) >= months.kpi_month

    left join only_counted
        on
            presence.entity = only_counted.entity
            and months.kpi_month = only_counted.kpi_month

    where only_counted.entity is null

    union all

    select
        'cohort' as need,
        'cohort' as entity,
        'customers' as source_name,
        kpi_month

    from {{ ref('int_calendar__cohorts') }}

)

select * from final
