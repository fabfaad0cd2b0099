-- 走访、满意度、竞争事件: one row per active customer and month with what was observed by
-- its end: the last visit, the overall index of the last complete interview about us in
-- twelve months, and competitor events in three.

with

customers as (

    select * from {{ ref('fct_customer_months') }}

),

visited as (

    select
        customer_id,
        {{ month_start('visited_on') }} as visit_month,
        max(visited_on) as visited_on

    from {{ ref('stg_visits') }}

    where visited_on <= {{ as_of() }}

    group by 1, 2

),

visits as (

    select
        *,
        lead(visit_month) over (
            partition by customer_id order by visit_month nulls last
        ) as next_visit_month

    from visited

),

scored as (

    select
        response_id,
        index_points

    from {{ ref('int_interviews__scored') }}

    where
        construct = 'overall'
        and servqual = 'total'

),

dated_interviews as (

    select
        interviews.response_id,
        interviews.customer_id,
        interviews.kpi_month,
        coalesce(
            responses.answered_at, cast(interviews.happened_on as timestamp)
        ) as happened_at,
        scored.index_points

    from {{ ref('int_interviews__classified') }} as interviews

    left join {{ ref('stg_survey_responses') }} as responses
        on interviews.response_id = responses.response_id

    left join scored
        on interviews.response_id = scored.response_id

    where
        interviews.status = 'complete'
        and interviews.competitor = 'us'
        and interviews.customer_id is not null

),

ranked_interviews as (

    select
        *,
        row_number() over (
            partition by customer_id, kpi_month
            order by happened_at desc nulls last, response_id desc nulls last
        ) as interview_rank

    from dated_interviews

),

interviews as (

    select
        *,
        lead(kpi_month) over (
            partition by customer_id order by kpi_month nulls last
        ) as next_interview_month

    from ranked_interviews

    where interview_rank = 1

),

events as (

    select
        customer_id,
        {{ month_start('observed_on') }} as event_month,
        count(*) as events

    from {{ ref('stg_competitor_events') }}

    where
        customer_id is not null
        and observed_on <= {{ as_of() }}

    group by 1, 2

),

recent_events as (

    select
        customers.kpi_month,
        customers.customer_id,
        sum(events.events) as events

    from customers

    inner join events
        on
            customers.customer_id = events.customer_id
            and customers.kpi_month >= events.event_month
            and customers.kpi_month
            <= {{ add_months('events.event_month', window('events') - 1) }}

    group by 1, 2

),

final as (

    select
        customers.kpi_month,
        customers.customer_id,
        {{ days_between('visits.visited_on', stock_on('customers.kpi_month')) }}
            as days_since_visit,
        interviews.index_points as overall_points,
        cast(recent_events.events as bigint) as competitor_events

    from customers

    left join visits
        on
            customers.customer_id = visits.customer_id
            and customers.kpi_month >= visits.visit_month
            and (
                customers.kpi_month < visits.next_visit_month
                or visits.next_visit_month is null
            )

    left join interviews
        on
            customers.customer_id = interviews.customer_id
            and customers.kpi_month >= interviews.kpi_month
            and (
                customers.kpi_month < interviews.next_interview_month
                or interviews.next_interview_month is null
            )
            and customers.kpi_month
            <= {{ add_months('interviews.kpi_month', window('interviews') - 1) }}

    left join recent_events
        on
            customers.kpi_month = recent_events.kpi_month
            and customers.customer_id = recent_events.customer_id

)

select * from final
