-- 客户数: additive parts of every customer count, one row per month, customer
-- attributes and, for losses, reason and destination; for what is counted over a whole
-- period, one per period, in its last month. Stocks are cut by the attributes at the
-- month's end, movements by those on its first day, churn by those on the day before
-- the period; moves between tiers have no other attribute than the branch.

with

months as (

    select * from {{ ref('int_calendar__months') }}

),

active as (

    select * from {{ ref('int_customers__by_month') }}

),

valued as (

    select * from {{ ref('int_customers__valued') }}

),

movements as (

    select * from {{ ref('int_customers__movements') }} where movement <> 'lost'

),

lost as (

    select * from {{ ref('int_customers__lost') }}

),

members as (

    select * from {{ ref('int_members__by_month') }}

),

moved as (

    select * from {{ ref('int_customers__moved') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

dated as (

    select
        kpi_month,
        cast(null as string) as period,
        customer_id,
        kpi_month as cut_on,
        cast(null as string) as lost_reason,
        cast(null as string) as lost_to,
        {{ only_measures('customers', {
            'new_customers': "case when movement = 'new' then 1 end",
            'back_customers': "case when movement = 'back' then 1 end",
        }) }}

    from movements

    union all

    select
        kpi_month,
        cast(null as string) as period,
        customer_id,
        kpi_month as cut_on,
        lost_reason,
        lost_to,
        {{ only_measures('customers', {'lost_customers': '1'}) }}

    from lost

    union all

    select
        members.kpi_month,
        cast(null as string) as period,
        members.customer_id,
        months.stock_on as cut_on,
        cast(null as string) as lost_reason,
        cast(null as string) as lost_to,
        {{ only_measures('customers', {'attached_lines': 'members.lines_at_end'}) }}

    from members

    inner join months
        on members.kpi_month = months.kpi_month

    union all

    select
        kpi_month,
        period,
        customer_id,
        opening_on as cut_on,
        cast(null as string) as lost_reason,
        cast(null as string) as lost_to,
        {{ only_measures('customers', {'churned_customers': '1'}) }}

    from moved

    where is_churned

),

combined as (

    select
        active.kpi_month,
        cast(null as string) as period,
        {{ attributes('active') }},
        cast(null as string) as lost_reason,
        cast(null as string) as lost_to,
        cast(null as string) as from_tier,
        cast(null as string) as to_tier,
        {{ only_measures('customers', {
            'active_customers': '1',
            'value_points': 'valued.value_score',
            'valued_customers': 'case when valued.value_score is not null then 1 end',
        }) }}

    from active

    left join valued
        on
            active.kpi_month = valued.kpi_month
            and active.customer_id = valued.customer_id

    union all

    select
        dated.kpi_month,
        dated.period,
        {{ attributes('spans') }},
        dated.lost_reason,
        dated.lost_to,
        cast(null as string) as from_tier,
        cast(null as string) as to_tier,
        {{ measures_of('customers', 'dated') }}

    from dated

    left join spans
        on
            dated.customer_id = spans.customer_id
            and dated.cut_on >= spans.valid_from
            and dated.cut_on < spans.valid_to

    union all

    select
        kpi_month,
        period,
        branch_id,
        {%- for name in attribute_names() if name != 'branch_id' %}
        'unknown' as {{ name }},
        {%- endfor %}
        cast(null as string) as lost_reason,
        cast(null as string) as lost_to,
        from_tier,
        to_tier,
        {{ only_measures('customers', {'moved_customers': '1'}) }}

    from moved

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
        {{ typed_sums('customers') }}

    from combined

    group by
        kpi_month,
        period,
        {{ attributes() }},
        lost_reason,
        lost_to,
        from_tier,
        to_tier

)

select * from final
