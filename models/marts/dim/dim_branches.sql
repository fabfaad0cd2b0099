-- 分公司: one row per branch, with its place in the tree.

with

source as (

    select * from {{ ref('int_branches__placed') }}

),

final as (

    select
        branch_id,
        parent_id,
        branch_level as level,
        city_id,
        county_id,
        name_zh,
        name_en,
        cast(depth as bigint) as depth,
        branch_path,
        row_number() over (order by branch_path nulls last) as sort_order

    from source

)

select * from final
