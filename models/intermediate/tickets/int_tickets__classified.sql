-- 工单: one row per ticket opened up to as_of, with the branch and hall it names, its
-- promise, and what became of it by as_of. Without a promise of its own the reply hours
-- of the customer's tier on the first day of the month of opening, else those of C:
-- but only where replies are delivered, since no other ticket can keep them.

with

tickets as (

    select
        *,
        {{ month_start('opened_at') }} as opened_month,
        first_class is not null and first_class <> class as is_reclassified,
        hall_id is not null and coalesce(booked_hall_id, hall_id) <> hall_id
            as is_misbooked

    from {{ ref('stg_tickets') }}

    where cast(opened_at as date) <= {{ as_of() }}

),

delivered as (

    select
        {{ holds('tickets', 'replied_at') }} as has_replies,
        {{ holds('tickets', 'closed_at') }} as has_closings

),

halls as (

    select * from {{ ref('halls') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

tiers as (

    select
        tier,
        reply_hours

    from {{ ref('tiers') }}

),

lowest_tier as (

    select max(reply_hours) as reply_hours from tiers where tier = 'C'

),

-- What happened after as_of is not known yet.
known as (

    select
        tickets.*,
        delivered.has_replies,
        delivered.has_replies or delivered.has_closings as has_outcomes,
        coalesce(tickets.branch_id, halls.branch_id) as named_branch_id,
        coalesce(halls.ownership, 'unknown') as ownership,
        case
            when cast(tickets.first_responded_at as date) <= {{ as_of() }}
                then tickets.first_responded_at
        end as known_first_responded_at,
        case
            when cast(tickets.replied_at as date) <= {{ as_of() }}
                then tickets.replied_at
        end as known_replied_at,
        case
            when cast(tickets.closed_at as date) <= {{ as_of() }} then tickets.closed_at
        end as known_closed_at,
        case
            when cast(tickets.reopened_at as date) <= {{ as_of() }}
                then tickets.reopened_at
        end as known_reopened_at,
        coalesce(
            tickets.promised_at,
            case
                when delivered.has_replies
                    then {{ add_hours(
                        'tickets.opened_at',
                        'coalesce(tiers.reply_hours, lowest_tier.reply_hours)'
                    ) }}
            end
        ) as due_at

    from tickets

    cross join lowest_tier

    cross join delivered

    left join halls
        on tickets.hall_id = halls.hall_id

    left join spans
        on {{ on_day('tickets.customer_id', 'tickets.opened_month') }}

    left join tiers
        on spans.tier = tiers.tier

),

resolved as (

    select
        *,
        case
            when known_closed_at is not null
                then {{ seconds_without(
                    'opened_at', 'known_closed_at', 'waiting_hours'
                ) }}
        end as resolution_seconds,
        {{ seconds_between('opened_at', 'known_first_responded_at') }}
            as first_response_seconds,
        -- The time of a second closing is not told, only the status that follows it.
        case when status <> 'closed' then known_reopened_at end as open_again_at,
        case
            when status = 'closed' and closed_at is null then opened_at
            else known_closed_at
        end as not_open_from

    from known

),

final as (

    select
        ticket_id,
        customer_id,
        named_branch_id,
        coalesce(hall_id, 'unknown') as hall,
        ownership,
        source,
        class,
        coalesce(complaint_type, 'unknown') as complaint_type,
        status,
        opened_at,
        due_at as promised_at,
        known_first_responded_at as first_responded_at,
        known_replied_at as replied_at,
        known_closed_at as closed_at,
        not_open_from,
        open_again_at,
        credit_amount_yuan,
        status = 'withdrawn' as is_withdrawn,
        has_outcomes,
        is_reclassified,
        is_misbooked,
        case
            when
                has_replies
                and not coalesce(
                    {{ ends_before('opened_at', 'known_replied_at') }}, false
                )
                then coalesce(known_replied_at <= due_at, false)
        end as is_replied_in_time,
        case
            when
                not coalesce(
                    {{ ends_before('known_closed_at', 'known_reopened_at') }}, false
                )
                then coalesce(
                    known_reopened_at
                    <= known_closed_at + interval '{{ var("reopen_days") }}' day,
                    false
                )
        end as is_reopened,
        is_resolved,
        coalesce(is_resolved, false)
        or (
            status <> 'withdrawn'
            and not_open_from is not null
            and open_again_at is null
        ) as is_solved,
        {{ in_hours('first_response_seconds') }} as first_response_hours,
        {{ in_hours('resolution_seconds') }} as resolution_hours,
        resolution_seconds <= 24 * 3600 as is_closed_within_24h,
        resolution_seconds <= 48 * 3600 as is_closed_within_48h,
        {{ free_cuts() }}

    from resolved

)

select * from final
