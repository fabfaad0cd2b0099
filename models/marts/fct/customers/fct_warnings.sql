-- 预警: one row per month and active customer with a warning at its end: the grade, the
-- points that add up to it, signal by signal with what was measured, since when, who is
-- to act by the tier, and what is at stake in a mean month.

with

source as (

    select * from {{ ref('int_warnings__graded') }} where grade is not null

),

final as (

    select
        kpi_month,
        customer_id,
        {{ attributes() }},
        grade,
        points,
        {% for signal in warning_signals() -%}
        {{ signal }},
        {{ signal }}_points,
        {% endfor -%}
        first_raised_on,
        case level4
            when 'A+' then 'chief'
            when 'A' then 'senior'
            when 'B' then 'middle'
            when 'C' then 'junior'
            else 'unknown'
        end as owner,
        revenue_at_risk_yuan

    from source

)

select * from final
