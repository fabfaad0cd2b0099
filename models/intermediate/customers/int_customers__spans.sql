-- Attributes of a customer over time, one row per customer and stretch of days
-- (valid_to exclusive): those of its last photograph on or before a day, else those of
-- its first one after it.

with

photographs as (

    select * from {{ ref('stg_customers') }}

),

tiers as (

    select * from {{ ref('tiers') }}

),

size_bands as (

    select
        size,
        from_employees,
        lead(from_employees) over (order by from_employees nulls last)
            as below_employees

    from {{ ref('size_bands') }}

),

attributed as (

    select
        photographs.customer_id,
        photographs.snapshot_on,
        coalesce(photographs.branch_id, 'unknown') as branch_id,
        coalesce(photographs.tier, 'unknown') as tier,
        coalesce(tiers.tier_group, 'unknown') as tier_group,
        coalesce(tiers.level4, 'unknown') as level4,
        coalesce(photographs.industry, 'unknown') as industry,
        coalesce(size_bands.size, 'unknown') as size,
        coalesce(photographs.segment, 'unknown') as segment,
        case when photographs.is_target_market then 'true' else 'false' end
            as is_target_market,
        {{ free_cuts('photographs') }}

    from photographs

    left join tiers
        on photographs.tier = tiers.tier

    left join size_bands
        on
            photographs.employees >= size_bands.from_employees
            and (
                photographs.employees < size_bands.below_employees
                or size_bands.below_employees is null
            )

),

compared as (

    select
        *,
        row_number() over (
            partition by customer_id order by snapshot_on nulls last
        ) as photograph_number,
        lag(
            branch_id || '|' || tier || '|' || industry || '|' || size || '|' || segment
            || '|' || is_target_market
            || '|' || coalesce(free_cuts, '') || '|' || coalesce(protected_cuts, '')
        ) over (
            partition by customer_id order by snapshot_on nulls last
        ) as attributes_before

    from attributed

),

-- Only photographs that change something open a stretch: most do not.
changed as (

    select *

    from compared

    where
        photograph_number = 1
        or attributes_before
        <> branch_id || '|' || tier || '|' || industry || '|' || size || '|' || segment
        || '|' || is_target_market
        || '|' || coalesce(free_cuts, '') || '|' || coalesce(protected_cuts, '')

),

final as (

    select
        customer_id,
        {{ attributes() }},
        {{ free_cuts() }},
        case
            when photograph_number = 1 then cast('0001-01-01' as date)
            else snapshot_on
        end as valid_from,
        coalesce(
            lead(snapshot_on) over (
                partition by customer_id order by snapshot_on nulls last
            ),
            cast('9999-12-31' as date)
        ) as valid_to

    from changed

)

select * from final
