-- 集团成员: one row per mobile line attached to a customer.

with

source as (

    select * from {{ source('raw', 'members') }}

),

final as (

    select
        cast(member_id as string) as member_id,
        cast(customer_id as string) as customer_id,
        cast(joined_on as date) as joined_on,
        cast(left_on as date) as left_on,
        cast(left_how as string) as left_how,
        cast(brand as string) as brand,
        cast(is_key_person as boolean) as is_key_person

    from source

)

select * from final
