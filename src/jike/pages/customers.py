"""Who customers are, what they have, what happened to them.

One function a question. Every docstring says the frame's columns and the mart it reads.
SQL is made of fixed words; codes and texts chosen by a viewer are bound values.
"""

from jike.kpis.cuts import Where
from jike.pages.frame import IN_BRANCH, cuts, members_of
from jike.releases.question import Question
from jike.releases.scope import MASK

FOUND_SHOWN = 15
HAPPENED_SHOWN = 30
MONTHS_SHOWN = 13


def found(
    text: str,
    period: str,
    branch: str,
    where: Where = (),
    sounds: tuple[str, ...] = (),
) -> Question:
    """Ask for customers by a part of their id, name or a free cut, most valuable first.

    sounds: ids found by the sound of their names, or in other characters. An empty
    text asks for everybody. A name that the viewer's scope masks is not searched.

    Columns: customer_id, customer_name, branch_zh, branch_en, tier, industry, status,
    value_score, proposed_tier, revenue_yuan (of three months), grade, points, all_rows
    (how many there are). At most FOUND_SHOWN rows. Source: dim_customers,
    fct_customer_values and fct_warnings of the period's last month, dim_branches.
    """
    return Question(
        tables=(
            "dim_customers",
            "fct_customer_values",
            "fct_warnings",
            "dim_branches",
            "dim_branch_descendants",
            "dim_periods",
        ),
        sql=f"""
            select
                f.customer_id,
                f.customer_name,
                b.name_zh as branch_zh,
                b.name_en as branch_en,
                f.tier,
                f.industry,
                f.status,
                v.value_score,
                v.proposed_tier,
                v.revenue_yuan,
                w.grade,
                w.points,
                count(*) over () as all_rows
            from dim_customers as f
            inner join dim_periods as p on p.period = ?
            left join fct_customer_values as v
                on v.customer_id = f.customer_id and v.kpi_month = p.last_month
            left join fct_warnings as w
                on w.customer_id = f.customer_id and w.kpi_month = p.last_month
            left join dim_branches as b on b.branch_id = f.branch_id
            where {IN_BRANCH}{cuts(where)}
                and (
                    contains(lower(f.customer_id), lower(?))
                    or (
                        f.customer_name <> '{MASK}'
                        and contains(lower(f.customer_name), lower(?))
                    )
                    or f.customer_id in (select unnest(cast(? as varchar[])))
                    or contains(
                        lower(array_to_string(f.free_cuts ->> '$.*', chr(10))),
                        lower(nullif(?, ''))
                    )
                )
            order by
                lower(f.customer_id) = lower(?) desc,
                v.value_score desc nulls last,
                f.customer_id
            limit {FOUND_SHOWN}
        """,
        values=(
            *(period, branch, branch, *members_of(where)),
            *(text, text, sounds, text, text),
        ),
    )


def names() -> Question:
    """Ask what customers are called: what a search by sound goes through.

    Columns: customer_id, customer_name. Names that the scope masks are left out.
    Source: dim_customers.
    """
    return Question(
        tables=("dim_customers",),
        sql=f"""
            select customer_id, customer_name
            from dim_customers
            where customer_name <> '{MASK}'
            order by customer_id
        """,
    )


def tiers(period: str, branch: str, where: Where = ()) -> Question:
    """Ask how many customers of every tier the value score sees in which tier.

    Columns: tier (delivered), proposed_tier, customers, score_sum (Σ of value_score);
    active customers at the end of the period's last month. Source: fct_customer_values.
    """
    return Question(
        tables=("fct_customer_values", "dim_branch_descendants", "dim_periods"),
        sql=f"""
            select
                f.tier,
                f.proposed_tier,
                count(*) as customers,
                sum(f.value_score) as score_sum
            from fct_customer_values as f
            inner join dim_periods as p on f.kpi_month = p.last_month
            where p.period = ? and {IN_BRANCH}{cuts(where)}
            group by 1, 2
            order by 1, 2
        """,
        values=(period, branch, branch, *members_of(where)),
    )


def profile(customer: str, period: str) -> Question:
    """Ask who a customer is: one row, none for one the viewer may not see.

    Columns: those of dim_customers, branch_zh, branch_en, is_active (at the end of the
    period's last month), and of fct_customer_values of that month value_score,
    proposed_tier, revenue_yuan, info_revenue_yuan, product_lines, members and the
    percentile ranks; null when it was not active. Source: both, dim_branches.
    """
    return Question(
        tables=("dim_customers", "fct_customer_values", "dim_branches", "dim_periods"),
        sql="""
            select
                f.*,
                b.name_zh as branch_zh,
                b.name_en as branch_en,
                v.customer_id is not null as is_active,
                v.value_score,
                v.proposed_tier,
                v.revenue_yuan,
                v.info_revenue_yuan,
                v.product_lines,
                v.members,
                v.revenue_rank,
                v.info_revenue_rank,
                v.product_lines_rank,
                v.members_rank,
                v.employees_rank,
                v.tenure_rank
            from dim_customers as f
            inner join dim_periods as p on p.period = ?
            left join fct_customer_values as v
                on v.customer_id = f.customer_id and v.kpi_month = p.last_month
            left join dim_branches as b on b.branch_id = f.branch_id
            where f.customer_id = ?
        """,
        values=(period, customer),
    )


