-- One row per part and month in which all it needs is delivered: of the needs about one
-- entity all by one source.

with

needs as (

    select
        part,
        need_number,
        alternative,
        case
            when
                min(entity) over (partition by part, need_number)
                = max(entity) over (partition by part, need_number)
                then entity
        end as entity

    from {{ ref('int_parts__needs') }}

),

covered as (

    select * from {{ ref('int_needs__covered') }}

),

wanted as (

    select
        part,
        coalesce(entity, cast(need_number as string)) as about,
        count(*) as needs_count

    from (
        select
            part,
            entity,
            need_number

        from needs

        group by 1, 2, 3
    ) as each_need

    group by 1, 2

),

met as (

    select
        needs.part,
        coalesce(needs.entity, cast(needs.need_number as string)) as about,
        needs.need_number,
        case when needs.entity is not null then covered.source_name end as source_name,
        covered.kpi_month

    from needs

    inner join covered
        on needs.alternative = covered.need

    group by 1, 2, 3, 4, 5

),

met_at_once as (

    select
        met.part,
        met.about,
        met.kpi_month

    from (
        select
            part,
            about,
            source_name,
            kpi_month,
            count(*) as needs_count

        from met

        group by 1, 2, 3, 4
    ) as met

    inner join wanted
        on
            met.part = wanted.part
            and met.about = wanted.about
            and met.needs_count = wanted.needs_count

    group by 1, 2, 3

),

subjects as (

    select
        part,
        count(*) as subjects_count

    from wanted

    group by 1

),

counted as (

    select
        part,
        kpi_month,
        count(*) as subjects_count

    from met_at_once

    group by 1, 2

),

final as (

    select
        counted.part,
        counted.kpi_month

    from counted

    inner join subjects
        on
            counted.part = subjects.part
            and counted.subjects_count = subjects.subjects_count

)

select * from final
