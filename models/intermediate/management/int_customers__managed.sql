-- One row per customer and stretch of days (valid_to exclusive) with one account
-- manager: that of its last photograph on or before a day, else of its first one after.

with

photographs as (

    select
        customer_id,
        snapshot_on,
        account_manager_id,
        row_number() over (
            partition by customer_id order by snapshot_on nulls last
        ) as photograph_number,
        lag(coalesce(account_manager_id, '')) over (
            partition by customer_id order by snapshot_on nulls last
        ) as manager_before

    from {{ ref('stg_customers') }}

),

-- Only photographs that change something open a stretch: most do not.
changed as (

    select *

    from photographs

    where
        photograph_number = 1
        or manager_before <> coalesce(account_manager_id, '')

),

final as (

    select
        customer_id,
        account_manager_id,
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
