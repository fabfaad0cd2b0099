"""What several pages ask: lists to choose from, targets, what is missing.

One function a question. Every docstring says the frame's columns and the mart it reads.
SQL is made of fixed words; codes and texts chosen by a viewer are bound values.
"""

from jike.ground.errors import WrongInputError
from jike.kpis.cuts import TOTAL, Where, open_member, word
from jike.releases.question import Question

FILTERS = ("tier", "industry")
"""Dimensions the frame of the pages can filter by."""

DELIVERIES_SHOWN = 14
"""A release shows this many deliveries at once; the rest is behind the drill."""
ROWS_SHOWN = 15
"""Rows of a list that are shown at once."""

IN_BRANCH = f"""(
                    ? = '{TOTAL}'
                    or f.branch_id in (
                        select descendant_id
                        from dim_branch_descendants
                        where branch_id = ?
                    )
                )"""
"""Condition on the rows `f`; binds the branch twice."""


def branches() -> Question:
    """Ask for the branches a viewer may choose, parents before children.

    Columns: branch_id, parent_id, level, depth, name_zh, name_en. Source: dim_branches.
    """
    return Question(
        tables=("dim_branches",),
        sql="""
            select branch_id, parent_id, level, depth, name_zh, name_en
            from dim_branches
            order by sort_order, branch_id
        """,
    )


def periods() -> Question:
    """Ask for the periods that can be chosen, newest first.

    Columns: period, period_kind (month, quarter, year, ytd, wave), starts_on, ends_on,
    last_month, is_partial, working_days (null where unknown). Periods that begin
    after the last month are left out, and `all`, which nothing is compared with.
    Source: dim_periods.
    """
    return Question(
        tables=("dim_periods",),
        sql="""
            select
                period, period_kind, starts_on, ends_on, last_month, is_partial,
                working_days
            from dim_periods
            where date_trunc('month', starts_on) <= last_month
                and period_kind <> 'all'
            order by
                last_month desc,
                case period_kind
                    when 'ytd' then 0 when 'month' then 1 when 'quarter' then 2
                    when 'year' then 3 else 4
                end,
                period desc
        """,
    )


def members() -> Question:
    """Ask for the names of all members of all dimensions, in their own order.

    Columns: dimension, member, name_zh, name_en, parent (null without one). Source:
    dim_members.
    """
    return Question(
        tables=("dim_members",),
        sql="""
            select dimension, member, name_zh, name_en, parent
            from dim_members
            order by dimension, sort_order, member
        """,
    )


def catalogue() -> Question:
    """Ask for the KPI catalogue, one row per KPI; the columns of dim_kpis."""
    return Question(
        tables=("dim_kpis",), sql="select * from dim_kpis order by sort_order"
    )


def parts() -> Question:
    """Ask for the parts KPIs are made of; the columns of dim_parts, one row a part."""
    return Question(tables=("dim_parts",), sql="select * from dim_parts")


def build() -> Question:
    """Ask for the parameters of the build: one row, the columns of dim_build."""
    return Question(tables=("dim_build",), sql="select * from dim_build")


def free_cuts() -> Question:
    """Ask by which columns x_<name> of their own families of KPIs are cut.

    Columns: family, free_cut, entity, name_zh, name_en, is_protected, members (how
    many). Protected ones are left out: no page shows them. Source: dim_free_cuts.
    """
    return Question(
        tables=("dim_free_cuts",),
        sql="""
            select * from dim_free_cuts
            where not is_protected
            order by family, free_cut
        """,
    )


def free_cut_members() -> Question:
    """Ask for the members of the free cuts that one can choose from.

    Columns: family, free_cut, member; `unknown` is the last of each. Source:
    dim_free_cut_members.
    """
    return Question(
        tables=("dim_free_cut_members",),
        sql="""
            select family, free_cut, member from dim_free_cut_members
            order by family, free_cut, member = 'unknown', member
        """,
    )


