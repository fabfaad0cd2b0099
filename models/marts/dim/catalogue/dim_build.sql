-- One row: the parameters this build was made with.

with

final as (

    select
        {{ as_of() }} as as_of,
        '{{ var("cohort_on") }}' as cohort_on,
        cast({{ var('nrr_window_months') }} as bigint) as nrr_window_months,
        cast({{ usual_lag() }} as bigint) as nrr_lag_months,
        cast({{ var('billed_window_months') }} as bigint) as billed_window_months,
        cast({{ var('service_level_seconds') }} as bigint) as service_level_seconds,
        cast({{ var('short_abandon_seconds') }} as bigint) as short_abandon_seconds,
        cast({{ var('repeat_days') }} as bigint) as repeat_days,
        cast({{ var('dissatisfied_limit') }} as bigint) as dissatisfied_limit,
        cast({{ var('switch_limit') }} as bigint) as switch_limit,
        cast({{ var('low_base_n') }} as bigint) as low_base_n,
        cast({{ var('hidden_n') }} as bigint) as hidden_n,
        cast({{ var('expiry_days') }} as bigint) as expiry_days,
        cast({{ var('reopen_days') }} as bigint) as reopen_days,
        '{{ var("currency") }}' as currency,
        '{{ var("currency_symbol") }}' as currency_symbol

)

select * from final
