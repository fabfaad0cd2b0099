-- 忙时: one row per day and hour of hall visits and transactions that a rule of
-- busy_hours makes busy. Days may be counted from the month's end: −1 is its last day.

with

moments as (

    select taken_at as happened_at from {{ ref('stg_hall_queue') }}

    union all

    select happened_at from {{ ref('stg_hall_transactions') }}

),

hours as (

    select
        cast(happened_at as date) as happened_on,
        {{ hour_of('happened_at') }} as hour

    from moments

    group by 1, 2

),

placed as (

    select
        happened_on,
        hour,
        {{ iso_weekday('happened_on') }} as weekday,
        {{ days_between(month_start('happened_on'), 'happened_on') }}
            as days_before,
        {{ days_between('happened_on', month_end('happened_on')) }}
            as days_after

    from hours

),

numbered as (

    select
        happened_on,
        hour,
        weekday,
        days_before + 1 as day_number,
        -1 - days_after as day_number_from_end

    from placed

),

rules as (

    select * from {{ ref('busy_hours') }}

),

final as (

    select
        numbered.happened_on,
        numbered.hour

    from numbered

    inner join rules
        on
            numbered.hour >= rules.from_hour
            and numbered.hour < rules.to_hour
            and coalesce(rules.weekday, numbered.weekday) = numbered.weekday
            and case
                when rules.day_from is null then true
                when rules.day_from < 0
                    then numbered.day_number_from_end >= rules.day_from
                else numbered.day_number >= rules.day_from
            end
            and case
                when rules.day_to is null then true
                when rules.day_to < 0
                    then numbered.day_number_from_end <= rules.day_to
                else numbered.day_number <= rules.day_to
            end

    group by 1, 2

)

select * from final
