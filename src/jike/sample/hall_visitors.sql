-- 营业厅访客: short interviews with visitors of halls, every month of 2025. Those of July
-- carry promised figures: how many, who is dissatisfied and why, and each city's index.

create table visit_cities as
with shared as (
    select
        *,
        cast(coalesce(place_share, 0) as bigint) as weight
    from visit_plan
)

select * from shared;
