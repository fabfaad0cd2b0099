-- Two photographs: at the end of the month before everybody is a customer, also those
-- of tenure 0; at the month's end those who left are closed.
with

photographs as (

    select
        cast(last_day(delivered_on() - interval 1 month) as date) as snapshot_on,
        false as is_closing

    union all

    select
        last_day(delivered_on()) as snapshot_on,
        true as is_closing

)

select
    photographs.snapshot_on,
    customers."customerID" as customer_id,
    'C' as tier,
    customers."Contract" as segment,
    'all' as branch_id,
    case
        when not photographs.is_closing then 'active'
        when as_flag(customers."Churn") = 'false' then 'active'
        when as_flag(customers."Churn") = 'true' then 'closed'
        else customers."Churn"
    end as status,
    false as is_target_market,
    -- Tenure counts whole months to the opening photograph.
    case
        when try_cast(customers.tenure as int) is null then customers.tenure
        else strftime(
            last_day(delivered_on() - interval 1 month)
            - to_months(try_cast(customers.tenure as int)),
            '%Y-%m-%d'
        )
    end as joined_on,
    case
        when photographs.is_closing and as_flag(customers."Churn") = 'true'
            then last_day(delivered_on())
    end as closed_on,
    customers._file,
    customers._line

from customers

cross join photographs