def services(customer: str, period: str) -> Question:
    """Ask what a customer has in service at a period's end, the largest amount first.

    Columns: subscription_id, product, since (date), billed_yuan (of the period's last
    month; null without a bill line). Source: fct_services, fct_bills, dim_periods,
    dim_build.
    """
    return Question(
        tables=("fct_services", "fct_bills", "dim_periods", "dim_build"),
        sql="""
            with billed as (
                select f.subscription_id, sum(f.billed_amount_yuan) as billed_yuan
                from fct_bills as f
                inner join dim_periods as p on f.kpi_month = p.last_month
                where p.period = ? and f.customer_id = ?
                group by 1
            ),
            stretches as (
                select
                    f.subscription_id,
                    f.product,
                    f.valid_from,
                    f.valid_to,
                    min(f.valid_from) over (partition by f.subscription_id) as since
                from fct_services as f
                where f.customer_id = ?
            )
            select s.subscription_id, s.product, s.since, b.billed_yuan
            from stretches as s
            inner join dim_periods as p on p.period = ?
            cross join dim_build as build
            left join billed as b on b.subscription_id = s.subscription_id
            where s.valid_from <= least(p.ends_on, build.as_of)
                and s.valid_to > least(p.ends_on, build.as_of)
            order by b.billed_yuan desc nulls last, s.subscription_id
        """,
        values=(period, customer, customer, period),
    )


def months(customer: str, period: str) -> Question:
    """Ask what was billed and attached month by month, up to a period's last month.

    Columns: kpi_month (date), billed_yuan, info_yuan (0 in a month without a bill
    line), lines_at_end, left_lines (left the network or the group), charge_yuan (of
    the lines), points (of the warning; 0 without one). One row per month,
    MONTHS_SHOWN at most. Source: fct_bills, fct_member_months, fct_warnings.
    """
    return Question(
        tables=("fct_bills", "fct_member_months", "fct_warnings", "dim_periods"),
        sql=f"""
            with shown as (
                select m.starts_on as kpi_month
                from dim_periods as m
                inner join dim_periods as p
                    on m.starts_on between
                        p.last_month - interval {MONTHS_SHOWN - 1} month
                        and p.last_month
                where p.period = ? and m.period_kind = 'month'
            ),
            billed as (
                select
                    kpi_month,
                    sum(billed_amount_yuan) as billed_yuan,
                    sum(case when is_informatisation then billed_amount_yuan else 0 end)
                        as info_yuan
                from fct_bills
                where customer_id = ?
                group by 1
            )
            select
                s.kpi_month,
                coalesce(b.billed_yuan, 0) as billed_yuan,
                coalesce(b.info_yuan, 0) as info_yuan,
                coalesce(m.lines_at_end, 0) as lines_at_end,
                coalesce(m.churned_lines + m.exited_lines, 0) as left_lines,
                m.usage_charge_yuan as charge_yuan,
                coalesce(w.points, 0) as points
            from shown as s
            left join billed as b on b.kpi_month = s.kpi_month
            left join fct_member_months as m
                on m.kpi_month = s.kpi_month and m.customer_id = ?
            left join fct_warnings as w
                on w.kpi_month = s.kpi_month and w.customer_id = ?
            order by s.kpi_month
        """,
        values=(period, customer, customer, customer),
    )


def happened(customer: str, period: str) -> Question:
    """Ask for surveys, tickets, visits and competitor events up to a period's end.

    Columns: happened_on (date), what (survey, ticket, visit, competitor_event),
    dimension and member (of what kind it was: role, class, move; null for a visit),
    detail_dimension and detail (complaint_type or competitor; null without one), state
    (of a survey, a ticket or an event), points (overall index of a survey),
    is_executive (of a visit), all_rows. Newest first,
    HAPPENED_SHOWN rows at most. Source: fct_satisfaction, fct_tickets, fct_visits,
    fct_competitor_events.
    """
    return Question(
        tables=(
            "fct_satisfaction",
            "fct_tickets",
            "fct_visits",
            "fct_competitor_events",
            "dim_periods",
        ),
        sql=f"""
            with events as (
                select
                    happened_on, 'survey' as what, 'role' as dimension, role as member,
                    cast(null as varchar) as detail_dimension,
                    cast(null as varchar) as detail, status as state,
                    overall_points as points, cast(null as boolean) as is_executive
                from fct_satisfaction
                where customer_id = ? and competitor = 'us'
                union all
                select
                    cast(opened_at as date), 'ticket', 'class', class,
                    'complaint_type', complaint_type, status, null, null
                from fct_tickets
                where customer_id = ? and counted_as = 'opened'
                union all
                select visited_on, 'visit', null, null, null, null, null, null,
                    is_executive
                from fct_visits
                where customer_id = ?
                union all
                select
                    observed_on, 'competitor_event', 'move', move,
                    'competitor', competitor, outcome, null, null
                from fct_competitor_events
                where customer_id = ?
            )
            select e.*, count(*) over () as all_rows
            from events as e
            inner join dim_periods as p on p.period = ?
            where e.happened_on <= p.ends_on
            order by e.happened_on desc, e.what, e.member
            limit {HAPPENED_SHOWN}
        """,
        values=(customer, customer, customer, customer, period),
    )


def warning(customer: str, period: str) -> Question:
    """Ask why a customer has a warning at the end of a period's last month: one row.

    No row without a warning. Columns: those of fct_warnings. Source: fct_warnings.
    """
    return Question(
        tables=("fct_warnings", "dim_periods"),
        sql="""
            select f.*
            from fct_warnings as f
            inner join dim_periods as p on f.kpi_month = p.last_month
            where p.period = ? and f.customer_id = ?
        """,
        values=(period, customer),
    )


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of the page, for one period and branch: what publish tries."""
    cut = (("tier", "A1"),)
    return (
        found("a", period, branch, cut),
        names(),
        tiers(period, branch, cut),
        profile("a", period),
        services("a", period),
        months("a", period),
        happened("a", period),
        warning("a", period),
    )
