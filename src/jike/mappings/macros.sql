-- What mappings have to do again and again. Each macro leaves a text it does not
-- understand as it is, so that the contract rejects the row with rule `type`. Those with
-- _ before their names are for the others, not for selects.

-- The years that a date may lie in; a load puts its parameters first_year and last_year
-- in their place.
create macro _first_year() as 1990;
create macro _last_year() as 2100;
create macro _has_usual_year(moment) as
    coalesce(year(moment) between _first_year() and _last_year(), false);

create macro _plain(value) as trim(cast(value as varchar));

-- Whether a value says an offset or a zone that its format holds as mere letters: then
-- nothing tells what they mean in this row. Behind a date alone +08:00 or -01 is no time
-- of a day, so an offset stands behind an hour, minute or second of the format.
create macro _has_told_offset(value, format) as
    regexp_matches(
        _plain(value),
        '(?i)(UTC|GMT) ?[+−-]|[a-z]/[a-z]'
        || '|(^|[^a-z])(CST|CDT|EST|EDT|MST|MDT|PST|PDT|AKST|HST|WET|WEST|BST|CET|CEST|EET'
        || '|EEST|MSK|IST|PKT|ICT|WIB|HKT|SGT|PHT|JST|KST|AWST|AEST|AEDT|ZULU)([^a-z]|$)'
    )
    or (
        regexp_matches(
            cast(format as varchar),
            '%-?[HIMSfgnpTXc][^,]*[+−-][0-9]{2}(:?[0-9]{2})?'
        )
        and regexp_matches(
            _plain(value), '[+−-][0-9]{2}(:?[0-9]{2}|[^0-9:-]|$)'
        )
    );

-- A point in time in the declared format, local time; null where it is none. An offset
-- is never dropped: one that %z reads, a zone that %Z reads, and a Z, UTC or GMT are
-- converted; abbreviations mean different zones in different countries (CST), and what
-- the format holds as mere letters says nothing of the row, so those are not read.
create macro _parsed(value, format) as
    case
        when contains(cast(format as varchar), '%Z')
            and not regexp_matches(_plain(value), 'UTC|GMT|[A-Za-z]/[A-Za-z]')
            then null
        when regexp_matches(cast(format as varchar), '%[zZ]')
            then timezone(
                'Asia/Shanghai',
                cast(
                    coalesce(
                        try_strptime(_plain(value), format),
                        try_strptime(
                            regexp_replace(_plain(value), '[zZ]$', '+00:00'), format
                        )
                    ) as timestamptz
                )
            )
        when _has_told_offset(value, format) then null
        when regexp_matches(
            _plain(value), '(?i)([^a-z]|[ap]m) ?z$|(^|[^a-z])(UTC|GMT)([^a-z]|$)'
        )
            then timezone(
                'Asia/Shanghai',
                timezone(
                    'UTC', cast(try_strptime(_plain(value), format) as timestamp)
                )
            )
        else cast(try_strptime(_plain(value), format) as timestamp)
    end;

-- A date or a point in time in ISO spelling, as local time; null where it is none.
create macro _iso_moment(value) as
    case
        when regexp_full_match(
            _plain(value),
            '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}'
            || '([T ][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?'
        )
            then try_cast(_plain(value) as timestamp)
        when regexp_full_match(
            _plain(value),
            '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[T ][0-9]{1,2}:[0-9]{2}'
            || '(:[0-9]{2}([.][0-9]+)?)? ?([zZ]|[+-][0-9]{2}(:?[0-9]{2})?)'
        )
            then timezone(
                'Asia/Shanghai',
                try_cast(
                    regexp_replace(
                        regexp_replace(_plain(value), ' ?[zZ]$', '+00:00'),
                        ' ?([+-][0-9]{2}):?([0-9]{2})$', '\1:\2'
                    ) as timestamptz
                )
            )
    end;

-- A date in the declared format (%d.%m.%Y, %Y%m%d …), as ISO text. Day and month are
-- never guessed; a year of two digits is %y.
create macro as_date(value, format) as
    case
        when _has_usual_year(_parsed(value, format))
            then strftime(_parsed(value, format), '%Y-%m-%d')
        else cast(value as varchar)
    end;

-- The first day of the month of a date in the declared format (%Y%m, %m/%Y …).
create macro as_month(value, format) as
    case
        when _has_usual_year(_parsed(value, format))
            then strftime(_parsed(value, format), '%Y-%m-01')
        when regexp_full_match(_plain(value), '[0-9]{4}-[0-9]{2}-[0-9]{2}( 00:00:00)?')
            and _has_usual_year(_iso_moment(value))
            then strftime(_iso_moment(value), '%Y-%m-01')
        else cast(value as varchar)
    end;

