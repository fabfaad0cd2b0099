-- 营业厅: one row per hall of the list, and whether it is watched.

with

halls as (

    select * from {{ ref('halls') }}

),

final as (

    select
        hall_id,
        coalesce(branch_id, 'unknown') as branch_id,
        coalesce(ownership, 'unknown') as ownership,
        coalesce(is_watched, false) as is_watched

    from halls

)

select * from final
