-- A circle of parents, or a parent that is not listed, would drop branches silently.

select listed.branch_id
from {{ ref('branches') }} as listed
left join {{ ref('dim_branches') }} as placed
    on listed.branch_id = placed.branch_id
where placed.branch_id is null
