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
        'segment' as dimension,
        segment as member,
        cast(0 as bigint) as sort_order,
        segment as name_zh,
        segment as name_en

    from segments

    union all

    select
        'lost_to' as dimension,
        lost_to as member,
        cast(0 as bigint) as sort_order,
        lost_to as name_zh,
        lost_to as name_en

    from competitors

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
