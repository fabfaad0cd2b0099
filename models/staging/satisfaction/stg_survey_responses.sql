-- 满意度回访: one row per interview.

with

source as (

    select * from {{ source('raw', 'survey_responses') }}

),

final as (

    select
        cast(response_id as string) as response_id,
        cast(wave as string) as wave,
        cast(customer_id as string) as customer_id,
        cast(hall_id as string) as hall_id,
        cast(branch_id as string) as branch_id,
        cast(respondent_id as string) as respondent_id,
        cast(role as string) as role,
        cast(tier as string) as tier,
        cast(mode as string) as mode,
        cast(agency as string) as agency,
        cast(invited_on as date) as invited_on,
        cast(answered_at as timestamp) as answered_at,
        cast(status as string) as status,
        cast(competitor as string) as competitor,
        cast(free_cuts as string) as free_cuts,
        cast(protected_cuts as string) as protected_cuts

    from source

)

select * from final
