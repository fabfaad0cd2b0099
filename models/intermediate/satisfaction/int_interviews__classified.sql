-- 回访: one row per interview up to as_of, with the month it falls in (when it was
-- answered, else invited), and who it speaks of. Its own branch, else that of its hall,
-- else that of its customer; a missing agency are the own interviewers.

with

responses as (

    select * from {{ ref('int_interviews__dated') }}

),

halls as (

    select * from {{ ref('halls') }}

),

tiers as (

    select * from {{ ref('tiers') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        responses.response_id,
        responses.wave,
        responses.happened_on,
        {{ month_start('responses.happened_on') }} as kpi_month,
        responses.customer_id,
        coalesce(responses.branch_id, halls.branch_id, spans.branch_id, 'unknown')
            as branch_id,
        coalesce(responses.role, 'unknown') as role,
        coalesce(responses.tier, 'unknown') as tier,
        coalesce(tiers.tier_group, 'unknown') as tier_group,
        coalesce(responses.hall_id, 'unknown') as hall,
        coalesce(responses.mode, 'unknown') as mode,
        coalesce(responses.agency, 'own') as agency,
        coalesce(responses.competitor, 'us') as competitor,
        responses.status,
        {{ free_cuts('responses') }}

    from responses

    left join halls
        on responses.hall_id = halls.hall_id

    left join tiers
        on responses.tier = tiers.tier

    left join spans
        on
            responses.customer_id = spans.customer_id
            and {{ month_start('responses.happened_on') }} >= spans.valid_from
            and {{ month_start('responses.happened_on') }} < spans.valid_to

)

select * from final