-- A point in time in the declared format, as ISO text in local time, with what it has
-- of a fraction of a second.
create macro as_timestamp(value, format) as
    case
        when _has_usual_year(_parsed(value, format))
            then cast(_parsed(value, format) as varchar)
        else cast(value as varchar)
    end;

-- A duration in seconds; the form says what the numbers are: 'h:m:s', 'm:s' or 'h:m'.
-- Seconds may have a fraction.
create macro as_seconds(value, form) as
    case
        when form = 'h:m:s'
            and regexp_full_match(
                _plain(value), '[0-9]{1,9}:[0-5]?[0-9]:[0-5]?[0-9]([.][0-9]+)?'
            )
            then concat(
                3600 * cast(split_part(_plain(value), ':', 1) as bigint)
                + 60 * cast(split_part(_plain(value), ':', 2) as bigint)
                + cast(regexp_extract(_plain(value), ':([0-9]+)([.]|$)', 1) as bigint),
                regexp_extract(_plain(value), '[.][0-9]+$')
            )
        when form = 'm:s'
            and regexp_full_match(
                _plain(value), '[0-9]{1,9}:[0-5]?[0-9]([.][0-9]+)?'
            )
            then concat(
                60 * cast(split_part(_plain(value), ':', 1) as bigint)
                + cast(regexp_extract(_plain(value), ':([0-9]+)([.]|$)', 1) as bigint),
                regexp_extract(_plain(value), '[.][0-9]+$')
            )
        when form = 'h:m'
            and regexp_full_match(_plain(value), '[0-9]{1,9}:[0-5]?[0-9]')
            then cast(
                3600 * cast(split_part(_plain(value), ':', 1) as bigint)
                + 60 * cast(split_part(_plain(value), ':', 2) as bigint)
                as varchar
            )
        else cast(value as varchar)
    end;

-- A point in time some seconds after another (both ISO text or numbers as text); null
-- where one of them is missing, both texts where one of them is neither. An offset is
-- converted to local time; fractions of a second are kept.
create macro plus_seconds(moment, seconds) as
    case
        when nullif(_plain(moment), '') is null or nullif(_plain(seconds), '') is null
            then null
        else coalesce(
            cast(
                try(
                    _iso_moment(moment)
                    + to_microseconds(
                        cast(
                            cast(try_cast(seconds as decimal(18, 6)) as decimal(38, 6))
                            * 1000000 as bigint
                        )
                    )
                ) as varchar
            ),
            concat(cast(moment as varchar), ' + ', cast(seconds as varchar))
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
            _plain(value), '-?[0-9]{1,9}([.][0-9]+)? ?[%％]'
        )
            then cast(
                cast(
                    trim(rtrim(_plain(value), '%％'))
                    as decimal(18, 6)
                ) / 100 as decimal(18, 8)
            )::varchar
        else cast(value as varchar)
    end;

-- A yes or no in the usual spellings; others are declared as two lists of their own.
create macro as_flag(value) as
    case
        when lower(_plain(value))
            in ('y', 'yes', 'true', 't', '1', '是', '有')
            then 'true'
        when lower(_plain(value))
            in ('n', 'no', 'false', 'f', '0', '否', '无')
            then 'false'
        else cast(value as varchar)
    end,
(value, yes, no) as
    case
        when list_contains(yes, _plain(value)) then 'true'
        when list_contains(no, _plain(value)) then 'false'
        else cast(value as varchar)
    end;

-- Null for texts that stand for "nothing": unless(x, ['N/A', '-', '9999-12-31']).
create macro unless(value, sentinels) as
    case
        when list_contains(sentinels, _plain(value)) then null
        else value
    end;

-- The first days of the months of an interval, its end exclusive, as a list to unnest.
-- An interval that is none gives its text once, to be rejected with rule `type`.
create macro months_of(starts_on, ends_before) as
    case
        when _iso_moment(starts_on) < _iso_moment(ends_before)
            and _has_usual_year(_iso_moment(starts_on))
            and _has_usual_year(_iso_moment(ends_before))
            then list_transform(
                generate_series(
                    date_trunc('month', _iso_moment(starts_on)),
                    cast(_iso_moment(ends_before) as date) - interval 1 day,
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
