-- 订单: additive parts of every order KPI, one row per month, customer attributes,
-- channel, product, line, type of order, age, step and members of free cuts. What did
-- not happen in a cell is null.

with

orders as (

    select * from {{ ref('fct_orders') }}

),

judged as (

    select
        kpi_month,
        {{ attributes() }},
        channel,
        product,
        line,
        order_type,
        age,
        step,
        {{ free_cuts() }},
        case when counted_as = 'received' then 1 end as is_received,
        case
            when
                counted_as = 'promised'
                and not coalesce({{ ends_before('ordered_at', 'completed_at') }}, false)
                then 1
        end as is_promised,
        case when counted_as = 'final' then 1 end as is_final,
        case when counted_as = 'backlog' then 1 end as is_backlog,
        case when status = 'completed' and completed_at <= promised_at then 1 else 0 end
            as is_on_time,
        case when status = 'completed' and failed_attempts = 0 then 1 else 0 end
            as is_smooth,
        case
            when
                counted_as = 'final'
                and status = 'completed'
                and (
                    order_type = 'renew'
                    or (order_type = 'new' and contract_ends_on is not null)
                )
                then 1
        end as is_signed,
        supply_days,
        step_days

    from orders

),

final as (

    select
        kpi_month,
        {{ attributes() }},
        channel,
        product,
        line,
        order_type,
        age,
        step,
        {{ free_cuts() }},
        cast(sum(is_received) as bigint) as received_orders,
        cast(sum(is_promised) as bigint) as promised_orders,
        cast(sum(is_promised * is_on_time) as bigint) as on_time_orders,
        cast(sum(is_final) as bigint) as final_orders,
        cast(sum(is_final * is_smooth) as bigint) as smooth_orders,
        cast(sum(is_signed) as bigint) as signed_agreements,
        cast(sum(is_backlog) as bigint) as backlog_orders,
        {{ exact_sum('supply_days') }} as supply_days,
        {{ exact_sum('step_days') }} as step_days

    from judged

    group by
        kpi_month,
        {{ attributes() }},
        channel,
        product,
        line,
        order_type,
        age,
        step,
        {{ free_cuts() }}

)

select * from final
