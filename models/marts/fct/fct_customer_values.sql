-- 客户价值: one row per month and active customer with its value score, what the score is
-- made of, and the tier it proposes beside the delivered one.

with

valued as (

    select * from {{ ref('int_customers__valued') }}

),

customers as (

    select * from {{ ref('int_customers__by_month') }}

),

final as (

    select
        customers.kpi_month,
        customers.customer_id,
        {{ attributes('customers') }},
        valued.revenue_yuan,
        valued.info_revenue_yuan,
        cast(valued.product_lines as bigint) as product_lines,
        cast(valued.members as bigint) as members,
        cast(valued.employees as bigint) as employees,
        cast(valued.tenure_days as bigint) as tenure_days,
        {% for input in value_inputs() -%}
        valued.{{ input }}_rank,
        {% endfor -%}
        valued.value_score,
        valued.proposed_tier

    from customers

    inner join valued
        on
            customers.kpi_month = valued.kpi_month
            and customers.customer_id = valued.customer_id

)

select * from final
