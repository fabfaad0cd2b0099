"""Which tickets are overdue.

One function a question. Every docstring says the frame's columns and the mart it reads.
SQL is made of fixed words; codes and texts chosen by a viewer are bound values.
"""

from jike.kpis.cuts import Where
from jike.pages.frame import IN_BRANCH, cuts, members_of, refuse_others
from jike.releases.question import Question


def overdue(period: str, branch: str, where: Where = ()) -> Question:
    """Ask for the tickets overdue at a period's end, the longest overdue first.

    Columns: ticket_id, class, source, branch_zh, branch_en, tier, opened_at,
    promised_at, free_cuts (JSON, null without), days (whole days from the promise to
    the end), age (0-7, 8-30, 31-90, 91+). As many rows as open_overdue counts. Source:
    fct_tickets, dim_branches, dim_branch_descendants, dim_periods, dim_build.

    Raises:
        WrongInputError: tickets are not cut by a dimension.
    """
    refuse_others(where, ("tier",), "the list of tickets", has_free_cuts=True)
    return Question(
        tables=(
            "fct_tickets",
            "dim_branches",
            "dim_branch_descendants",
            "dim_periods",
            "dim_build",
        ),
        sql=f"""
            with listed as (
                select
                    f.ticket_id,
                    f.class,
                    f.source,
                    b.name_zh as branch_zh,
                    b.name_en as branch_en,
                    f.tier,
                    f.opened_at,
                    f.promised_at,
                    f.free_cuts,
                    date_diff(
                        'day',
                        cast(f.promised_at as date),
                        least(p.ends_on, build.as_of)
                    ) as days
                from fct_tickets as f
                cross join dim_build as build
                inner join dim_periods as p on f.kpi_month = p.last_month
                left join dim_branches as b on b.branch_id = f.branch_id
                where p.period = ? and f.counted_as = 'overdue'
                    and {IN_BRANCH}{cuts(where)}
            )
            select *, {_age("days")} as age
            from listed
            order by days desc, ticket_id
        """,
        values=(period, branch, branch, *members_of(where)),
    )


def _age(days: str) -> str:
    return (
        f"case when {days} <= 7 then '0-7' when {days} <= 30 then '8-30' "
        f"when {days} <= 90 then '31-90' else '91+' end"
    )


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of the page, for one period and branch: what publish tries."""
    return (overdue(period, branch, (("tier", "A1"),)),)
