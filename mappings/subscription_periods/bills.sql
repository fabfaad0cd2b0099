-- A bill for every month of a period; one without an end is billed
-- to the month of the logical date.
with

months as (

    select
        *,
        unnest(
            months_of(
                start_date,
                coalesce(
                    end_date, cast(last_day(delivered_on()) + 1 as varchar)
                )
            )
        ) as bill_month

    from periods

)

select
    subscription_id || '-' || bill_month as bill_line_id,
    customer_id,
    subscription_id,
    'V01' as product_id,
    bill_month,
    monthly_amount as amount,
    'recurring' as kind,
    _file,
    _line

from months
