-- 满意度: additive parts of every satisfaction KPI, one row per month, wave, who was asked
-- about whom and how, indicator, SERVQUAL dimension, reason and members of free cuts.
-- Sums of indices and of their squares, and counts of interviews; never a mean.

with

interviews as (

    select * from {{ ref('int_interviews__asked') }}

),

scored as (

    select * from {{ ref('int_interviews__scored') }}

),

dissatisfied as (

    select * from {{ ref('int_interviews__dissatisfied') }}

),

indexed as (

    select
        interviews.kpi_month,
        interviews.wave,
        interviews.role,
        interviews.competitor,
        interviews.tier,
        interviews.tier_group,
        interviews.branch_id,
        interviews.hall,
        interviews.mode,
        interviews.agency,
        {{ free_cuts('interviews') }},
        scored.indicator,
        scored.servqual,
        cast(null as string) as reason,
        {% for construct in constructs() -%}
        case when scored.construct = '{{ construct }}' then scored.index_points end
            as {{ construct }}_points,
        {% endfor -%}
        cast(null as bigint) as is_asked,
        cast(null as bigint) as is_complete,
        cast(null as bigint) as is_overall_answered,
        cast(null as bigint) as is_dissatisfied,
        cast(null as bigint) as is_naming_reason,
        cast(null as bigint) as nps_points

    from interviews

    inner join scored
        on interviews.response_id = scored.response_id

    where scored.construct in (
        {%- for construct in constructs() %}'{{ construct }}'{{ ', ' if not loop.last }}
        {%- endfor -%}
    )

),

counted as (

    select
        kpi_month,
        wave,
        role,
        competitor,
        tier,
        tier_group,
        branch_id,
        hall,
        mode,
        agency,
        {{ free_cuts() }},
        'total' as indicator,
        'total' as servqual,
        cast(null as string) as reason,
        {% for construct in constructs() -%}
        cast(null as double) as {{ construct }}_points,
        {% endfor -%}
        case when status <> 'invalid' then 1 end as is_asked,
        case
            when status = 'complete' then 1
            when status <> 'invalid' then 0
        end as is_complete,
        case when overall_score is not null then 1 end as is_overall_answered,
        case
            when is_dissatisfied then 1
            when overall_score is not null then 0
        end as is_dissatisfied,
        null as is_naming_reason,
        nps_points

    from interviews

),

reasoned as (

    select
        interviews.kpi_month,
        interviews.wave,
        interviews.role,
        interviews.competitor,
        interviews.tier,
        interviews.tier_group,
        interviews.branch_id,
        interviews.hall,
        interviews.mode,
        interviews.agency,
        {{ free_cuts('interviews') }},
        'total' as indicator,
        'total' as servqual,
        dissatisfied.reason,
        {% for construct in constructs() -%}
        cast(null as double) as {{ construct }}_points,
        {% endfor -%}
        null as is_asked,
        null as is_complete,
        null as is_overall_answered,
        null as is_dissatisfied,
        1 as is_naming_reason,
        null as nps_points

    from interviews

    inner join dissatisfied
        on interviews.response_id = dissatisfied.response_id

),

combined as (

    select * from indexed

    union all

    select * from counted

    union all

    select * from reasoned

),

final as (

    select
        kpi_month,
        wave,
        role,
        competitor,
        tier,
        tier_group,
        branch_id,
        hall,
        mode,
        agency,
        {{ free_cuts() }},
        indicator,
        servqual,
        reason,
        {% for construct in constructs() -%}
        {{ exact_sum(construct ~ '_points') }} as {{ construct }}_points,
        {{ exact_sum(construct ~ '_points * ' ~ construct ~ '_points') }}
            as {{ construct }}_points_squared,
        case
            when count({{ construct }}_points) > 0
                then count({{ construct }}_points)
        end as {{ construct }}_interviews,
        {% endfor -%}
        cast(sum(is_asked) as bigint) as asked_interviews,
        cast(sum(is_complete) as bigint) as complete_interviews,
        cast(sum(is_overall_answered) as bigint) as overall_answered_interviews,
        cast(sum(is_dissatisfied) as bigint) as dissatisfied_interviews,
        cast(sum(is_naming_reason) as bigint) as reason_naming_interviews,
        cast(sum(nps_points) as bigint) as nps_points,
        cast(case when count(nps_points) > 0 then count(nps_points) end as bigint)
            as nps_interviews

    from combined

    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15

)

select * from final
