-- 工单汇总: one row per customer, month, class and type of complaint with the tickets
-- opened.

with

source as (

    select * from {{ source('raw', 'ticket_counts') }}

),

final as (

    select
        cast(customer_id as string) as customer_id,
        cast(month as date) as opened_month,
        cast(class as string) as class,
        cast(complaint_type as string) as complaint_type,
        cast(tickets as bigint) as opened_tickets

    from source

)

select * from final
