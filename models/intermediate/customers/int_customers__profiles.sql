-- Employees and joining day of a customer over time, one row per customer and stretch
-- of days (valid_to exclusive), by the same rule as its attributes: those of its last
-- photograph on or before a day, else those of its first one after it.

with

photographs as (

    select
        customer_id,
        snapshot_on,
        employees,
        joined_on,
        row_number() over (
            partition by customer_id order by snapshot_on nulls last
        ) as photograph_number,
        lag(employees) over (
            partition by customer_id order by snapshot_on nulls last
        ) as employees_before,
        lag(joined_on) over (
            partition by customer_id order by snapshot_on nulls last
        ) as joined_on_before

    from {{ ref('stg_customers') }}

),

-- Only photographs that change something open a stretch: most do not.
changed as (

    select *

    from photographs

    where
        photograph_number = 1
        or joined_on <> joined_on_before
        or coalesce(employees, -1) <> coalesce(employees_before, -1)

),

final as (

    select
        customer_id,
        employees,
        joined_on,
        case
            when photograph_number = 1 then cast('0001-01-01' as date)
            else snapshot_on
        end as valid_from,
        coalesce(
            lead(snapshot_on) over (
                partition by customer_id order by snapshot_on nulls last
            ),
            cast('9999-12-31' as date)
        ) as valid_to

    from changed

)

select * from final
