-- 成员用量: what each line used, a row a month from April 2024 on. A few lines use most of the
-- data: in September 2025 the largest fifth exactly four fifths of it.

create table line_habits as
select
    line.member_id,
    line.joined_on,
    line.left_on,
    line.mk,
    exp(5.0 + 0.6 * spread('voice', line.mk)) as voice_level,
    exp(6.0 + 1.68 * least(spread('data', line.mk), 3.2)) as data_level,
    pressure.from_month,
    pressure.to_month
from line
left join pressure
    on line.customer_no = pressure.customer_no;

create table usage_drawn as
with attached as (
    select
        own.*,
        months.m,
        months.first_day,
        months.season,
        drawn_bits('usage', own.mk || '/' || months.m) as drawn,
        (
            least(coalesce(own.left_on, months.last_day), months.last_day)
            - greatest(own.joined_on, months.first_day)
            + 1
        )::double
        / day(months.last_day) as month_share,
        coalesce(months.m between own.from_month and own.to_month, false) as is_pressed
    from line_habits as own
    inner join months
        on months.m >= 16
        and own.joined_on <= months.last_day
        and (own.left_on is null or own.left_on >= months.first_day)
),

measured as (
    select
        *,
        voice_level
        * season
        * month_share
        * pow(0.996, m - 16)
        * (0.88 + 0.24 * bits(drawn, 0, 12))
        -- Calls of those who are about to go dwindle from month to month.
        * if(is_pressed, pow(0.7, m - from_month + 1), 1.0) as minutes,
        data_level
        * month_share
        * pow(1.022, m - 16)
        * (0.7 + 0.6 * bits(drawn, 12, 12))
        * if(is_pressed, 0.8, 1.0) as megabytes
    from attached
)

select
    member_id,
    m,
    first_day,
    cast(round(minutes, 1) as decimal(18, 2)) as voice_minutes,
    cast(round(100.0 * megabytes) as bigint) as data_hundredths,
    cast(
        round(
            month_share * (12.0 + 16.0 * bits(drawn, 24, 12))
            + 0.13 * minutes
            + 0.7 * sqrt(megabytes),
            2
        ) as decimal(18, 2)
    ) as charge,
    cast(
        case
            when is_pressed then floor(3.3 * bits(drawn, 36, 12))
            when bits(drawn, 36, 12) > 0.99 then 2
            when bits(drawn, 36, 12) > 0.95 then 1
            else 0
        end as integer
    ) as competitor_contacts
from measured;

-- The largest fifth is brought to four times the rest by one factor; what rounding
-- leaves goes to the largest line.
create table data_ranked as
select
    member_id,
    data_hundredths,
    row_number() over (order by data_hundredths desc, member_id) as place,
    cast(ceil(count(*) over () / 5.0) as bigint) as top_count
from usage_drawn
where m = 33;

create table data_scaled as
with sums as (
    select
        4 * sum(data_hundredths) filter (where place > top_count) as wanted,
        sum(data_hundredths) filter (where place <= top_count) as drawn
    from data_ranked
),

scaled as (
    select
        member_id,
        place,
        cast(
            round(data_hundredths * (cast(wanted as double) / cast(drawn as double)))
            as bigint
        ) as hundredths
    from data_ranked
    cross join sums
    where place <= top_count
)

select
    member_id,
    cast(
        scaled.hundredths
        + if(
            scaled.place = 1, sums.wanted - sum(scaled.hundredths) over (), 0
        ) as bigint
    ) as hundredths
from scaled
cross join sums;

create view member_usage_rows as
select
    own.member_id,
    own.first_day as month,
    own.voice_minutes,
    cast(
        coalesce(scaled.hundredths, own.data_hundredths) * 0.01 as decimal(18, 2)
    ) as data_mb,
    own.charge,
    own.competitor_contacts
from usage_drawn as own
left join data_scaled as scaled
    on own.m = 33 and own.member_id = scaled.member_id;
