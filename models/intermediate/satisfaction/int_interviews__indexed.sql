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
        {% for construct in ['overall', 'loyalty', 'emotional', 'rational'] -%}
        max(case when construct = '{{ construct }}' then index_points end)
            as {{ construct }}_points,
        {% endfor -%}
        {% for indicator in indicators() -%}
        max(case
            when construct = 'indicator' and indicator = '{{ indicator }}'
                then index_points
        end) as {{ indicator }}_points{{ ',' if not loop.last }}
        {% endfor %}
    from scored

    group by 1

),

final as (

    select
        interviews.*,
        {% for construct in ['overall', 'loyalty', 'emotional', 'rational'] -%}
        indices.{{ construct }}_points,
        {% endfor -%}
        {% for indicator in indicators() -%}
        indices.{{ indicator }}_points{{ ',' if not loop.last }}
        {% endfor %}
    from interviews

    left join indices
        on interviews.response_id = indices.response_id

)

select * from final
