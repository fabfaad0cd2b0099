-- One row per dimension and member, with names and order; branches are in dim_branches.

with

members as (

    select * from {{ ref('members') }}

),

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

segments as (

    select segment

    from {{ ref('stg_customers') }}

    where segment is not null

    group by 1

),

competitors as (

    select lost_to

    from {{ ref('int_customers__lost') }}

    where lost_to <> 'unknown'

    group by 1

),

-- Members that no list names are shown by their codes.
by_code as (

    select
        'lost_to' as dimension,
        lost_to as member

    from competitors

    union all

    select
        'segment' as dimension,
        segment as member

    from segments

    union all

    select
        'wave' as dimension,
        wave as member

    from {{ ref('int_waves__dated') }}

    union all

    select
        'competitor' as dimension,
        competitor as member

    from {{ ref('int_interviews__classified') }}

    where competitor <> 'us'

    group by 1, 2

    union all

    select
        'agency' as dimension,
        agency as member

    from {{ ref('int_interviews__classified') }}

    where agency <> 'own'

    group by 1, 2

    union all

    select
        'reason' as dimension,
        named_reason as member

    from {{ ref('int_calls__classified') }}

    where
        named_reason is not null
        and named_reason not in (
            select reason from {{ ref('dissatisfaction_reasons') }}
        )

    group by 1, 2

),

combined as (

    select
        dimension,
        member,
        sort_order,
        name_zh,
        name_en

    from members

    union all

    select
        'tier' as dimension,
        tier as member,
        cast(rank as bigint) as sort_order,
        name_zh,
        name_en

    from {{ ref('tiers') }}

    union all

    select
        'from_tier' as dimension,
        tier as member,
        cast(rank as bigint) as sort_order,
        name_zh,
        name_en

    from {{ ref('tiers') }}

    union all

    select
        'to_tier' as dimension,
        tier as member,
        cast(rank as bigint) as sort_order,
        name_zh,
        name_en

    from {{ ref('tiers') }}

    union all

    select
        'industry' as dimension,
        industry as member,
        cast(0 as bigint) as sort_order,
        name_zh,
        name_en

    from {{ ref('industries') }}

    union all

    select
        'size' as dimension,
        size as member,
        cast(from_employees as bigint) as sort_order,
        name_zh,
        name_en

    from {{ ref('size_bands') }}

    union all

    select
        'product' as dimension,
        product_id as member,
        cast(0 as bigint) as sort_order,
        name_zh,
        name_en

    from products

    where validity_rank = 1

    union all

    select
        dimension,
        member,
        cast(0 as bigint) as sort_order,
        member as name_zh,
        member as name_en

    from by_code

    union all

    select
        'reason' as dimension,
        reason as member,
        cast(0 as bigint) as sort_order,
        name_zh,
        name_en

    from {{ ref('dissatisfaction_reasons') }}

    union all

    select
        'centre' as dimension,
        centre_id as member,
        cast(0 as bigint) as sort_order,
        name_zh,
        name_en

    from {{ ref('centres') }}

    union all

    select
        'hall' as dimension,
        hall_id as member,
        cast(0 as bigint) as sort_order,
        name_zh,
        name_en

    from {{ ref('halls') }}

),

final as (

    select
        dimension,
        member,
        sort_order,
        name_zh,
        name_en

    from combined

)

select * from final