def delivered() -> Question:
    """Ask what was delivered, and what that allows.

    Columns: name, is_family. A row for each entity delivered, and for each family of
    KPIs of which a part is measured in some month. Source: dim_entities, dim_parts.
    """
    return Question(
        tables=("dim_entities", "dim_parts"),
        sql="""
            select entity as name, false as is_family from dim_entities
            where is_delivered
            union all
            select distinct family, true from dim_parts where is_measured
            order by is_family, name
        """,
    )


def undelivered(kpi: str, period: str) -> Question:
    """Ask what a KPI needs of a period and nobody delivered, and the last day of it.

    Columns: lacking (an entity, entity.column, or a|b: one of them), last_on (date of
    the entity, null when it never came). No row when all it needs is there. Source:
    dim_kpis, dim_part_periods, dim_entities.
    """
    return Question(
        tables=("dim_kpis", "dim_part_periods", "dim_entities"),
        sql="""
            with lacking as (
                select unnest(string_split(p.lacking, ', ')) as lacking
                from dim_kpis as k
                inner join dim_part_periods as p
                    on p.part in (
                        k.numerator, k.denominator,
                        case when k.numerator is null then k.kpi end
                    )
                where k.kpi = ? and p.period = ? and not p.is_measured
            )
            select distinct l.lacking, e.last_on
            from lacking as l
            left join dim_entities as e on l.lacking = e.entity
            order by l.lacking
        """,
        values=(kpi, period),
    )


def target(kpi: str, branch: str, period: str) -> Question:
    """Ask for a KPI's target of the year a period lies in.

    Columns: base_target, challenge_target; no row when the branch has none.
    Source: dim_targets, dim_periods.
    """
    return Question(
        tables=("dim_targets", "dim_periods"),
        sql="""
            select t.base_target, t.challenge_target
            from dim_targets as t
            inner join dim_periods as p
                on t.period = cast(extract(year from p.last_month) as varchar)
            where t.kpi = ? and t.branch_id = ? and p.period = ?
        """,
        values=(kpi, branch, period),
    )


def year_progress(period: str, top: str, parent: str) -> Question:
    """Ask how far the year's revenue target is reached: a branch and its children.

    Columns: branch_id, name_zh, name_en, is_total, lead, completion, time_progress,
    challenge, forecast_low, forecast_high (the linear and the seasonal forecast in
    order); all as shares of the base target of the year. The row of `top` is first,
    children furthest ahead first; branches without a target are left out. Source:
    dim_branches, kpi_values, dim_targets, dim_periods.
    """
    return Question(
        tables=("dim_branches", "kpi_values", "dim_targets", "dim_periods"),
        sql="""
            with wide as (
                select
                    branch_id,
                    max(kpi_value) filter (kpi = 'info_revenue_lead') as lead,
                    max(kpi_value) filter (kpi = 'info_revenue_completion')
                        as completion,
                    max(kpi_value) filter (kpi = 'time_progress') as time_progress,
                    max(kpi_value) filter (kpi = 'info_revenue_forecast') as linear,
                    max(kpi_value) filter (kpi = 'info_revenue_forecast_seasonal')
                        as seasonal
                from kpi_values
                where period = ?
                group by branch_id
            ),
            limits as (
                select
                    t.branch_id,
                    cast(max(t.base_target) as double) as base_target,
                    cast(max(t.challenge_target) as double) as challenge_target
                from dim_targets as t
                inner join dim_periods as p
                    on t.period = cast(extract(year from p.last_month) as varchar)
                where t.kpi = 'info_revenue' and p.period = ?
                group by t.branch_id
                having max(t.base_target) > 0
            )
            select
                w.branch_id,
                b.name_zh,
                b.name_en,
                w.branch_id = ? as is_total,
                w.lead,
                w.completion,
                w.time_progress,
                l.challenge_target / l.base_target as challenge,
                least(w.linear, coalesce(w.seasonal, w.linear)) / l.base_target
                    as forecast_low,
                greatest(w.linear, coalesce(w.seasonal, w.linear)) / l.base_target
                    as forecast_high
            from wide as w
            inner join limits as l on l.branch_id = w.branch_id
            left join dim_branches as b on b.branch_id = w.branch_id
            where w.completion is not null
                and (w.branch_id = ? or coalesce(b.parent_id, '') = ?)
            order by is_total desc, w.lead desc nulls last, b.sort_order
        """,
        values=(period, period, top, top, parent),
    )


