-- One row per dimension and member, with names, order and parent; branches are in
-- dim_branches.

with

products as (

    select
        product_id,
        name_zh,
        name_en,
        row_number() over (
            partition by product_id order by valid_from desc nulls last
        ) as validity_rank

    from {{ ref('products') }}

),

current_products as (

    select * from products where validity_rank = 1

),

dissatisfaction_reasons as (

    select * from {{ ref('dissatisfaction_reasons') }}

),

-- Names by the reference lists.
listed as (

    {% for dimension, member, sort_order, parent, list in [
        ('tier', 'tier', 'rank', none, ref('tiers')),
        ('from_tier', 'tier', 'rank', none, ref('tiers')),
        ('to_tier', 'tier', 'rank', none, ref('tiers')),
        ('industry', 'industry', '0', none, ref('industries')),
        ('size', 'size', 'from_employees', none, ref('size_bands')),
        ('product', 'product_id', '0', none, 'current_products'),
        ('reason', 'reason', '0', 'parent', 'dissatisfaction_reasons'),
        ('complaint_type', 'complaint_type', '0', none, ref('complaint_types')),
        ('channel', 'channel', '0', none, ref('channels')),
        ('centre', 'centre_id', '0', none, ref('centres')),
        ('hall', 'hall_id', '0', none, ref('halls')),
        ('item', 'item_code', '0', none, ref('survey_items')),
    ] -%}
    select
        '{{ dimension }}' as dimension,
        {{ member }} as member,
        cast({{ sort_order }} as bigint) as sort_order,
        name_zh,
        name_en,
        {{ parent or 'cast(null as string)' }} as parent

    from {{ list }}
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- endfor %}

),

-- Codes as delivered, named by themselves where nothing else names them.
coded as (

    {% for dimension, member, model in [
        ('lost_to', 'lost_to', ref('fct_lost_customers')),
        ('segment', 'segment', ref('stg_customers')),
        ('wave', 'wave', ref('int_waves__dated')),
        ('competitor', 'competitor', ref('int_interviews__classified')),
        ('agency', 'agency', ref('int_interviews__classified')),
        ('hall', 'hall', ref('int_interviews__classified')),
        ('hall', 'hall', ref('fct_halls')),
        ('hall', 'hall', ref('int_tickets__classified')),
        ('reason', 'reason', ref('fct_hotline')),
        ('acquired_month', 'acquired_month', ref('int_customers__acquired')),
        ('age_months', 'age_months', ref('int_customers__acquired')),
        ('score', 'score', ref('kpi_satisfaction')),
    ] -%}
    select
        '{{ dimension }}' as dimension,
        {{ member }} as member

    from {{ model }}

    where {{ member }} is not null

    group by 1, 2
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- endfor %}

),

-- Names of what a parameter lists.
lags as (

    {% for lag in nrr_lags() -%}
    select
        'lag' as dimension,
        '{{ lag }}' as member,
        cast({{ lag }} as bigint) as sort_order,
        '{{ lag }} 个月' as name_zh,
        '{{ lag }} {{ 'month' if lag == 1 else 'months' }}' as name_en,
        cast(null as string) as parent
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

named as (

    select
        dimension,
        member,
        sort_order,
        name_zh,
        name_en,
        parent,
        1 as source_rank

    from listed

    union all

    select
        *,
        1 as source_rank

    from lags

    union all

    select
        dimension,
        member,
        sort_order,
        name_zh,
        name_en,
        cast(null as string) as parent,
        2 as source_rank

    from {{ ref('members') }}

    union all

    select
        dimension,
        member,
        case
            when dimension = 'score'
                then cast(round(cast(member as double) * 1000) as bigint)
            else 0
        end as sort_order,
        member as name_zh,
        member as name_en,
        cast(null as string) as parent,
        3 as source_rank

    from coded

    -- Our own interviews are about no competitor.
    where not (dimension = 'competitor' and member = 'us')

    union all

    -- A free cut of two entities has the members of both.
    select
        free_cut as dimension,
        member,
        cast(case when member = 'unknown' then 1 else 0 end as bigint) as sort_order,
        case when member = 'unknown' then '未知' else member end as name_zh,
        case when member = 'unknown' then 'Unknown' else member end as name_en,
        cast(null as string) as parent,
        3 as source_rank

    from {{ ref('stg_free_cut_members') }}

    group by 1, 2

),

ranked as (

    select
        *,
        row_number() over (
            partition by dimension, member order by source_rank asc nulls last
        ) as name_rank

    from named

),

final as (

    select
        dimension,
        member,
        sort_order,
        name_zh,
        name_en,
        parent

    from ranked

    where name_rank = 1

)

select * from final
