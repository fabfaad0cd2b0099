"""What only the pages of halls, tickets and orders ask: waits, and rows behind stocks.

One function a question. Every docstring says the frame's columns and the mart it reads.
SQL is made of fixed words; codes chosen by a viewer are bound values.
"""

from jike.ground.errors import WrongInputError
from jike.kpis.questions import TOTAL, Question

EVERY = "all"
"""Every hall, and all days."""
IN_BRANCH = f"""(
                    ? = '{TOTAL}'
                    or f.branch_id in (
                        select descendant_id
                        from dim_branch_descendants
                        where branch_id = ?
                    )
                )"""
IN_HALL = f"(? = '{EVERY}' or f.hall = ?)"


def watched() -> Question:
    """Ask for the halls that are watched. Columns: hall. Source: dim_halls."""
    return Question(
        tables=("dim_halls",),
        sql="select hall_id as hall from dim_halls where is_watched order by hall_id",
    )


def waits(period: str, branch: str, hall: str = EVERY) -> Question:
    """Ask for the waits of every brand in busy and in idle hours.

    Columns: brand, busy, waits (how many have a limit), wait_minutes and limit_minutes
    (means over them). Source: kpi_halls, dim_period_months.
    """
    return Question(
        tables=("kpi_halls", "dim_branch_descendants", "dim_period_months"),
        sql=f"""
            select
                f.brand,
                f.busy,
                sum(f.limited_waits) as waits,
                sum(f.limited_wait_seconds) / sum(f.limited_waits) / 60.0
                    as wait_minutes,
                sum(f.limit_seconds) / sum(f.limited_waits) / 60.0 as limit_minutes
            from kpi_halls as f
            inner join dim_period_months as m
                on m.kpi_month = f.kpi_month and m.over_time = 'sum' and m.wave is null
            where m.period = ? and {IN_BRANCH} and {IN_HALL}
            group by 1, 2
            having sum(f.limited_waits) > 0
            order by 1, 2
        """,
        values=(period, branch, branch, hall, hall),
    )


def hall_hours(
    period: str, branch: str, hall: str = EVERY, month_end: str = EVERY
) -> Question:
    """Ask for the waits by hour and weekday.

    Columns: hour, weekday (numbers, 1 = Monday), tickets (queue tickets taken), waits
    (of these, with a wait), wait_minutes (their mean, null without), walk_away_rate
    (share). month_end: true, false, or all days. Source: fct_halls, dim_periods.
    """
    return Question(
        tables=("fct_halls", "dim_branch_descendants", "dim_periods"),
        sql=f"""
            select
                extract(hour from f.happened_at) as hour,
                extract(isodow from f.happened_at) as weekday,
                count(*) as tickets,
                count(f.wait_minutes) as waits,
                avg(f.wait_minutes) as wait_minutes,
                count(*) filter (f.is_walked_away) / count(*) as walk_away_rate
            from fct_halls as f
            inner join dim_periods as p
                on f.happened_on between p.starts_on and p.ends_on
            where p.period = ? and f.record_kind = 'queue'
                and {IN_BRANCH} and {IN_HALL} and (? = '{EVERY}' or f.is_month_end = ?)
            group by 1, 2
            order by 1, 2
        """,
        values=(period, branch, branch, hall, hall, month_end, month_end),
    )


def overdue_tickets(
    period: str, branch: str, where: tuple[tuple[str, str], ...] = ()
) -> Question:
    """Ask for the tickets overdue at a period's end, the longest overdue first.

    Columns: ticket_id, class, source, branch_zh, branch_en, tier, opened_at,
    promised_at, days (whole days from the promise to the end), age (0-7, 8-30, 31-90,
    91+). As many rows as open_overdue counts. Source: fct_tickets, dim_branches,
    dim_branch_descendants, dim_periods, dim_build.

    Raises:
        WrongInputError: tickets are not cut by a dimension.
    """
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
                    and {IN_BRANCH}{_cuts(where, ("tier",), "the list of tickets")}
            )
            select *, {_age("days")} as age
            from listed
            order by days desc, ticket_id
        """,
        values=(period, branch, branch, *(member for _dimension, member in where)),
    )


def backlog_orders(
    period: str, branch: str, where: tuple[tuple[str, str], ...] = ()
) -> Question:
    """Ask for the orders that are not final at a period's end, the oldest first.

    Columns: order_id, product, order_type, channel, branch_zh, branch_en, tier,
    ordered_at, promised_at, days (whole days since the order), age. As many rows as
    backlog counts. Source: fct_orders, dim_branches, dim_branch_descendants,
    dim_periods, dim_build.

    Raises:
        WrongInputError: the pages cannot filter by a dimension.
    """
    cuts = _cuts(where, ("tier", "industry"), "the list of orders")
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
                date_diff(
                    'day', cast(f.ordered_at as date), least(p.ends_on, build.as_of)
                ) as days,
                f.age
            from fct_orders as f
            cross join dim_build as build
            inner join dim_periods as p on f.kpi_month = p.last_month
            left join dim_branches as b on b.branch_id = f.branch_id
            where p.period = ? and f.counted_as = 'backlog' and {IN_BRANCH}{cuts}
            order by days desc, f.order_id
        """,
        values=(period, branch, branch, *(member for _dimension, member in where)),
    )


def _age(days: str) -> str:
    return (
        f"case when {days} <= 7 then '0-7' when {days} <= 30 then '8-30' "
        f"when {days} <= 90 then '31-90' else '91+' end"
    )


def _cuts(where: tuple[tuple[str, str], ...], known: tuple[str, ...], what: str) -> str:
    """Conditions of a filter on the rows `f`, their members as bound values."""
    unknown = [dimension for dimension, _member in where if dimension not in known]
    if unknown:
        raise WrongInputError(
            "{what} is not cut by {name}; it can be cut by {known}",
            what=what,
            name=unknown[0],
            known=list(known),
        )
    return "".join(f" and f.{dimension} = ?" for dimension, _member in where)


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of these pages, for one period and branch."""
    return (
        watched(),
        waits(period, branch),
        hall_hours(period, branch),
        overdue_tickets(period, branch, (("tier", "A1"),)),
        backlog_orders(period, branch, (("tier", "A1"), ("industry", "EDU"))),
    )
