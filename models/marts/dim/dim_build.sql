-- One row: the parameters this build was made with.

with

final as (

    select
        {{ as_of() }} as as_of,
        '{{ var("cohort_on") }}' as cohort_on,
        {% for name in [
            'nrr_window_months', 'nrr_lag_months', 'billed_window_months',
            'service_level_seconds', 'short_abandon_seconds', 'repeat_days',
            'dissatisfied_limit', 'switch_limit', 'low_base_n', 'hidden_n',
            'expiry_days', 'reopen_days',
        ] -%}
        cast({{ var(name) }} as bigint) as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
)

select * from final
