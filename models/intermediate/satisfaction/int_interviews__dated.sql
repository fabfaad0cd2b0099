-- One row per interview up to as_of, dated by its answer, else by its invitation.

with

responses as (

    select
        *,
        coalesce(cast(answered_at as date), invited_on) as happened_on

    from {{ ref('stg_survey_responses') }}

),

final as (

    select * from responses where happened_on <= {{ as_of() }}

)

select * from final
