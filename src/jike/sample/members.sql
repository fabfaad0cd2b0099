-- 集团成员: mobile lines. A line of a customer that merges goes on, under a new id.

create table member_facts as
with lines as (
    select
        own.*,
        place_in_group,
        own.k || '/' || place_in_group as mk
    from customer as own
    cross join lateral (
        select unnest(
            range(
                case
                    when own.tier = 'A+' then 60 + pick('lines', own.k, 60)
                    when own.tier in ('A1', 'A2') then 16 + pick('lines', own.k, 36)
                    when own.tier in ('B1', 'B2') then 6 + pick('lines', own.k, 16)
                    else 1 + pick('lines', own.k, 8)
                end
            )
        ) as place_in_group
    ) as wanted
),

begun as (
    select
        *,
        case
            when place_in_group = 0 or draw('at once', mk) < 0.72 then join_month
            else join_month + 1 + pick('line month', mk, 33)
        end as from_month
    from lines
),

ended as (
    select
        *,
        case
            when from_month = 0
                then cast(least(
                    joined_on + pick('line joined', mk, 1500), date '2022-12-30'
                ) as date)
            when from_month = join_month then joined_on + pick('line joined', mk, 9)
            else day_in(from_month, 1 + pick('line joined', mk, 28))
        end as line_joined_on,
        from_month + 1 + cast(floor(draw('line end', mk) / 0.0105) as integer)
            as left_month,
        draw('line end kind', mk) as how
    from begun
    where from_month <= 33 and from_month < coalesce(end_month, 99)
),

left_alone as (
    select
        *,
        case
            when left_month <= 33 then day_in(left_month, 1 + pick('line left', mk, 28))
        end as own_left_on,
        case
            when how < 0.56 then 'left_network'
            when how < 0.70 then 'ported_out'
            else 'left_group'
        end as own_left_how,
        -- Lines go when their customer goes: to the rival, with the firm, one by one.
        case
            when end_kind = 'merged' then ended_on
            when end_kind is not null and draw('goes along', mk) < 0.85
                then ended_on + pick('goes on', mk, 40) - 15
        end as group_left_on,
        case
            when end_kind = 'merged' then 'moved'
            when end_kind = 'lost_to_competitor' and draw('ported', mk) < 0.7
                then 'ported_out'
            when draw('stays on', mk) < 0.5 then 'left_group'
            else 'left_network'
        end as group_left_how
    from ended
),

settled as (
    select
        *,
        case
            when own_left_on <= coalesce(group_left_on, date '2099-01-01')
                then own_left_on
            when group_left_on <= date '2025-09-30' and group_left_on > line_joined_on
                then group_left_on
        end as left_on
    from left_alone
)

select
    customer_no,
    mk,
    greatest(line_joined_on, joined_on) as joined_on,
    case when left_on > greatest(line_joined_on, joined_on) then left_on end as left_on,
    case
        when left_on > greatest(line_joined_on, joined_on)
            then case
                when left_on = own_left_on then own_left_how
                else group_left_how
            end
    end as left_how,
    case when draw('brand', mk) < 0.95
        then [
            'gotone', 'gotone', 'gotone', 'easyown', 'easyown', 'easyown', 'easyown',
            'mzone', 'other'
        ][1 + pick('brand kind', mk, 9)]
    end as brand,
    place_in_group = 0 and draw('key', mk) < 0.6 as is_key_person
from settled;

create table member_rows as
with moved as (
    select *, 0 as moves from member_facts
    union all
    select
        own.successor_no,
        line.mk || '+',
        line.left_on,
        case when draw('moved out', line.mk) < 0.1 and line.left_on < date '2025-06-01'
            then line.left_on + 20 + pick('moved days', line.mk, 90)
        end,
        case when draw('moved out', line.mk) < 0.1 and line.left_on < date '2025-06-01'
            then 'left_network'
        end,
        line.brand,
        line.is_key_person,
        1
    from member_facts as line
    inner join customer as own
        on line.customer_no = own.customer_no
    where line.left_how = 'moved'
)

select
    left(md5('jike/line/' || mk), 16) as member_id,
    printf('E%05d', customer_no) as customer_id,
    joined_on,
    left_on,
    left_how,
    brand,
    is_key_person
from moved;
