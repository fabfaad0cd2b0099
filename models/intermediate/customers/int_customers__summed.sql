-- 客户数: additive parts of every customer count, one row per month, customer attributes,
-- members of free cuts and, for losses, reason and destination; for what is counted
-- over a whole period, one per period, in its last month. Stocks are cut by the
-- attributes at the month's end, movements by those on its first day, churn by those on
-- the day before the period; moves between tiers have no other attribute than the
-- branch.

with

months as (

    select * from {{ ref('int_calendar__months') }}

),

valued as (

    select * from {{ ref('fct_customer_values') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

moved as (

    select * from {{ ref('int_customers__moved') }}

),

active as (

    select
        customers.kpi_month,
        {{ attributes('customers') }},
        {{ free_cuts('customers') }},
        1 as active_customers,
        valued.value_score as value_points,
        case when valued.value_score is not null then 1 end as valued_customers

    from {{ ref('fct_customer_months') }} as customers

    left join valued
        on
            customers.kpi_month = valued.kpi_month
            and customers.customer_id = valued.customer_id

),

lost as (

    select
        *,
        1 as lost_customers

    from {{ ref('fct_lost_customers') }}

),

gained as (

    select
        kpi_month,
        customer_id,
        kpi_month as cut_on,
        case when movement = 'new' then 1 end as new_customers,
        case when movement = 'back' then 1 end as back_customers

    from {{ ref('int_customers__movements') }}

    where movement <> 'lost'

),

attached as (

    select
        members.kpi_month,
        members.customer_id,
        months.stock_on as cut_on,
        members.lines_at_end as attached_lines

    from {{ ref('int_members__by_month') }} as members

    inner join months
        on members.kpi_month = months.kpi_month

),

churned as (

    select
        kpi_month,
        period,
        customer_id,
        opening_on as cut_on,
        1 as churned_customers

    from moved

    where is_churned

),

dated as (

    {{ side_by_side(['kpi_month', 'customer_id', 'cut_on'], {
        'gained': ['new_customers', 'back_customers'],
        'attached': ['attached_lines'],
        'churned': ['period', 'churned_customers'],
    }) }}
),

attributed as (

    select
        dated.kpi_month,
        dated.period,
        {{ attributes('spans') }},
        {{ free_cuts('spans') }},
        dated.new_customers,
        dated.back_customers,
        dated.attached_lines,
        dated.churned_customers

    from dated

    left join spans
        on {{ on_day('dated.customer_id', 'dated.cut_on') }}

),

moves as (

    select
        kpi_month,
        period,
        branch_id,
        {%- for name in attribute_names() if name != 'branch_id' %}
        'unknown' as {{ name }},
        {%- endfor %}
        from_tier,
        to_tier,
        1 as moved_customers

    from moved

),

combined as (

    {{ side_by_side(['kpi_month'] + attribute_names(), {
        'active': [
            'free_cuts', 'protected_cuts', 'active_customers', 'value_points',
            'valued_customers',
        ],
        'lost': [
            'free_cuts', 'protected_cuts', 'lost_reason', 'lost_to', 'lost_customers',
        ],
        'attributed': [
            'free_cuts', 'protected_cuts', 'period', 'new_customers', 'back_customers',
            'attached_lines', 'churned_customers',
        ],
        'moves': ['period', 'from_tier', 'to_tier', 'moved_customers'],
    }) }}
),

final as (

    select
        kpi_month,
        period,
        {{ attributes() }},
        lost_reason,
        lost_to,
        from_tier,
        to_tier,
        {{ free_cuts() }},
        {{ typed_sums([
            'active_customers', 'new_customers', 'back_customers', 'lost_customers',
            'attached_lines', 'churned_customers', 'moved_customers', 'value_points',
            'valued_customers',
        ]) }}

    from combined

    group by
        kpi_month,
        period,
        {{ attributes() }},
        lost_reason,
        lost_to,
        from_tier,
        to_tier,
        {{ free_cuts() }}

)

select * from final
