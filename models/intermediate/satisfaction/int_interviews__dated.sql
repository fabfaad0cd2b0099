-- One row per interview up to as_of, dated by its answer, else by its invitation, else
-- by the last day of its wave: who was never reached counts in the wave all the same.

with

responses as (

    select
        *,
        coalesce(cast(answered_at as date), invited_on) as own_date

    from {{ ref('stg_survey_responses') }}

),

waves as (

    select
        wave,
        max(own_date) as last_on

    from responses

    where own_date <= {{ as_of() }}

    group by 1

),

dated as (

    select
        responses.*,
        coalesce(responses.own_date, waves.last_on) as happened_on

    from responses

    left join waves
        on responses.wave = waves.wave

),

final as (

    select * from dated where happened_on <= {{ as_of() }}

)

select * from final
