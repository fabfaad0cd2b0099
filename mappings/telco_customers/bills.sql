-- The monthly charge is billed for the month before, and again for the month itself
-- to those who stayed.
with

months as (

    select
        date_trunc('month', delivered_on() - interval 1 month) as bill_month,
        false as is_closing

    union all

    select
        date_trunc('month', delivered_on()) as bill_month,
        true as is_closing

)

select
    customers."customerID" || '-' || strftime(months.bill_month, '%Y%m') as bill_line_id,
    customers."customerID" as customer_id,
    'V01' as product_id,
    months.bill_month,
    customers."MonthlyCharges" as amount,
    'recurring' as kind,
    customers._file,
    customers._line

from customers

cross join months

where not months.is_closing or as_flag(customers."Churn") <> 'true'
