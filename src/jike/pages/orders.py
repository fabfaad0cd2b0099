"""Which orders are not final.

One function a question. Every docstring says the frame's columns and the mart it reads.
SQL is made of fixed words; codes and texts chosen by a viewer are bound values.
"""

from jike.kpis.cuts import Where
from jike.pages.frame import FILTERS, IN_BRANCH, cuts, members_of, refuse_others
from jike.releases.question import Question


def backlog(period: str, branch: str, where: Where = ()) -> Question:
    """Ask for the orders that are not final at a period's end, the oldest first.

    Columns: order_id, product, order_type, channel, branch_zh, branch_en, tier,
    ordered_at, promised_at, free_cuts (JSON, null without), days (whole days since the
    order), age. As many rows as backlog counts. Source: fct_orders, dim_branches,
    dim_branch_descendants, dim_periods, dim_build.

    Raises:
        WrongInputError: the pages cannot filter by a dimension.
    """
    refuse_others(where, FILTERS, "the list of orders", has_free_cuts=True)
    return Question(
        tables=(
            "fct_orders",
            "dim_branches",
            "dim_branch_descendants",
            "dim_periods",
            "dim_build",
        ),
        sql=f"""
            select
                f.order_id,
                f.product,
                f.order_type,
                f.channel,
                b.name_zh as branch_zh,
                b.name_en as branch_en,
                f.tier,
                f.ordered_at,
                f.promised_at,
                f.free_cuts,
                date_diff(
                    'day', cast(f.ordered_at as date), least(p.ends_on, build.as_of)
                ) as days,
                f.age
            from fct_orders as f
            cross join dim_build as build
            inner join dim_periods as p on f.kpi_month = p.last_month
            left join dim_branches as b on b.branch_id = f.branch_id
            where p.period = ? and f.counted_as = 'backlog' and {IN_BRANCH}{cuts(where)}
            order by days desc, f.order_id
        """,
        values=(period, branch, branch, *members_of(where)),
    )


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of the page, for one period and branch: what publish tries."""
    return (backlog(period, branch, (("tier", "A1"), ("industry", "EDU"))),)
