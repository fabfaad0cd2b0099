-- One row per customer: its last photograph on or before as_of, else its first one.

with

photographs as (

    select * from {{ ref('stg_customers') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by customer_id
            order by
                case when snapshot_on <= {{ as_of() }} then 0 else 1 end,
                case when snapshot_on <= {{ as_of() }} then snapshot_on end
                desc nulls last,
                snapshot_on nulls last
        ) as photograph_rank

    from photographs

),

final as (

    select
        customer_id,
        customer_name,
        coalesce(branch_id, 'unknown') as branch_id,
        tier,
        industry,
        segment,
        is_target_market,
        employees,
        status,
        joined_on,
        closed_on,
        closed_reason,
        successor_id,
        competitor,
        account_manager_id,
        snapshot_on,
        {{ free_cuts() }}

    from ranked

    where photograph_rank = 1

)

select * from final
