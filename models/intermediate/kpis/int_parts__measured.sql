-- One row per part and month in which all it needs is delivered: of the needs about the
-- same entities all by one source.

with

needs as (

    select
        part,
        need_number,
        alternative,
        min(entity) over (partition by part, need_number)
        || ' '
        || max(entity) over (partition by part, need_number) as about

    from {{ ref('int_parts__needs') }}

),

covered as (

    select * from {{ ref('int_needs__covered') }}

),

wanted as (

    select
        part,
        about,
        count(distinct need_number) as needs_count

    from needs

    group by 1, 2

),

met as (

    select
        needs.part,
        needs.about,
        covered.source_name,
        covered.kpi_month,
        count(distinct needs.need_number) as needs_count

    from needs

    inner join covered
        on needs.alternative = covered.need

    group by 1, 2, 3, 4

),

met_at_once as (

    select
        met.part,
        met.about,
        met.kpi_month

    from met

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
