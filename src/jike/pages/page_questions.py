"""What only the pages ask: lists to choose from, rows behind numbers, checks.

One function a question. Every docstring says the frame's columns and the mart it reads.
SQL is made of fixed words; codes chosen by a viewer are bound values.
"""

from jike.ground.errors import WrongInputError
from jike.kpis.questions import TOTAL, Question
from jike.pages import (
    customer_questions,
    process_questions,
    quality_questions,
    service_questions,
)

FILTERS = ("tier", "industry")
"""Dimensions the frame of the pages can filter by."""

# A release shows this many deliveries and rows at once; the rest is behind the drill.
DELIVERIES_SHOWN = 14
ROWS_SHOWN = 15


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
    after the last month are left out. Source: dim_periods.
    """
    return Question(
        tables=("dim_periods",),
        sql="""
            select
                period, period_kind, starts_on, ends_on, last_month, is_partial,
                working_days
            from dim_periods
            where date_trunc('month', starts_on) <= last_month
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


def undelivered(kpi: str) -> Question:
    """Ask which entities a KPI needs and nobody delivered, with the last date of each.

    Columns: entity, last_on (date, null when never). No row when all it needs is
    there, and for KPIs composed of others. Source: dim_kpis, dim_parts, dim_entities.
    """
    return Question(
        tables=("dim_kpis", "dim_parts", "dim_entities"),
        sql="""
            select distinct e.entity, e.last_on
            from dim_kpis as k
            inner join dim_parts as p on p.part in (k.numerator, k.denominator)
            inner join dim_entities as e
                on position(' ' || e.entity || ' ' in ' ' || p.needs || ' ') > 0
            where k.kpi = ? and not p.is_measured and not e.is_delivered
            order by e.entity
        """,
        values=(kpi,),
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


def standings(period: str, parent: str) -> Question:
    """Ask how the children of a branch stand in a period, the first one first.

    Columns: branch_id, name_zh, name_en, place (1 = furthest ahead of time), lead,
    behind (lead minus the first one's), completion, retention, retention_lead, nrr,
    nrr_base. Shares as fractions; null where there is nothing. `parent` is "" for
    branches without one. Source: dim_branches, kpi_values, dim_targets, dim_periods.
    """
    return Question(
        tables=("dim_branches", "kpi_values", "dim_targets", "dim_periods"),
        sql="""
            with chosen as (
                select * from dim_branches where coalesce(parent_id, '') = ?
            ),
            wide as (
                select
                    branch_id,
                    max(kpi_value) filter (kpi = 'info_revenue_lead') as lead,
                    max(kpi_value) filter (kpi = 'info_revenue_completion')
                        as completion,
                    max(kpi_value) filter (kpi = 'target_market_retention')
                        as retention,
                    max(kpi_value) filter (kpi = 'retention_lead') as retention_lead,
                    max(kpi_value) filter (kpi = 'nrr') as nrr
                from kpi_values
                where period = ?
                group by branch_id
            ),
            limits as (
                select t.branch_id, max(t.base_target) as nrr_base
                from dim_targets as t
                inner join dim_periods as p
                    on t.period = cast(extract(year from p.last_month) as varchar)
                where t.kpi = 'nrr' and p.period = ?
                group by t.branch_id
            ),
            placed as (
                select
                    c.branch_id,
                    c.name_zh,
                    c.name_en,
                    case
                        when w.lead is not null
                            then dense_rank() over (order by w.lead desc nulls last)
                    end as place,
                    w.lead,
                    w.lead - max(w.lead) over () as behind,
                    w.completion,
                    w.retention,
                    w.retention_lead,
                    w.nrr,
                    cast(l.nrr_base as double) as nrr_base,
                    c.sort_order
                from chosen as c
                left join wide as w on w.branch_id = c.branch_id
                left join limits as l on l.branch_id = c.branch_id
            )
            select * exclude (sort_order)
            from placed
            order by lead desc nulls last, sort_order
        """,
        values=(parent, period, period),
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


def lost(period: str, branch: str, where: tuple[tuple[str, str], ...] = ()) -> Question:
    """Ask for the customers lost in a period, the largest monthly amount first.

    Columns: kpi_month, customer_id, branch_zh, branch_en, tier, lost_reason, lost_to,
    successor_id, monthly_amount_yuan, all_rows (how many there are), last_month_rows
    (of them in the period's last month). At most ROWS_SHOWN rows. Source:
    fct_lost_customers, dim_branches, dim_branch_descendants, dim_periods.

    Raises:
        WrongInputError: the pages cannot filter by a dimension.
    """
    cuts = _cuts(where, "the lost list")
    return Question(
        tables=(
            "fct_lost_customers",
            "dim_branches",
            "dim_branch_descendants",
            "dim_periods",
        ),
        sql=f"""
            select
                f.kpi_month,
                f.customer_id,
                b.name_zh as branch_zh,
                b.name_en as branch_en,
                f.tier,
                f.lost_reason,
                f.lost_to,
                f.successor_id,
                f.monthly_amount_yuan,
                count(*) over () as all_rows,
                count(*) filter (f.kpi_month = p.last_month) over ()
                    as last_month_rows
            from fct_lost_customers as f
            inner join dim_periods as p
                on f.kpi_month between p.starts_on and p.last_month
            left join dim_branches as b on b.branch_id = f.branch_id
            where p.period = ?
                and (
                    ? = '{TOTAL}'
                    or f.branch_id in (
                        select descendant_id
                        from dim_branch_descendants
                        where branch_id = ?
                    )
                ){cuts}
            order by
                f.monthly_amount_yuan desc nulls last, f.kpi_month desc, f.customer_id
            limit {ROWS_SHOWN}
        """,
        values=(period, branch, branch, *(member for _dimension, member in where)),
    )


def nrr_bridge(
    period: str, branch: str, where: tuple[tuple[str, str], ...] = ()
) -> Question:
    """Ask what led from last year's amount to this one's: one row.

    Columns: base_yuan, expansion_yuan, contraction_yuan, churn_yuan, current_yuan of
    the period's last month, base + expansion - contraction - churn = current; null
    where nothing was measured. Source: kpi_retention, dim_branch_descendants,
    dim_periods.

    Raises:
        WrongInputError: the pages cannot filter by a dimension.
    """
    return Question(
        tables=("kpi_retention", "dim_branch_descendants", "dim_periods"),
        sql=f"""
            select
                sum(f.nrr_base_yuan) as base_yuan,
                sum(f.nrr_expansion_yuan) as expansion_yuan,
                sum(f.nrr_contraction_yuan) as contraction_yuan,
                sum(f.nrr_churn_yuan) as churn_yuan,
                sum(f.nrr_current_yuan) as current_yuan
            from kpi_retention as f
            inner join dim_periods as p on f.kpi_month = p.last_month
            where p.period = ?
                and (
                    ? = '{TOTAL}'
                    or f.branch_id in (
                        select descendant_id
                        from dim_branch_descendants
                        where branch_id = ?
                    )
                ){_cuts(where, "the bridge")}
        """,
        values=(period, branch, branch, *(member for _dimension, member in where)),
    )


def _cuts(where: tuple[tuple[str, str], ...], what: str) -> str:
    """Conditions of a filter on the rows `f`, their members as bound values."""
    unknown = [dimension for dimension, _member in where if dimension not in FILTERS]
    if unknown:
        raise WrongInputError(
            "{what} is not cut by {name}; it can be cut by {known}",
            what=what,
            name=unknown[0],
            known=list(FILTERS),
        )
    return "".join(f" and f.{dimension} = ?" for dimension, _member in where)


def checks_of(kpi: str) -> Question:
    """Ask for the checks of the release's own run that touch a KPI, the worst first.

    Columns: as of checks(). Source: checks, whose `kpis` are codes and spaces.
    """
    touched = "and position(' ' || ? || ' ' in ' ' || kpis || ' ') > 0"
    return Question(tables=("checks",), sql=_checks(touched), values=(kpi,))


def checks() -> Question:
    """Ask for the checks of the release's own run, the ones to look at first.

    Failed, then warning, then passed; what was delivered before what was made of it.

    Columns: run, checked_table, check_name, column_name, severity, status (failed,
    warning, passed), observed, because_zh, because_en, kpis. Source: checks.
    """
    return Question(tables=("checks",), sql=_checks(""))


def _checks(condition: str) -> str:
    return f"""
        select
            run, checked_table, check_name, column_name, severity, status,
            observed, because_zh, because_en, kpis
        from checks
        where run = (select max(run) from checks) {condition}
        order by
            case status when 'failed' then 0 when 'warning' then 1 else 2 end,
            checked_table not like 'raw.%',
            checked_table, check_name, column_name
    """


def deliveries() -> Question:
    """Ask what arrived of every feed in the newest deliveries, oldest first.

    Columns: entity, delivered_on (date), source, rows_read, rows_accepted,
    rows_quarantined, status: passed, warning (rows were quarantined), missing. One row
    per feed and delivery, DELIVERIES_SHOWN deliveries at most. Source: deliveries.
    """
    return Question(
        tables=("deliveries",),
        sql=f"""
            with days as (
                select delivered_on, source
                from deliveries
                group by 1, 2
                order by 1 desc, 2 desc
                limit {DELIVERIES_SHOWN}
            ),
            feeds as (select distinct entity from deliveries),
            arrived as (
                select
                    entity, delivered_on, source,
                    sum(rows_read) as rows_read,
                    sum(rows_accepted) as rows_accepted,
                    sum(rows_quarantined) as rows_quarantined
                from deliveries
                group by 1, 2, 3
            )
            select
                f.entity,
                d.delivered_on,
                d.source,
                coalesce(a.rows_read, 0) as rows_read,
                coalesce(a.rows_accepted, 0) as rows_accepted,
                coalesce(a.rows_quarantined, 0) as rows_quarantined,
                case
                    when a.entity is null then 'missing'
                    when a.rows_quarantined > 0 then 'warning'
                    else 'passed'
                end as status
            from feeds as f
            cross join days as d
            left join arrived as a
                on a.entity = f.entity
                and a.delivered_on = d.delivered_on
                and a.source = d.source
            order by f.entity, d.delivered_on, d.source
        """,
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


def received() -> Question:
    """Ask how many rows all deliveries brought: one row.

    Rows that a mapping yields count where it yields them; of the files it reads, whose
    entity is <source>/<table>, only the records that never became rows do.
    Columns: rows_read, rows_accepted, rows_quarantined, quarantined_share (null when
    nothing was read). Source: deliveries.
    """
    return Question(
        tables=("deliveries",),
        sql="""
            select
                coalesce(sum(rows_accepted + rows_quarantined), 0) as rows_read,
                coalesce(sum(rows_accepted), 0) as rows_accepted,
                coalesce(sum(rows_quarantined), 0) as rows_quarantined,
                sum(rows_quarantined) / nullif(sum(rows_accepted + rows_quarantined), 0)
                    as quarantined_share
            from (
                select
                    case when contains(entity, '/') then 0 else rows_accepted end
                        as rows_accepted,
                    rows_quarantined
                from deliveries
            )
        """,
    )


def quarantine() -> Question:
    """Ask how many rows each rule rejected in each feed, most first.

    Columns: entity, rule, rows. Source: quarantine (which holds no row content).
    """
    return Question(
        tables=("quarantine",),
        sql="""
            select entity, rule, count(*) as rows
            from quarantine
            group by 1, 2
            order by 3 desc, 1, 2
            limit 12
        """,
    )


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of the pages, for one period and branch: what publish tries."""
    return (
        branches(),
        periods(),
        members(),
        catalogue(),
        parts(),
        undelivered("info_revenue"),
        target("info_revenue", branch, period),
        standings(period, ""),
        year_progress(period, branch, ""),
        lost(period, branch, (("tier", "A1"),)),
        nrr_bridge(period, branch, (("tier", "A1"),)),
        checks_of("info_revenue"),
        checks(),
        deliveries(),
        delivery_days(),
        received(),
        quarantine(),
        *customer_questions.all_questions(period, branch),
        *quality_questions.all_questions(period, branch),
        *service_questions.all_questions(period, branch),
        *process_questions.all_questions(period, branch),
    )
