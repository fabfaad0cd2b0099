-- 工单: one row per ticket.

with

source as (

    select * from {{ source('raw', 'tickets') }}

),

final as (

    select
        cast(ticket_id as string) as ticket_id,
        cast(customer_id as string) as customer_id,
        cast(member_id as string) as member_id,
        cast(branch_id as string) as branch_id,
        cast(hall_id as string) as hall_id,
        cast(booked_hall_id as string) as booked_hall_id,
        cast(source as string) as source,
        cast(class as string) as class,
        cast(first_class as string) as first_class,
        cast(complaint_type as string) as complaint_type,
        cast(opened_at as timestamp) as opened_at,
        cast(promised_at as timestamp) as promised_at,
        cast(first_responded_at as timestamp) as first_responded_at,
        cast(replied_at as timestamp) as replied_at,
        cast(closed_at as timestamp) as closed_at,
        cast(reopened_at as timestamp) as reopened_at,
        cast(waiting_hours as decimal(18, 6)) as waiting_hours,
        cast(status as string) as status,
        cast(is_resolved as boolean) as is_resolved,
        cast(credit_amount as decimal(18, 2)) as credit_amount_yuan,
        cast(free_cuts as string) as free_cuts,
        cast(protected_cuts as string) as protected_cuts

    from source

)

select * from final
