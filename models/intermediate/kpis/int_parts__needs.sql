-- One row per part (or KPI composed of none), need and alternative of the need, as
-- written in `needs`: words that are all needed, of one word's alternatives one (a|b).
-- A free cut, entity.x_name, needs itself: counted facts cannot be cut by it.

with recursive

parts as (

    select
        part,
        over_time,
        needs

    from {{ ref('parts') }}

    union all

    select
        kpi as part,
        case when is_of_a_year then 'ytd' else 'sum' end as over_time,
        needs

    from {{ ref('kpis') }}

    where numerator is null

    union all

    select
        entity || '.' || free_cut as part,
        'sum' as over_time,
        entity || '.' || free_cut as needs

    from {{ ref('stg_free_cuts') }}

),

words as (

    select
        part,
        over_time,
        cast(0 as bigint) as need_number,
        cast('' as string) as need,
        needs || ' ' as still_unread

    from parts

    where needs is not null

    union all

    select
        part,
        over_time,
        need_number + 1 as need_number,
        substring(still_unread, 1, position(' ' in still_unread) - 1) as need,
        substring(still_unread, position(' ' in still_unread) + 1) as still_unread

    from words

    where still_unread <> ''

),

alternatives as (

    select
        part,
        over_time,
        need_number,
        need,
        cast('' as string) as alternative,
        need || '|' as still_unread

    from words

    where need_number > 0

    union all

    select
        part,
        over_time,
        need_number,
        need,
        substring(still_unread, 1, position('|' in still_unread) - 1) as alternative,
        substring(still_unread, position('|' in still_unread) + 1) as still_unread

    from alternatives

    where still_unread <> ''

),

final as (

    select
        part,
        over_time,
        need_number,
        need,
        alternative,
        {{ dbt.split_part('alternative', "'.'", 1) }} as entity

    from alternatives

    where alternative <> ''

)

select * from final
