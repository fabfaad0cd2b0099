"""Which customers were lost, what their amounts did, whose contracts end.

One function a question. Every docstring says the frame's columns and the mart it reads.
SQL is made of fixed words; codes and texts chosen by a viewer are bound values.
"""

from jike.kpis.cuts import USUAL_LAG, Where
from jike.pages.frame import (
    FILTERS,
    IN_BRANCH,
    ROWS_SHOWN,
    cuts,
    members_of,
    refuse_others,
)
from jike.releases.question import Question

AGES_SHOWN, COHORTS_SHOWN = 12, 18


def lost(period: str, branch: str, where: Where = ()) -> Question:
    """Ask for the customers lost in a period, the largest monthly amount first.

    Columns: kpi_month, customer_id, branch_zh, branch_en, tier, lost_reason, lost_to,
    successor_id, monthly_amount_yuan, all_rows (how many there are), last_month_rows
    (of them in the period's last month). At most ROWS_SHOWN rows. Source:
    fct_lost_customers, dim_branches, dim_branch_descendants, dim_periods.

    Raises:
        WrongInputError: the pages cannot filter by a dimension.
    """
    refuse_others(where, FILTERS, "the lost list")
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
                and {IN_BRANCH}{cuts(where)}
            order by
                f.monthly_amount_yuan desc nulls last, f.kpi_month desc, f.customer_id
            limit {ROWS_SHOWN}
        """,
        values=(period, branch, branch, *members_of(where)),
    )


def nrr_bridge(period: str, branch: str, where: Where = ()) -> Question:
    """Ask what led from the amount of the base window to this one's: one row.

    Columns: base_yuan, expansion_yuan, contraction_yuan, churn_yuan, current_yuan of
    the period's last month and the lag meant without a word, base + expansion -
    contraction - churn = current; null where nothing was measured; window_months and
    lag_months of the build. Source: kpi_retention, dim_branch_descendants, dim_build,
    dim_periods.

    Raises:
        WrongInputError: the pages cannot filter by a dimension.
    """
    refuse_others(where, FILTERS, "the bridge")
    return Question(
        tables=("kpi_retention", "dim_branch_descendants", "dim_build", "dim_periods"),
        sql=f"""
            select
                (select nrr_window_months from dim_build) as window_months,
                (select nrr_lag_months from dim_build) as lag_months,
                sum(f.nrr_base_yuan) as base_yuan,
                sum(f.nrr_expansion_yuan) as expansion_yuan,
                sum(f.nrr_contraction_yuan) as contraction_yuan,
                sum(f.nrr_churn_yuan) as churn_yuan,
                sum(f.nrr_current_yuan) as current_yuan
            from kpi_retention as f
            inner join dim_periods as p on f.kpi_month = p.last_month
            where p.period = ?
                and {USUAL_LAG.replace("parts.", "f.")}
                and {IN_BRANCH}{cuts(where)}
        """,
        values=(period, branch, branch, *members_of(where)),
    )


def acquired(period: str, branch: str) -> Question:
    """Ask what became of the customers by the month of their first order or bill.

    Columns: acquired_month, age_months (int, 1 to AGES_SHOWN), customers, active,
    retention (active over customers), revenue (billed over billed in the month of
    acquisition; null where that is nothing or not known). The last COHORTS_SHOWN months
    of acquisition, as known at the period's end. Source: kpi_retention,
    dim_branch_descendants, dim_periods.
    """
    return Question(
        tables=("kpi_retention", "dim_branch_descendants", "dim_periods"),
        sql=f"""
            with cells as (
                select
                    f.acquired_month,
                    cast(f.age_months as bigint) as age_months,
                    cast(sum(f.acquired_customers) as bigint) as customers,
                    cast(sum(f.acquired_active_customers) as bigint) as active,
                    sum(f.acquired_revenue_yuan) as revenue_yuan,
                    sum(f.acquired_first_revenue_yuan) as first_revenue_yuan
                from kpi_retention as f
                inner join dim_periods as p on f.kpi_month <= p.last_month
                where p.period = ?
                    and f.acquired_customers > 0
                    and cast(f.age_months as bigint) between 1 and {AGES_SHOWN}
                    and {IN_BRANCH}
                group by 1, 2
            ),
            placed as (
                select
                    *,
                    dense_rank() over (order by acquired_month desc) as place
                from cells
            )
            select
                acquired_month, age_months, customers, active,
                cast(active as double) / customers as retention,
                case
                    when first_revenue_yuan > 0
                        then cast(revenue_yuan as double) / first_revenue_yuan
                end as revenue
            from placed
            where place <= {COHORTS_SHOWN}
            order by acquired_month, age_months
        """,
        values=(period, branch, branch),
    )


def expiring(period: str, branch: str, where: Where = ()) -> Question:
    """Ask on which days after a period's end how many customers' contracts end.

    Columns: ends_on (date), customers. A customer counts on its first day only, so the
    days add up to contract_expiry_60d. Source: fct_expiring_contracts.
    """
    return Question(
        tables=("fct_expiring_contracts", "dim_branch_descendants", "dim_periods"),
        sql=f"""
            with firsts as (
                select f.customer_id, min(f.contract_ends_on) as ends_on
                from fct_expiring_contracts as f
                inner join dim_periods as p on f.kpi_month = p.last_month
                where p.period = ? and {IN_BRANCH}{cuts(where)}
                group by 1
            )
            select ends_on, count(*) as customers
            from firsts
            group by 1
            order by 1
        """,
        values=(period, branch, branch, *members_of(where)),
    )


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of the page, for one period and branch: what publish tries."""
    cut = (("tier", "A1"),)
    return (
        lost(period, branch, cut),
        nrr_bridge(period, branch, cut),
        expiring(period, branch, cut),
        acquired(period, branch),
    )
