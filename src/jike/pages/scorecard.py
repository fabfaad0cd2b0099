"""How a branch scores, and how its children stand.

One function a question. Every docstring says the frame's columns and the mart it reads.
SQL is made of fixed words; codes and texts chosen by a viewer are bound values.
"""

from jike.releases.question import Question


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


def scores(period: str, branch: str) -> Question:
    """Ask how every KPI of a branch's targets scores, the heaviest first.

    Columns: kpi, goal, kpi_window (null for most), weight, actual, floor_value,
    base_target, challenge_target, score (0 to 100; null without a figure, its weight
    is left out). Source: fct_scores.
    """
    return Question(
        tables=("fct_scores", "dim_kpis"),
        sql="""
            select
                f.kpi, f.goal, k.kpi_window, f.weight, f.actual, f.floor_value,
                f.base_target, f.challenge_target, f.score
            from fct_scores as f
            inner join dim_kpis as k on k.kpi = f.kpi
            where f.period = ? and f.branch_id = ?
            order by f.weight desc, k.sort_order
        """,
        values=(period, branch),
    )


def ranked(period: str, parent: str) -> Question:
    """Ask how the children of a branch rank by their total score, the first one first.

    Columns: branch_id, name_zh, name_en, place (1 = highest; null without all weight),
    score, gap (score minus the first one's), coverage (share of the weight that has a
    score), completion, retention (shares), weakest (codes of the KPIs below 80, lowest
    first, with spaces between). `parent` is "" for branches without one. Source:
    kpi_values, fct_scores, dim_branches.
    """
    return Question(
        tables=("dim_branches", "kpi_values", "fct_scores"),
        sql="""
            with wide as (
                select
                    branch_id,
                    max(kpi_value) filter (kpi = 'scorecard') as score,
                    max(numerator / nullif(denominator, 0)) filter (kpi = 'scorecard')
                        as coverage,
                    max(kpi_value) filter (kpi = 'info_revenue_completion')
                        as completion,
                    max(kpi_value) filter (kpi = 'target_market_retention')
                        as retention
                from kpi_values
                where period = ?
                group by 1
            ),
            weak as (
                select branch_id, string_agg(kpi, ' ' order by score, kpi) as weakest
                from fct_scores
                where period = ? and score < 80
                group by 1
            ),
            placed as (
                select
                    b.branch_id, b.name_zh, b.name_en, w.score, w.coverage,
                    w.completion, w.retention, weak.weakest, b.sort_order,
                    case when w.coverage >= 1 then w.score end as whole_score
                from dim_branches as b
                left join wide as w on w.branch_id = b.branch_id
                left join weak on weak.branch_id = b.branch_id
                where coalesce(b.parent_id, '') = ?
            )
            select
                branch_id,
                name_zh,
                name_en,
                case
                    when whole_score is not null
                        then dense_rank() over (order by whole_score desc nulls last)
                end as place,
                score,
                whole_score - max(whole_score) over () as gap,
                coverage,
                completion,
                retention,
                weakest
            from placed
            order by whole_score desc nulls last, score desc nulls last, sort_order
        """,
        values=(period, period, parent),
    )


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of the page, for one period and branch: what publish tries."""
    return (
        standings(period, ""),
        scores(period, branch),
        ranked(period, ""),
    )
