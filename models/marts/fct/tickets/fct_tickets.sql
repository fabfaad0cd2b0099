-- 工单: one row per ticket and date by which a KPI counts it: opened, promised, closed
-- (first closing), and open or overdue at the end of a month. Branch and tier are the
-- customer's on the first day of that month, for open and overdue at its end; the
-- ticket's own branch wins. Where neither replies nor closings are delivered nothing is
-- overdue.

with

tickets as (

    select * from {{ ref('int_tickets__classified') }}

),

months as (

    select * from {{ ref('int_calendar__months') }}

),

dated as (

    select
        ticket_id,
        'opened' as counted_as,
        {{ month_start('opened_at') }} as kpi_month,
        {{ month_start('opened_at') }} as cut_on

    from tickets

    union all

    select
        ticket_id,
        'promised' as counted_as,
        {{ month_start('promised_at') }} as kpi_month,
        {{ month_start('promised_at') }} as cut_on

    from tickets

    where
        not is_withdrawn
        and cast(promised_at as date) <= {{ as_of() }}

    union all

    select
        ticket_id,
        'closed' as counted_as,
        {{ month_start('closed_at') }} as kpi_month,
        {{ month_start('closed_at') }} as cut_on

    from tickets

    where closed_at is not null

    union all

    select
        tickets.ticket_id,
        'overdue' as counted_as,
        months.kpi_month,
        months.stock_on as cut_on

    from tickets

    inner join months
        on
            months.stock_on >= cast(tickets.promised_at as date)
            and months.stock_on < coalesce(
                cast(least(tickets.replied_at, tickets.closed_at) as date),
                cast('9999-12-31' as date)
            )

    where
        not tickets.is_withdrawn
        and tickets.has_outcomes

    union all

    -- A ticket closed nobody knows when is open at no end of a month.
    select
        tickets.ticket_id,
        'open' as counted_as,
        months.kpi_month,
        months.stock_on as cut_on

    from tickets

    inner join months
        on
            months.stock_on >= cast(tickets.opened_at as date)
            and (
                months.stock_on < coalesce(
                    cast(tickets.not_open_from as date), cast('9999-12-31' as date)
                )
                or months.stock_on >= cast(tickets.open_again_at as date)
            )

    where not tickets.is_withdrawn

),

routed as (

    select * from {{ ref('int_tickets__routed') }}

),

spans as (

    select * from {{ ref('int_customers__spans') }}

),

final as (

    select
        dated.ticket_id,
        dated.counted_as,
        dated.kpi_month,
        tickets.customer_id,
        coalesce(tickets.named_branch_id, spans.branch_id, 'unknown') as branch_id,
        coalesce(spans.tier, 'unknown') as tier,
        tickets.class,
        tickets.source,
        tickets.complaint_type,
        tickets.ownership,
        tickets.hall,
        tickets.status,
        tickets.opened_at,
        tickets.promised_at,
        tickets.first_responded_at,
        tickets.replied_at,
        tickets.closed_at,
        tickets.credit_amount_yuan,
        tickets.is_withdrawn,
        tickets.is_reclassified,
        tickets.is_misbooked,
        routed.ticket_id is not null as is_dispatched,
        coalesce(routed.is_misrouted, false) as is_misrouted,
        coalesce(routed.is_handed_over, false) as is_handed_over,
        tickets.is_replied_in_time,
        tickets.is_reopened,
        tickets.is_resolved,
        tickets.is_solved,
        case
            when dated.counted_as = 'opened' then tickets.first_response_hours
        end as first_response_hours,
        case
            when dated.counted_as = 'closed' and not tickets.is_withdrawn
                then tickets.resolution_hours
        end as resolution_hours,
        tickets.is_closed_within_24h,
        tickets.is_closed_within_48h,
        {{ free_cuts('tickets') }}

    from dated

    inner join tickets
        on dated.ticket_id = tickets.ticket_id

    left join routed
        on dated.ticket_id = routed.ticket_id

    left join spans
        on {{ on_day('tickets.customer_id', 'dated.cut_on') }}

)

select * from final
