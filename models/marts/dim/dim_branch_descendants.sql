-- One row per branch and branch below it, itself included; `total` holds every branch
-- and the rows without one, which are in the total and in no branch.

with

placed as (

    select * from {{ ref('dim_branches') }}

),

final as (

    select
        above.branch_id,
        below.branch_id as descendant_id

    from placed as above

    inner join placed as below
        on position(above.branch_path in below.branch_path) = 1

    union all

    select
        'total' as branch_id,
        branch_id as descendant_id

    from placed

    union all

    select
        'total' as branch_id,
        'unknown' as descendant_id

    union all

    select
        'unknown' as branch_id,
        'unknown' as descendant_id

)

select * from final
