-- 分公司: every branch with its place in the tree. Without the list, every branch that
-- a customer or target names stands directly below the total.

with recursive

listed as (

    select * from {{ ref('branches') }}

),

named_by_facts as (

    select branch_id from {{ ref('stg_customers') }}

    union

    select city_branch_id as branch_id from {{ ref('stg_calls') }}

    union

    select branch_id from {{ ref('stg_survey_responses') }}

    union

    select branch_id from {{ ref('stg_tickets') }}

    union

    select branch_id from {{ ref('halls') }}

    union

    select branch_id from {{ ref('stg_control_totals') }}

    union

    select branch_id from {{ ref('kpi_targets') }}

),

branches as (

    select
        branch_id,
        parent_id,
        level as branch_level,
        name_zh,
        name_en

    from listed

    union all

    select
        branch_id,
        cast(null as string) as parent_id,
        'city' as branch_level,
        branch_id as name_zh,
        branch_id as name_en

    from named_by_facts

    where
        branch_id is not null
        and (select count(*) from listed) = 0

),

placed as (

    select
        branch_id,
        parent_id,
        branch_level,
        name_zh,
        name_en,
        case when branch_level = 'city' then branch_id else 'own' end as city_id,
        case when branch_level = 'county' then branch_id else 'own' end as county_id,
        0 as depth,
        '/' || branch_id || '/' as branch_path

    from branches

    where parent_id is null

    union all

    select
        branches.branch_id,
        branches.parent_id,
        branches.branch_level,
        branches.name_zh,
        branches.name_en,
        case
            when branches.branch_level = 'city' then branches.branch_id
            else placed.city_id
        end as city_id,
        case
            when branches.branch_level = 'county' then branches.branch_id
            else placed.county_id
        end as county_id,
        placed.depth + 1 as depth,
        placed.branch_path || branches.branch_id || '/' as branch_path

    from branches

    inner join placed
        on branches.parent_id = placed.branch_id

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

    from placed

)

select * from final