def restated(period: str, branch: str) -> Question:
    """Ask which figures of a branch were restated in the months of a period.

    Columns: kpi, kpi_month (the newest restated one), first_value, new_value,
    delivered_on, months (restated ones). One row per KPI. Source: restatements,
    dim_periods.
    """
    return Question(
        tables=("restatements", "dim_periods"),
        sql="""
            select
                r.kpi,
                r.kpi_month,
                r.first_value,
                r.new_value,
                r.delivered_on,
                count(distinct r.kpi_month) over (partition by r.kpi) as months
            from restatements as r
            inner join dim_periods as p
                on r.kpi_month between date_trunc('month', p.starts_on) and p.last_month
            where p.period = ? and r.branch_id = ?
            qualify row_number() over (
                partition by r.kpi order by r.kpi_month desc, r.nth desc
            ) = 1
            order by r.kpi
        """,
        values=(period, branch),
    )


def delivery_days() -> Question:
    """Ask on which days each source delivered last.

    Columns: source, delivered_on (date); at most DELIVERIES_SHOWN rows a source.
    Source: deliveries.
    """
    return Question(
        tables=("deliveries",),
        sql=f"""
            with days as (
                select source, delivered_on from deliveries group by 1, 2
            )
            select source, delivered_on
            from days
            qualify row_number() over (
                partition by source order by delivered_on desc
            ) <= {DELIVERIES_SHOWN}
            order by source, delivered_on
        """,
    )


def cuts(where: Where) -> str:
    """Conditions of a filter on the rows `f`, their members as bound values."""
    return "".join(
        f" and {open_member('f.free_cuts', dimension)} = ?"
        if is_free_cut(dimension)
        else f" and f.{word(dimension)} = ?"
        for dimension, _member in where
    )


def is_free_cut(dimension: str) -> bool:
    """Whether a dimension is a column x_<name> of a deployment's own."""
    return dimension.startswith("x_")


def members_of(where: Where) -> tuple[str, ...]:
    """The values that `cuts` binds."""
    return tuple(member for _dimension, member in where)


def refuse_others(
    where: Where, known: tuple[str, ...], what: str, has_free_cuts: bool = False
) -> None:
    """Refuse a filter by a dimension that is not among the known ones.

    has_free_cuts: rows carry their free cuts, whatever these are called.

    Raises:
        WrongInputError: there is one; says which there are.
    """
    unknown = [
        dimension
        for dimension, _member in where
        if dimension not in known and not (has_free_cuts and is_free_cut(dimension))
    ]
    if unknown:
        raise WrongInputError(
            "{what} is not cut by {name}; it can be cut by {known}",
            what=what,
            name=unknown[0],
            known=list(known),
        )


def select_checks(condition: str) -> str:
    """The checks of the release's own run, those to look at first."""
    return f"""
        select
            run, checked_table, check_name, column_name, severity, status,
            observed, because_zh, because_en, kpis
        from checks
        where run = (select max(run) from checks) {condition}
        order by
            case status
                when 'failed' then 0 when 'warning' then 1
                when 'passed' then 2 else 3
            end,
            checked_table not like 'raw.%',
            checked_table, check_name, column_name
    """


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of the page, for one period and branch: what publish tries."""
    return (
        branches(),
        periods(),
        members(),
        catalogue(),
        parts(),
        build(),
        free_cuts(),
        free_cut_members(),
        delivered(),
        undelivered("info_revenue", period),
        target("info_revenue", branch, period),
        year_progress(period, branch, ""),
        restated(period, branch),
        delivery_days(),
    )
