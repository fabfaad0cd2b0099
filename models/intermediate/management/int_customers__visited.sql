-- One row per customer and day of a visit up to as_of, with the day of the next one.

with

days as (

    select
        customer_id,
        visited_on

    from {{ ref('stg_visits') }}

    where visited_on <= {{ as_of() }}

    group by 1, 2

),

final as (

    select
        customer_id,
        visited_on,
        coalesce(
            lead(visited_on) over (
                partition by customer_id order by visited_on nulls last
            ),
            cast('9999-12-31' as date)
        ) as next_visited_on

    from days

)

select * from final
