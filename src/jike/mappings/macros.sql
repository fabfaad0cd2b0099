-- What mappings have to do again and again. Each macro leaves a text it does not
-- understand as it is, so that the contract rejects the row with rule `type`.

-- A date in the declared format (%d.%m.%Y, %Y%m%d …), as ISO text. Day and month are
-- never guessed; a year of two digits is %y.
create macro as_date(value, format) as
    case
        when year(try_strptime(trim(cast(value as varchar)), format)) >= 1000
            then strftime(
                try_strptime(trim(cast(value as varchar)), format), '%Y-%m-%d'
            )
        else cast(value as varchar)
    end;

-- The first day of the month of a date in the declared format (%Y%m, %m/%Y …).
create macro as_month(value, format) as
    case
        when year(try_strptime(trim(cast(value as varchar)), format)) >= 1000
            then strftime(
                try_strptime(trim(cast(value as varchar)), format), '%Y-%m-01'
            )
        when regexp_full_match(
            trim(cast(value as varchar)), '[0-9]{4}-[0-9]{2}-[0-9]{2}( 00:00:00)?'
        )
            and try_cast(trim(cast(value as varchar)) as date) is not null
            then strftime(
                try_cast(trim(cast(value as varchar)) as date), '%Y-%m-01'
            )
        else cast(value as varchar)
    end;

-- A point in time in the declared format, as ISO text in local time.
create macro as_timestamp(value, format) as
    case
        when year(try_strptime(trim(cast(value as varchar)), format)) >= 1000
            then strftime(
                try_strptime(trim(cast(value as varchar)), format), '%Y-%m-%d %H:%M:%S'
            )
        else cast(value as varchar)
    end;

-- A duration in seconds; the form says what the numbers are: 'h:m:s', 'm:s' or 'h:m'.
create macro as_seconds(value, form) as
    case
        when form = 'h:m:s'
            and regexp_full_match(
                trim(cast(value as varchar)), '[0-9]+:[0-5]?[0-9]:[0-5]?[0-9]'
            )
            then cast(
                3600 * cast(split_part(trim(cast(value as varchar)), ':', 1) as bigint)
                + 60 * cast(split_part(trim(cast(value as varchar)), ':', 2) as bigint)
                + cast(split_part(trim(cast(value as varchar)), ':', 3) as bigint)
                as varchar
            )
        when form = 'm:s'
            and regexp_full_match(trim(cast(value as varchar)), '[0-9]+:[0-5]?[0-9]')
            then cast(
                60 * cast(split_part(trim(cast(value as varchar)), ':', 1) as bigint)
                + cast(split_part(trim(cast(value as varchar)), ':', 2) as bigint)
                as varchar
            )
        when form = 'h:m'
            and regexp_full_match(trim(cast(value as varchar)), '[0-9]+:[0-5]?[0-9]')
            then cast(
                3600 * cast(split_part(trim(cast(value as varchar)), ':', 1) as bigint)
                + 60 * cast(split_part(trim(cast(value as varchar)), ':', 2) as bigint)
                as varchar
            )
        else cast(value as varchar)
    end;

-- A point in time some seconds after another (both ISO text or numbers as text); null
-- where one of them is missing, both texts where one of them is neither.
create macro plus_seconds(moment, seconds) as
    case
        when nullif(trim(cast(moment as varchar)), '') is null
            or nullif(trim(cast(seconds as varchar)), '') is null
            then null
        when try_cast(moment as timestamp) is null
            or try_cast(seconds as bigint) is null
            then concat(cast(moment as varchar), ' + ', cast(seconds as varchar))
        else strftime(
            try_cast(moment as timestamp) + to_seconds(try_cast(seconds as bigint)),
            '%Y-%m-%d %H:%M:%S'
        )
    end;

-- A number written with a thousands separator and a decimal mark: as_number('1.234,50',
-- '.', ','). Currency signs at either end are left out.
create macro as_number(value, thousands, mark) as
    case
        when regexp_full_match(
            trim(cast(value as varchar), ' ¥￥$€元' || chr(160)),
            '-?[0-9]{1,3}([' || thousands || '][0-9]{3})*([' || mark || '][0-9]+)?'
            || '|-?[0-9]+([' || mark || '][0-9]+)?'
        )
            then replace(
                replace(
                    trim(cast(value as varchar), ' ¥￥$€元' || chr(160)), thousands, ''
                ),
                mark,
                '.'
            )
        else cast(value as varchar)
    end;

-- A percentage as a share: 12.5% is 0.125. Without a sign of per cent it stays.
create macro as_share(value) as
    case
        when regexp_full_match(
            trim(cast(value as varchar)), '-?[0-9]+([.][0-9]+)? ?[%％]'
        )
            then cast(
                cast(
                    trim(rtrim(trim(cast(value as varchar)), '%％'))
                    as decimal(18, 6)
                ) / 100 as decimal(18, 8)
            )::varchar
        else cast(value as varchar)
    end;

-- A yes or no in the usual spellings; others are declared as two lists of their own.
create macro as_flag(value) as
    case
        when lower(trim(cast(value as varchar)))
            in ('y', 'yes', 'true', 't', '1', '是', '有')
            then 'true'
        when lower(trim(cast(value as varchar)))
            in ('n', 'no', 'false', 'f', '0', '否', '无')
            then 'false'
        else cast(value as varchar)
    end,
(value, yes, no) as
    case
        when list_contains(yes, trim(cast(value as varchar))) then 'true'
        when list_contains(no, trim(cast(value as varchar))) then 'false'
        else cast(value as varchar)
    end;

-- Null for texts that stand for "nothing": unless(x, ['N/A', '-', '9999-12-31']).
create macro unless(value, sentinels) as
    case
        when list_contains(sentinels, trim(cast(value as varchar))) then null
        else value
    end;

-- The first days of the months of an interval, its end exclusive, as a list to unnest.
-- An interval that is none gives its text once, to be rejected with rule `type`.
create macro months_of(starts_on, ends_before) as
    case
        when try_cast(starts_on as date) < try_cast(ends_before as date)
            then list_transform(
                generate_series(
                    date_trunc('month', try_cast(starts_on as date)),
                    try_cast(ends_before as date) - interval 1 day,
                    interval 1 month
                ),
                lambda month: strftime(month, '%Y-%m-%d')
            )
        else [concat(cast(starts_on as varchar), '/', cast(ends_before as varchar))]
    end;

-- The last value above that is not empty, or the row's own: what merged cells of a sheet
-- stand for. filled_down(x) is short for filled_down(x, _file, _line).
create macro filled_down(value, file, line) as
    last_value(nullif(trim(cast(value as varchar)), '') ignore nulls) over (
        partition by file order by line
        rows between unbounded preceding and current row
    );

-- A key for rows that have none: what the row is about, and its number among the rows
-- about the same, in the order of file and line. The same facts in another delivery
-- get the same key.
create macro numbered(about, file, line) as
    concat(
        about, '-',
        row_number() over (partition by about order by file, line)
    );
