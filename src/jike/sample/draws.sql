-- What every later step draws with. A draw is the md5 of a tag and a key, so it is the
-- same in any order of rows, on any number of threads and in any version of the engine.
create macro draw(tag, key) as
    (md5_number_lower('jike/' || tag || '/' || key) >> 11)::double / 9007199254740992.0;

-- A whole number in 0 … below n.
create macro pick(tag, key, n) as cast(floor(draw(tag, key) * n) as integer);

-- A share from 0 to below 1 out of some bits of a draw: one draw serves many columns.
create macro bits(drawn, from_bit, width) as
    (
        (drawn >> from_bit::ubigint) & ((1::ubigint << width::ubigint) - 1::ubigint)
    )::double
    / (1::ubigint << width::ubigint)::double;

-- A normal draw (mean 0, spread 1), from two even ones.
create macro spread(tag, key) as
    sqrt(-2.0 * ln(1.0 - draw(tag || '/r', key)))
    * cos(2.0 * pi() * draw(tag || '/a', key));

-- As many bits for whole columns of one row.
create macro drawn_bits(tag, key) as md5_number_lower('jike/' || tag || '/' || key);

-- Months are numbered: 1 = 2023-01, 24 = 2024-12, 33 = 2025-09.
create macro first_day(m) as
    cast(make_date(2023 + (m - 1) // 12, 1 + (m - 1) % 12, 1) as date);
create macro day_in(m, d) as first_day(m) + cast(d - 1 as integer);

-- Office hours: from 08:30, to the second.
create macro at_work(day, key) as
    cast(day as timestamp) + to_seconds(30600 + pick('second', key, 32400));

-- What would happen after the end of the history has not happened yet.
create macro so_far(moment) as
    case when moment < timestamp '2025-10-01' then moment end;

create table months as
select
    m,
    first_day(m) as first_day,
    last_day(first_day(m)) as last_day,
    [
        0.985, 0.930, 1.000, 0.995, 1.005, 1.020,
        1.000, 0.995, 1.015, 0.990, 1.015, 1.055
    ][1 + (m - 1) % 12] as season
from (select unnest(range(1, 34)) as m) as numbers;
