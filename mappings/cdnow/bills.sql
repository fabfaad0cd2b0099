-- Payments of customers of whom nothing else is known: there is no list of customers.
-- A line has no id; equal lines are different purchases.
select
    numbered(
        concat_ws('-', customer_id, date, number_of_cds, dollar_value), _file, _line
    ) as bill_line_id,
    customer_id,
    'CD' as product_id,
    as_month(date, '%Y%m%d') as bill_month,
    dollar_value as amount,
    'one_time' as kind,
    _file,
    _line

from purchases
