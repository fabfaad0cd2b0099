-- A row is a day. A mean of whole seconds times its calls is their sum, as exactly as
-- the file knows it. The service level is a percentage of an unknown number of calls
-- (the same day's 76.28 % is no whole number of those offered or answered), so nobody
-- knows how many calls it counts: within_level is left out.
with

days_of_the_file as (

    select
        *,
        try_cast("Index" as int) as day_number,
        max(try_cast("Index" as int)) over () as last_number,
        try_cast("Answered Calls" as int) as answered

    from days

)

select
    'all' as centre_id,
    coalesce(
        strftime(
            delivered_on() - to_days(last_number - day_number), '%Y-%m-%d 00:00:00'
        ),
        "Index"
    ) as starts_at,
    1440 as minutes,
    "Incoming Calls" as offered,
    "Answered Calls" as answered,
    "Abandoned Calls" as abandoned,
    try_cast(as_seconds("Answer Speed (AVG)", 'h:m:s') as int) * answered
        as answer_seconds,
    try_cast(as_seconds("Talk Duration (AVG)", 'h:m:s') as int) * answered
        as handle_seconds,
    _file,
    _line

from days_of_the_file
