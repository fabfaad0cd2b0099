"""How much of the revenue the largest customers bring.

One function a question. Every docstring says the frame's columns and the mart it reads.
SQL is made of fixed words; codes and texts chosen by a viewer are bound values.
"""

from jike.kpis.cuts import Where
from jike.pages.frame import IN_BRANCH, cuts, members_of
from jike.releases.question import Question


def concentration(period: str, branch: str, where: Where = ()) -> Question:
    """Ask how much of a period's revenue the largest customers bring.

    Columns: place (1 = the largest), customers (with a positive sum), cumulative_share
    (of all positive sums, the customer's own included), top10_share, hhi. The first ten
    places and one in a hundred of the rest. Source: fct_bills, dim_period_months.
    """
    return Question(
        tables=("fct_bills", "dim_branch_descendants", "dim_period_months"),
        sql=f"""
            with sums as (
                select f.customer_id, cast(sum(f.billed_amount_yuan) as double) as yuan
                from fct_bills as f
                inner join dim_period_months as m
                    on f.kpi_month = m.kpi_month
                where m.period = ? and m.over_time = 'sum' and {IN_BRANCH}{cuts(where)}
                group by 1
                having sum(f.billed_amount_yuan) > 0
            ),
            placed as (
                select
                    row_number() over (order by yuan desc, customer_id) as place,
                    count(*) over () as customers,
                    sum(yuan) over (
                        order by yuan desc, customer_id
                        rows between unbounded preceding and current row
                    ) / sum(yuan) over () as cumulative_share,
                    yuan / sum(yuan) over () as share
                from sums
            ),
            described as (
                select
                    *,
                    sum(case when place <= 10 then share else 0 end) over ()
                        as top10_share,
                    sum(share * share) over () as hhi
                from placed
            )
            select place, customers, cumulative_share, top10_share, hhi
            from described
            where place <= 10
                or place = customers
                or place % greatest(1, customers // 100) = 0
            order by place
        """,
        values=(period, branch, branch, *members_of(where)),
    )


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of the page, for one period and branch: what publish tries."""
    return (concentration(period, branch, (("tier", "A1"),)),)
