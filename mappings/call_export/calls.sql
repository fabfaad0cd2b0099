-- Started is day.month.year; Menu and Waited are minutes and seconds, Talked is hours,
-- minutes and seconds; a call that never asked for an agent has no Waited.
with

read as (

    select
        *,
        as_timestamp("Started", '%d.%m.%Y %H:%M:%S') as ivr_at,
        as_seconds(coalesce("Menu", '0:00'), 'm:s') as menu_seconds,
        as_seconds("Waited", 'm:s') as waited_seconds,
        as_seconds("Talked", 'h:m:s') as talked_seconds

    from calls

),

queued as (

    select
        *,
        case
            when "Waited" is not null then plus_seconds(ivr_at, menu_seconds)
        end as queued_at

    from read

),

left_queue as (

    select
        *,
        coalesce(
            plus_seconds(queued_at, waited_seconds), plus_seconds(ivr_at, menu_seconds)
        ) as left_at

    from queued

)

select
    "Call ID" as call_id,
    -- The number itself does not get in.
    sha256(trim("Caller")) as caller,
    "Customer" as customer_id,
    ivr_at,
    queued_at,
    case when "Result" = 'Answered' then left_at end as answered_at,
    case
        when "Result" = 'Answered' then plus_seconds(left_at, talked_seconds)
        else left_at
    end as ended_at,
    case "Result"
        when 'Answered' then 'answered'
        when 'Abandoned' then 'abandoned'
        when 'Busy' then 'blocked'
        when 'Self-service' then 'ivr_contained'
        when 'Outgoing' then 'outbound'
        when 'Test' then 'test'
        else "Result"
    end as outcome,
    _file,
    _line

from left_queue
