-- The columns 1月 to 12月 become rows; an empty cell or a dash is a month without bill.
with

months as (

    unpivot bills
    on columns('^[0-9]{1,2}月$')
    into name month value amount

)

select
    numbered(
        concat_ws('-', 客户编号, 产品编码, 年份, replace(month, '月', '')), _file, _line
    ) as bill_line_id,
    客户编号 as customer_id,
    产品编码 as product_id,
    as_month(concat(年份, '-', replace(month, '月', '')), '%Y-%m') as bill_month,
    as_number(amount, ',', '.') as amount,
    'recurring' as kind,
    _file,
    _line

from months

where trim(amount) <> '-'
