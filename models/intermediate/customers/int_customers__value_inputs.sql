-- 价值评分的输入: one row per month and active customer with what its score is made of.
-- Null is missing: the entity was not delivered (bills: not for any month of the
-- window), or the photograph says nothing.

with

customers as (

    select * from {{ ref('fct_customer_months') }}

),

delivered as (

    select
        max(case when entity = 'members' and is_delivered then 1 else 0 end)
            as has_members,
        max(case when entity in ('orders', 'bills') and is_delivered then 1 else 0 end)
            as has_subscriptions

    from {{ ref('stg_entities') }}

),

bill_months as (

    select * from {{ ref('int_calendar__bill_months') }}

),

bills as (

    select * from {{ ref('int_bills__windows') }}

),

months as (

    select * from {{ ref('int_calendar__months') }} where has_customers

),

subscriptions as (

    select * from {{ ref('fct_services') }}

),

products as (

    select * from {{ ref('products') }}

),

held as (

    select
        months.kpi_month,
        subscriptions.customer_id,
        products.line

    from months

    inner join subscriptions
        on
            subscriptions.valid_from <= months.stock_on
            and subscriptions.valid_to > months.stock_on

    inner join products
        on
            subscriptions.product = products.product_id
            and (products.valid_from <= months.stock_on or products.valid_from is null)
            and (products.valid_to >= months.stock_on or products.valid_to is null)

    group by 1, 2, 3

),

lines_held as (

    select
        kpi_month,
        customer_id,
        count(*) as product_lines

    from held

    group by 1, 2

),

members as (

    select * from {{ ref('int_members__by_month') }}

),

profiles as (

    select * from {{ ref('int_customers__profiles') }}

),

final as (

    select
        customers.kpi_month,
        customers.customer_id,
        case
            when
                customers.kpi_month >= bill_months.first_bill_month
                and {{ add_months('customers.kpi_month', 1 - window('value')) }}
                <= bill_months.last_bill_month
                then coalesce(bills.revenue_yuan, 0)
        end as revenue_yuan,
        case
            when
                customers.kpi_month >= bill_months.first_bill_month
                and {{ add_months('customers.kpi_month', 1 - window('value')) }}
                <= bill_months.last_bill_month
                then coalesce(bills.info_revenue_yuan, 0)
        end as info_revenue_yuan,
        case
            when delivered.has_subscriptions = 1
                then coalesce(lines_held.product_lines, 0)
        end as product_lines,
        case
            when delivered.has_members = 1 then coalesce(members.lines_at_end, 0)
        end as members,
        profiles.employees,
        case
            when profiles.joined_on <= {{ stock_on('customers.kpi_month') }}
                then
                    {{ days_between(
                        'profiles.joined_on', stock_on('customers.kpi_month')
                    ) }}
        end as tenure_days

    from customers

    cross join delivered

    cross join bill_months

    left join bills
        on
            customers.kpi_month = bills.kpi_month
            and customers.customer_id = bills.customer_id

    left join lines_held
        on
            customers.kpi_month = lines_held.kpi_month
            and customers.customer_id = lines_held.customer_id

    left join members
        on
            customers.kpi_month = members.kpi_month
            and customers.customer_id = members.customer_id

    left join profiles
        on
            customers.customer_id = profiles.customer_id
            and {{ stock_on('customers.kpi_month') }} >= profiles.valid_from
            and {{ stock_on('customers.kpi_month') }} < profiles.valid_to

)

select * from final
