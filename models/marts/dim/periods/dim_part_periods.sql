-- One row per part (or KPI composed of none, or free cut) and period: measured when at
-- least one of the months it counts is; if not, what was not delivered.

with

needs as (

    select * from {{ ref('int_parts__needs') }}

),

period_months as (

    select
        period,
        over_time,
        kpi_month

    from {{ ref('dim_period_months') }}

),

measured as (

    select * from {{ ref('int_parts__measured') }}

),

covered as (

    select
        need,
        kpi_month

    from {{ ref('int_needs__covered') }}

    group by 1, 2

),

parts as (

    select
        part,
        over_time

    from needs

    group by 1, 2

),

judged as (

    select
        parts.part,
        period_months.period,
        max(period_months.kpi_month) as last_month,
        count(measured.part) > 0 as is_measured

    from parts

    inner join period_months
        on parts.over_time = period_months.over_time

    left join measured
        on
            parts.part = measured.part
            and period_months.kpi_month = measured.kpi_month

    group by 1, 2

),

alternatives as (

    select
        judged.part,
        judged.period,
        judged.last_month,
        needs.need_number,
        needs.need,
        needs.alternative,
        needs.entity,
        count(of_need.need) as times_met,
        max(case when of_entity.need is not null then 1 else 0 end) as is_there

    from judged

    inner join needs
        on judged.part = needs.part

    inner join period_months
        on
            needs.over_time = period_months.over_time
            and judged.period = period_months.period

    left join covered as of_need
        on
            needs.alternative = of_need.need
            and period_months.kpi_month = of_need.kpi_month

    left join covered as of_entity
        on
            needs.entity = of_entity.need
            and period_months.kpi_month = of_entity.kpi_month

    where not judged.is_measured

    group by 1, 2, 3, 4, 5, 6, 7

),

-- Of what stands for each other the columns of the entities that are there are told;
-- where none is, the entities.
words as (

    select
        part,
        period,
        need_number,
        case
            when entity = 'cohort'
                then
                    'customers on or before '
                    || cast({{ cohort_on('last_month') }} as string)
            when is_any_there = 1 then alternative
            else entity
        end as told_need,
        min(position(alternative in need)) as place,
        sum(times_met) as times_met

    from (
        select
            *,
            max(is_there) over (partition by part, period, need_number)
                as is_any_there

        from alternatives
    ) as alternatives

    where is_there = is_any_there

    group by 1, 2, 3, 4

),

told as (

    select
        part,
        period,
        need_number,
        {{ dbt.listagg('told_need', "'|'", 'order by place') }} as need,
        sum(times_met) as times_met

    from words

    group by 1, 2, 3

),

-- Needs that are met, but by no source at once, are all told.
lacking as (

    select
        part,
        period,
        need,
        min(need_number) as need_number

    from (
        select
            *,
            min(times_met) over (partition by part, period) as fewest_times_met

        from told
    ) as told

    where
        times_met = 0
        or fewest_times_met > 0

    group by 1, 2, 3

),

listed as (

    select
        part,
        period,
        {{ dbt.listagg('need', "', '", 'order by need_number') }} as lacking

    from lacking

    group by 1, 2

),

final as (

    select
        judged.part,
        judged.period,
        judged.is_measured,
        listed.lacking

    from judged

    left join listed
        on
            judged.part = listed.part
            and judged.period = listed.period

)

select * from final
