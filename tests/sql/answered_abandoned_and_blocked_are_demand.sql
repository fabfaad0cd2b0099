-- Answered, abandoned and blocked calls are all of demand, so the three rates add to 1;
-- of calls that came counted, where all three are.

select *
from {{ ref('kpi_hotline') }}
where
    coalesce(demand_calls, 0)
    <> coalesce(answered_calls, 0) + coalesce(abandoned_calls, 0)
    + coalesce(blocked_calls, 0)
    and coalesce(demand_calls, 0) = coalesce(abandons_known_calls, 0)
    and coalesce(demand_calls, 0) = coalesce(blocks_known_calls, 0)
