"""Checks, deliveries, loads, days, books, closings: how far the data can be trusted.

One function a question. Every docstring says the frame's columns and the mart it reads.
SQL is made of fixed words; codes and texts chosen by a viewer are bound values.
"""

from jike.pages.frame import DELIVERIES_SHOWN, select_checks
from jike.releases.question import Question

LOADS_SHOWN = 40
RESTATEMENTS_SHOWN = 200
QUARANTINED_SHOWN = 10_000
"""So many places of rejected rows can be taken along at once."""

LEAST_SHARE = 0.5
"""A day with fewer rows than this share of what is usual is marked."""


def checks() -> Question:
    """Ask for the checks of the release's own run, the ones to look at first.

    Failed, then warning, passed, not applicable; what was delivered before what was
    made of it.

    Columns: run, checked_table, check_name, column_name, severity, status (failed,
    warning, passed, not_applicable), observed, because_zh, because_en, kpis. Source:
    checks.
    """
    return Question(tables=("checks",), sql=select_checks(""))


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


def loads() -> Question:
    """Ask what every load brought, the newest first.

    Columns: loaded_number, delivered_on (date), source, entities, files, rows_read,
    rows_accepted, rows_quarantined, all_loads. At most LOADS_SHOWN rows. Source:
    deliveries.
    """
    return Question(
        tables=("deliveries",),
        sql=f"""
            select
                loaded_number,
                delivered_on,
                source,
                string_agg(distinct entity, ' ' order by entity) as entities,
                count(*) as files,
                sum(rows_read) as rows_read,
                sum(rows_accepted) as rows_accepted,
                sum(rows_quarantined) as rows_quarantined,
                count(*) over () as all_loads
            from deliveries
            group by loaded_number, delivered_on, source
            order by loaded_number desc, delivered_on desc, source
            limit {LOADS_SHOWN}
        """,
    )


def days(period: str) -> Question:
    """Ask how complete every day of a period's last month is, by feed.

    Columns: entity, happened_on (date), rows_count, usual_rows, status: passed,
    warning (fewer than LEAST_SHARE of what is usual), failed (none where some are
    usual), missing (none, and none are usual). Source: dim_entity_days, dim_periods.
    """
    return Question(
        tables=("dim_entity_days", "dim_periods"),
        sql=f"""
            select
                d.entity,
                d.happened_on,
                d.rows_count,
                d.usual_rows,
                case
                    when d.rows_count = 0 and coalesce(d.usual_rows, 0) < 1
                        then 'missing'
                    when d.rows_count = 0 then 'failed'
                    when d.rows_count < {LEAST_SHARE} * d.usual_rows then 'warning'
                    else 'passed'
                end as status
            from dim_entity_days as d
            inner join dim_periods as p
                on d.happened_on between p.last_month and last_day(p.last_month)
            where p.period = ?
            order by d.entity, d.happened_on
        """,
        values=(period,),
    )


def quarantined(entity: str = "", rule: str = "") -> Question:
    """Ask where rejected rows lie, newest deliveries first; "" is every one.

    Columns: source, delivered_on (date), entity, file, line, column_name, rule. At most
    QUARANTINED_SHOWN rows. Source: quarantine (which holds no row content).
    """
    return Question(
        tables=("quarantine",),
        sql=f"""
            select source, delivered_on, entity, file, line, column_name, rule
            from quarantine
            where (? = '' or entity = ?) and (? = '' or rule = ?)
            order by delivered_on desc, source, entity, file, line
            limit {QUARANTINED_SHOWN}
        """,
        values=(entity, entity, rule, rule),
    )


def quarantine_cells() -> Question:
    """Ask which feeds and rules have rejected rows.

    Columns: entity, rule, rows. Source: quarantine.
    """
    return Question(
        tables=("quarantine",),
        sql="""
            select entity, rule, count(*) as rows
            from quarantine
            group by 1, 2
            order by 1, 2
        """,
    )


def reconciliation(period: str, branch: str) -> Question:
    """Ask what was measured beside the books, the months of a period, newest first.

    Columns: kpi_month, measure, measured_value, control_value, gap (measured minus
    books, null where nothing can be measured), origin. Source: fct_control_totals,
    dim_periods.
    """
    return Question(
        tables=("fct_control_totals", "dim_periods"),
        sql="""
            select
                c.kpi_month,
                c.measure,
                c.measured_value,
                c.control_value,
                c.measured_value - c.control_value as gap,
                c.origin
            from fct_control_totals as c
            inner join dim_periods as p
                on c.kpi_month between date_trunc('month', p.starts_on) and p.last_month
            where c.kpi = 'reconciliation_gap' and p.period = ? and c.branch_id = ?
            order by c.kpi_month desc, c.measure
        """,
        values=(period, branch),
    )


def closed_months() -> Question:
    """Ask which months are closed, the newest first.

    Columns: kpi_month, release_number, closed_at, figures. Source: closed_months.
    """
    return Question(
        tables=("closed_months",),
        sql="""
            select kpi_month, release_number, closed_at, figures
            from closed_months
            order by kpi_month desc
        """,
    )


def restatements(branch: str) -> Question:
    """Ask which figures of closed months changed for a branch, the newest first.

    Columns: kpi_month, kpi, nth, first_value, old_value, new_value, source,
    delivered_on, loaded_number, because_zh, because_en, all_rows. At most
    RESTATEMENTS_SHOWN rows. Source: restatements.
    """
    return Question(
        tables=("restatements",),
        sql=f"""
            select
                kpi_month, kpi, nth, first_value, old_value, new_value, source,
                delivered_on, loaded_number, because_zh, because_en,
                count(*) over () as all_rows
            from restatements
            where branch_id = ?
            order by kpi_month desc, kpi, nth desc
            limit {RESTATEMENTS_SHOWN}
        """,
        values=(branch,),
    )


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of the page, for one period and branch: what publish tries."""
    return (
        checks(),
        deliveries(),
        received(),
        quarantine(),
        loads(),
        days(period),
        quarantined("bills", "type"),
        quarantine_cells(),
        reconciliation(period, branch),
        closed_months(),
        restatements(branch),
    )
