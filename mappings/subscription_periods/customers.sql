-- One photograph of all ids, on the last day of the last month that is billed.
select
    max(last_day(try_cast(end_date as date) - interval 1 day)) over ()
        as snapshot_on,
    customer_id,
    'C' as tier,
    'all' as branch_id,
    'active' as status,
    false as is_target_market,
    min(start_date) over (partition by customer_id) as joined_on,
    _file,
    _line

from periods

qualify row_number() over (partition by customer_id order by _file, _line) = 1
