-- 集团成员: mobile lines. One of a customer that merges goes on, under a new id.

create table member_facts as
with wanted_members as (
    select
        own.*,
        member_place,
        own.k || '/' || member_place as mk
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
        ) as member_place
    ) as places
),

begun as (
    select
        *,
        case
            when member_place = 0 or draw('at once', mk) < 0.72 then join_month
            else join_month + 1 + pick('line month', mk, 33)
        end as from_month
    from wanted_members
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
        end as member_joined_on,
        from_month + 1 + cast(floor(draw('line end', mk) / 0.0105) as integer)
            as left_month,
        draw('line end kind', mk) as how
    from begun
    where from_month <= 33 and from_month < coalesce(end_month, 99)
),

-- Under pressure lines go one by one.
lured as (
    select
        ended.*,
        day_in(
            pressure.from_month + cast(floor(draw('lured', mk) / 0.22) as integer),
            1 + pick('lured day', mk, 27)
        ) as lured_on,
        pressure.to_month
    from ended
    left join pressure
        on ended.customer_no = pressure.customer_no
        and pressure.is_losing_lines
),

left_alone as (
    select
        *,
        lured_on > greatest(member_joined_on, joined_on)
        and lured_on < day_in(least(to_month, 33) + 1, 1) as is_lured,
        case
            when is_lured then lured_on
            when left_month <= 33 then day_in(left_month, 1 + pick('line left', mk, 28))
        end as own_left_on,
        case
            when is_lured and how < 0.5 then 'ported_out'
            when is_lured then 'left_network'
            when how < 0.56 then 'left_network'
            when how < 0.70 then 'ported_out'
            else 'left_group'
        end as own_left_how,
        -- Members go when their customer goes: to the rival, with the firm, one by one.
        case
            when end_kind = 'merged' then ended_on
            when end_kind is not null and draw('goes along', mk) < 0.85
                then ended_on + pick('goes on', mk, 40) - 15
        end as along_left_on,
        case
            when end_kind = 'merged' then 'moved'
            when end_kind = 'lost_to_competitor' and draw('ported', mk) < 0.7
                then 'ported_out'
            when draw('stays on', mk) < 0.5 then 'left_group'
            else 'left_network'
        end as along_left_how
    from lured
),

settled as (
    select
        *,
        greatest(member_joined_on, joined_on) as attached_on,
        case
            when own_left_on <= coalesce(along_left_on, date '2099-01-01')
                then own_left_on
            when along_left_on <= date '2025-09-30' and along_left_on > member_joined_on
                then along_left_on
        end as left_on
    from left_alone
)

select
    customer_no,
    mk,
    attached_on as joined_on,
    case when left_on > attached_on then left_on end as left_on,
    case
        when left_on > attached_on and left_on = own_left_on then own_left_how
        when left_on > attached_on then along_left_how
    end as left_how,
    case
        when draw('brand', mk) < 0.95 then [
            'gotone', 'gotone', 'gotone', 'easyown', 'easyown', 'easyown', 'easyown',
            'mzone', 'other'
        ][1 + pick('brand kind', mk, 9)]
    end as brand,
    member_place = 0 and draw('key', mk) < 0.6 as is_key_person
from settled;

-- What is taken over stays with the last of the chain, and goes with it.
create table line as
with taken_over as (
    select
        heirs.last_holder as customer_no,
        given.mk || '+' as mk,
        given.left_on as joined_on,
        case
            when holder.ended_on > given.left_on then holder.ended_on
            when draw('moved out', given.mk) < 0.1 and given.left_on < date '2025-06-01'
                then given.left_on + 20 + pick('moved days', given.mk, 90)
        end as left_on,
        given.brand,
        given.is_key_person
    from member_facts as given
    inner join heirs
        on given.customer_no = heirs.customer_no
    inner join customer as holder
        on heirs.last_holder = holder.customer_no
    where given.left_how = 'moved'
),

attached as (
    select * from member_facts
    union all
    select
        customer_no,
        mk,
        joined_on,
        left_on,
        case when left_on is not null then 'left_network' end,
        brand,
        is_key_person
    from taken_over
)

select
    *,
    left(md5('jike/line/' || mk), 16) as member_id
from attached;

create view member_rows as
select
    member_id,
    printf('E%05d', customer_no) as customer_id,
    joined_on,
    left_on,
    left_how,
    brand,
    is_key_person
from line;
