-- 工单: additive parts of every ticket KPI, one row per month, branch, tier, class,
-- source, type of complaint, ownership, hall and members of free cuts. What did not
-- happen in a cell is null.

with

tickets as (

    select * from {{ ref('fct_tickets') }}

),

counts as (

    select * from {{ ref('fct_ticket_counts') }}

),

judged as (

    select
        kpi_month,
        branch_id,
        tier,
        class,
        source,
        complaint_type,
        ownership,
        hall,
        {{ free_cuts() }},
        case when counted_as = 'opened' then 1 end as is_opened,
        case when counted_as = 'opened' and class = 'complaint' then 1 end
            as is_complaint,
        case when counted_as = 'opened' then credit_amount_yuan end
            as credit_amount_yuan,
        case when counted_as = 'opened' and hall <> 'unknown' then 1 end as is_at_hall,
        case when counted_as = 'opened' and is_dispatched then 1 end as is_dispatched,
        case when counted_as = 'opened' and source = 'hotline' then 1 end
            as is_of_hotline,
        case
            when counted_as = 'promised' and is_replied_in_time is not null then 1
        end as is_promised,
        case
            when
                counted_as = 'closed'
                and not is_withdrawn
                and is_reopened is not null
                then 1
        end as is_closed,
        case
            when
                counted_as = 'closed'
                and class = 'fault'
                and is_closed_within_24h is not null
                then 1
        end as is_closed_fault,
        case when counted_as = 'overdue' then 1 end as is_overdue,
        case when counted_as = 'open' then 1 end as is_open,
        case when is_solved then 1 else 0 end as is_solved,
        case when is_reclassified then 1 else 0 end as is_reclassified,
        case when is_misbooked then 1 else 0 end as is_misbooked,
        case when is_misrouted then 1 else 0 end as is_misrouted,
        case when is_handed_over then 1 else 0 end as is_handed_over,
        case when is_replied_in_time then 1 else 0 end as is_replied_in_time,
        case when is_reopened then 1 else 0 end as is_reopened,
        case when is_closed_within_24h then 1 else 0 end as is_closed_within_24h,
        case when is_closed_within_48h then 1 else 0 end as is_closed_within_48h,
        first_response_hours,
        resolution_hours

    from tickets

),

single as (

    select
        kpi_month,
        branch_id,
        tier,
        class,
        source,
        complaint_type,
        ownership,
        hall,
        {{ free_cuts() }},
        cast(sum(is_opened) as bigint) as opened_tickets,
        cast(sum(is_opened) as bigint) as single_tickets,
        cast(sum(is_complaint) as bigint) as complaints,
        cast(sum(credit_amount_yuan) as decimal(18, 2)) as credit_amount_yuan,
        cast(sum(is_opened * is_reclassified) as bigint) as reclassified_tickets,
        cast(sum(is_at_hall) as bigint) as hall_tickets,
        cast(sum(is_at_hall * is_misbooked) as bigint) as misbooked_tickets,
        cast(sum(is_dispatched) as bigint) as dispatched_tickets,
        cast(sum(is_dispatched * is_misrouted) as bigint) as misrouted_tickets,
        cast(sum(is_of_hotline) as bigint) as hotline_tickets,
        cast(sum(is_of_hotline * is_handed_over) as bigint) as handed_over_tickets,
        cast(sum(is_promised) as bigint) as promised_tickets,
        cast(sum(is_promised * is_replied_in_time) as bigint)
            as replied_in_time_tickets,
        cast(sum(is_closed) as bigint) as closed_tickets,
        cast(sum(is_closed * is_reopened) as bigint) as reopened_tickets,
        cast(sum(is_closed_fault) as bigint) as closed_faults,
        cast(sum(is_closed_fault * is_closed_within_24h) as bigint)
            as restored_24h_faults,
        cast(sum(is_closed_fault * is_closed_within_48h) as bigint)
            as restored_48h_faults,
        cast(sum(is_overdue) as bigint) as overdue_tickets,
        cast(sum(is_open) as bigint) as open_tickets,
        cast(sum(is_opened * is_solved) as bigint) as solved_tickets,
        cast(nullif(count(first_response_hours), 0) as bigint) as first_responses_timed,
        {{ exact_sum('first_response_hours') }} as first_response_hours,
        {{ exact_sum('first_response_hours * first_response_hours') }}
            as first_response_hours_squared,
        cast(nullif(count(resolution_hours), 0) as bigint) as resolutions_timed,
        {{ exact_sum('resolution_hours') }} as resolution_hours,
        {{ exact_sum('resolution_hours * resolution_hours') }}
            as resolution_hours_squared

    from judged

    group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10

),

counted as (

    select
        kpi_month,
        branch_id,
        tier,
        class,
        'unknown' as source,
        complaint_type,
        'unknown' as ownership,
        'unknown' as hall,
        cast(sum(opened_tickets) as bigint) as opened_tickets,
        cast(sum(case when class = 'complaint' then opened_tickets end) as bigint)
            as complaints

    from counts

    where opened_tickets > 0

    group by 1, 2, 3, 4, 5, 6, 7, 8

),

final as (

    {{ side_by_side(
        [
            'kpi_month', 'branch_id', 'tier', 'class', 'source', 'complaint_type',
            'ownership', 'hall',
        ],
        {
            'single': [
                'free_cuts', 'protected_cuts',
                'opened_tickets', 'single_tickets', 'complaints',
                'credit_amount_yuan', 'reclassified_tickets', 'hall_tickets',
                'misbooked_tickets', 'dispatched_tickets', 'misrouted_tickets',
                'hotline_tickets', 'handed_over_tickets', 'promised_tickets',
                'replied_in_time_tickets', 'closed_tickets', 'reopened_tickets',
                'closed_faults', 'restored_24h_faults', 'restored_48h_faults',
                'overdue_tickets', 'open_tickets', 'solved_tickets',
                'first_responses_timed', 'first_response_hours',
                'first_response_hours_squared', 'resolutions_timed',
                'resolution_hours', 'resolution_hours_squared',
            ],
            'counted': ['opened_tickets', 'complaints'],
        },
    ) }}
)

select * from final
