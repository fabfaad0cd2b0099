-- 每日完整性: one row per feed that has rows every few days and day from its first row,
-- at most 25 months ago, to as_of: how many rows, and the median of the same weekday of
-- the eight weeks before. Interviews come in waves, bills once a month: not these.

{% set dated = {
    'call_intervals': 'starts_at', 'calls': 'coalesce(ended_at, queued_at, ivr_at)',
    'competitor_events': 'observed_on', 'hall_queue': 'taken_at',
    'hall_transactions': 'happened_at', 'orders': 'ordered_at',
    'tickets': 'opened_at', 'visits': 'visited_on',
} %}

with recursive

{% for entity, day in dated.items() %}
{{ entity }} as (

    select
        cast({{ day }} as date) as happened_on,
        count(*) as rows_count

    from {{ ref('stg_' ~ entity) }}

    -- Two years are asked about; one wrong date must not open a century of days.
    where
        cast({{ day }} as date) <= {{ as_of() }}
        and cast({{ day }} as date) >= {{ add_months(as_of(), -25) }}

    group by 1

),

{% endfor -%}

counted as (

    {% for entity in dated -%}
    select
        '{{ entity }}' as entity,
        happened_on,
        rows_count

    from {{ entity }}
    {{ 'union all' if not loop.last }}
    {% endfor -%}

),

begun as (

    select
        entity,
        min(happened_on) as first_on

    from counted

    group by 1

),

days as (

    select
        entity,
        first_on,
        first_on as happened_on

    from begun

    union all

    select
        entity,
        first_on,
        {{ add_days('happened_on', 1) }} as happened_on

    from days

    where happened_on < {{ as_of() }}

),

filled as (

    select
        days.entity,
        days.first_on,
        days.happened_on,
        coalesce(counted.rows_count, 0) as rows_count

    from days

    left join counted
        on
            days.entity = counted.entity
            and days.happened_on = counted.happened_on

),

usual as (

    select
        filled.entity,
        filled.happened_on,
        median(cast(before.rows_count as double)) as usual_rows

    from filled

    inner join filled as before
        on
            filled.entity = before.entity
            and before.happened_on < filled.happened_on
            and before.happened_on >= {{ add_days('filled.happened_on', -56) }}
            and {{ iso_weekday('before.happened_on') }}
            = {{ iso_weekday('filled.happened_on') }}

    group by 1, 2

),

final as (

    select
        filled.entity,
        filled.happened_on,
        filled.rows_count,
        usual.usual_rows

    from filled

    left join usual
        on
            filled.entity = usual.entity
            and filled.happened_on = usual.happened_on

)

select * from final
