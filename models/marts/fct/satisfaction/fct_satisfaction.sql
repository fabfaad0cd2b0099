-- One row per interview with its indices side by side: constructs and indicators.

with

interviews as (

    select * from {{ ref('int_interviews__asked') }}

),

scored as (

    select * from {{ ref('int_interviews__scored') }} where servqual = 'total'

),

indices as (

    select
        response_id,
        {% for indicator in indicators() -%}
        max(case
            when construct = 'indicator' and indicator = '{{ indicator }}'
                then index_points
        end) as {{ indicator }}_points,
        {% endfor -%}
        max(case when construct = 'overall' then index_points end) as overall_points,
        max(case when construct = 'loyalty' then index_points end) as loyalty_points,
        max(case when construct = 'emotional' then index_points end)
            as emotional_points,
        max(case when construct = 'rational' then index_points end) as rational_points

    from scored

    group by 1

),

final as (

    select
        interviews.response_id,
        interviews.wave,
        interviews.kpi_month,
        interviews.happened_on,
        interviews.customer_id,
        interviews.branch_id,
        interviews.role,
        interviews.tier,
        interviews.tier_group,
        interviews.hall,
        interviews.mode,
        interviews.agency,
        interviews.competitor,
        interviews.status,
        interviews.overall_score,
        interviews.is_dissatisfied,
        {% for indicator in indicators() -%}
        indices.{{ indicator }}_points,
        {% endfor -%}
        indices.overall_points,
        indices.loyalty_points,
        indices.emotional_points,
        indices.rational_points,
        {{ free_cuts('interviews') }}

    from interviews

    left join indices
        on interviews.response_id = indices.response_id

)

select * from final
