"""How long customers wait in which hall.

One function a question. Every docstring says the frame's columns and the mart it reads.
SQL is made of fixed words; codes and texts chosen by a viewer are bound values.
"""

from jike.pages.frame import IN_BRANCH
from jike.releases.question import Question

EVERY = "all"
"""Every hall, and all days."""
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


def hours(
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


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of the page, for one period and branch: what publish tries."""
    return (
        watched(),
        waits(period, branch),
        hours(period, branch),
    )
