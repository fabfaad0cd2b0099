"""Calls: their parts, day by day, by half hours.

One function a question. Every docstring says the frame's columns and the mart it reads.
SQL is made of fixed words; codes and texts chosen by a viewer are bound values.
"""

from jike.kpis.cuts import Where
from jike.pages.frame import IN_BRANCH, cuts, members_of, refuse_others
from jike.releases.question import Question

# A day stands out when a measure is this far from its weekday, in robust standard
# deviations (Iglewicz and Hoaglin), and the gap matters to somebody.
STANDS_OUT = 3.5
LEAST_SHARE_GAP = 0.10
LEAST_DEMAND_RATIO = 1.5
LEAST_MEASURES = 2
WEEKS_AROUND = 4

CALLS = ("fct_hotline", "fct_call_intervals")


def call_parts(period: str, branch: str, where: Where = ()) -> Question:
    """Ask for the counts behind every formula of the connection rate: one row.

    Columns: demand, answered, abandoned, blocked, blocks_known (demand of which it is
    known how much was blocked), waiting (queued, without short abandons),
    answered_queued (answered with a time of queueing, or counted among waiting),
    answered_in_time, service_level_seconds, short_abandon_seconds. Source: kpi_hotline,
    of a filter fct_parts_hotline, fct_call_intervals, dim_build.

    Raises:
        WrongInputError: the filter is by anything but free cuts.
    """
    _refuse(where)
    table = "fct_parts_hotline" if where else "kpi_hotline"
    told = members_of(where)
    return Question(
        tables=(
            table,
            "fct_call_intervals",
            "dim_branch_descendants",
            "dim_build",
            "dim_period_months",
        ),
        sql=f"""
            with counted as (
                select
                    count(*) as intervals,
                    coalesce(sum(f.answered_calls) filter (
                        f.answer_seconds is not null), 0) as timed,
                    coalesce(sum(f.answered_calls) filter (
                        f.answered_in_time_calls is not null), 0) as waited
                from (
                    select *, cast(null as varchar) as free_cuts from fct_call_intervals
                ) as f
                inner join dim_period_months as m
                    on m.kpi_month = f.kpi_month and m.over_time = 'sum'
                    and m.wave is null
                where m.period = ? and {IN_BRANCH}{cuts(where)}
            )
            select
                sum(f.demand_calls * m.month_weight) as demand,
                sum(f.answered_calls * m.month_weight) as answered,
                sum(f.abandoned_calls * m.month_weight) as abandoned,
                sum(f.blocked_calls * m.month_weight) as blocked,
                sum(f.blocks_known_calls * m.month_weight) as blocks_known,
                sum(f.waiting_calls * m.month_weight) as waiting,
                case
                    when max(c.intervals) = 0
                        then sum(f.answers_timed * m.month_weight)
                    else coalesce(sum(f.answers_timed * m.month_weight), 0)
                        - max(c.timed) + max(c.waited)
                end as answered_queued,
                sum(f.answered_in_time_calls * m.month_weight) as answered_in_time,
                max(b.service_level_seconds) as service_level_seconds,
                max(b.short_abandon_seconds) as short_abandon_seconds
            from {table} as f
            inner join dim_period_months as m
                on m.kpi_month = f.kpi_month and m.over_time = 'sum' and m.wave is null
            cross join dim_build as b
            cross join counted as c
            where m.period = ? and {IN_BRANCH}{cuts(where)}
        """,
        values=(period, branch, branch, *told, period, branch, branch, *told),
    )


def call_days(period: str, branch: str, where: Where = ()) -> Question:
    """Ask for the days of a period, and which of them stand out.

    Columns: day (date), weekday ("1" to "7"), demand, connection_rate,
    ivr_containment (shares, null without calls), demand_z, connection_z, ivr_z (robust
    z-scores), is_marked. Intervals longer than a day tell no day. A measure of a day is
    held against the median of the same weekday in the WEEKS_AROUND weeks before and
    after; the gap is divided by 1.4826 × its median absolute deviation over that
    weekday. A day is marked when at least
    LEAST_MEASURES of the three are STANDS_OUT on their worse side (demand and misses
    up, self-service down) and the gap matters: half as many calls again, ten points of
    a share. Source: fct_hotline, fct_call_intervals, dim_periods.

    Raises:
        WrongInputError: the filter is by anything but free cuts.
    """
    _refuse(where)
    return Question(
        tables=(*CALLS, "dim_branch_descendants", "dim_periods"),
        sql=f"""
            with calls as (
                select
                    branch_id,
                    happened_on,
                    weekday,
                    free_cuts,
                    cast(is_demand as int) as demand,
                    cast(outcome = 'answered' as int) as answered,
                    cast(has_ivr as int) as ivr,
                    cast(has_ivr and outcome = 'ivr_contained' as int) as contained
                from fct_hotline
                union all
                select
                    branch_id, happened_on, weekday, null, offered_calls,
                    answered_calls, 0, 0
                from fct_call_intervals
                where weekday <> 'unknown'
            ),
            days as (
                select
                    f.happened_on as day,
                    f.weekday,
                    sum(f.demand) as demand,
                    sum(f.answered) / nullif(sum(f.demand), 0) as connection_rate,
                    sum(f.contained) / nullif(sum(f.ivr), 0) as ivr_containment
                from calls as f
                inner join dim_periods as p
                    on f.happened_on
                        between p.starts_on - interval {7 * WEEKS_AROUND} day
                        and p.ends_on + interval {7 * WEEKS_AROUND} day
                where p.period = ? and {IN_BRANCH}{cuts(where)}
                group by 1, 2
            ),
            gaps as (
                select
                    *,
                    ln(nullif(demand, 0)) - median(ln(nullif(demand, 0))) over around
                        as demand_gap,
                    connection_rate - median(connection_rate) over around
                        as connection_gap,
                    ivr_containment - median(ivr_containment) over around as ivr_gap
                from days
                window around as (
                    partition by weekday order by day
                    rows between {WEEKS_AROUND} preceding
                        and {WEEKS_AROUND} following exclude current row
                )
            ),
            scored as (
                select
                    *,
                    demand_gap
                        / nullif(
                            1.4826 * mad(demand_gap) over (partition by weekday), 0
                        )
                        as demand_z,
                    connection_gap
                        / nullif(
                            1.4826 * mad(connection_gap) over (partition by weekday), 0
                        ) as connection_z,
                    ivr_gap
                        / nullif(1.4826 * mad(ivr_gap) over (partition by weekday), 0)
                        as ivr_z
                from gaps
            )
            select
                s.day, s.weekday, s.demand, s.connection_rate, s.ivr_containment,
                s.demand_z, s.connection_z, s.ivr_z,
                cast(
                    coalesce(
                        s.demand_z >= {STANDS_OUT}
                        and s.demand_gap >= ln({LEAST_DEMAND_RATIO}), false
                    ) as integer
                ) + cast(
                    coalesce(
                        s.connection_z <= -{STANDS_OUT}
                        and s.connection_gap <= -{LEAST_SHARE_GAP}, false
                    ) as integer
                ) + cast(
                    coalesce(
                        s.ivr_z <= -{STANDS_OUT}
                        and s.ivr_gap <= -{LEAST_SHARE_GAP}, false
                    ) as integer
                ) >= {LEAST_MEASURES} as is_marked
            from scored as s
            inner join dim_periods as p on s.day between p.starts_on and p.ends_on
            where p.period = ?
            order by s.day
        """,
        values=(period, branch, branch, *members_of(where), period),
    )


def half_hours(period: str, branch: str, where: Where = ()) -> Question:
    """Ask how many calls a half hour of a working week brings, Monday to Friday.

    Columns: half_hour ("09:00", "09:30", …), calls (mean demand on a day with calls),
    handling_seconds (mean of those answered, null without). One row per half hour that
    had calls, in order; none where some calls came counted by longer intervals. Source:
    fct_hotline, fct_call_intervals, dim_periods.

    Raises:
        WrongInputError: the filter is by anything but free cuts.
    """
    _refuse(where)
    return Question(
        tables=(*CALLS, "dim_branch_descendants", "dim_periods"),
        sql=f"""
            with counted as (
                select
                    branch_id,
                    happened_on,
                    weekday,
                    free_cuts,
                    happened_at,
                    true as is_placed,
                    1 as demand,
                    cast(handling_seconds is not null as int) as handled,
                    handling_seconds
                from fct_hotline
                where is_demand
                union all
                select
                    branch_id,
                    happened_on,
                    weekday,
                    null,
                    starts_at,
                    is_within_half_hour,
                    offered_calls,
                    case when handling_seconds is not null then answered_calls end,
                    handling_seconds
                from fct_call_intervals
                where offered_calls > 0
            ),
            calls as (
                select f.*
                from counted as f
                inner join dim_periods as p
                    on f.happened_on between p.starts_on and p.ends_on
                where p.period = ?
                    and f.weekday in ('1', '2', '3', '4', '5', 'unknown')
                    and {IN_BRANCH}{cuts(where)}
            ),
            days as (
                select
                    count(distinct happened_on) as days,
                    bool_and(is_placed) as are_placed
                from calls
            )
            select
                strftime(
                    time_bucket(interval 30 minute, c.happened_at), '%H:%M'
                ) as half_hour,
                sum(c.demand) / max(d.days) as calls,
                sum(c.handling_seconds) / nullif(sum(c.handled), 0) as handling_seconds
            from calls as c
            cross join days as d
            where d.are_placed
            group by 1
            order by 1
        """,
        values=(period, branch, branch, *members_of(where)),
    )


def _refuse(where: Where) -> None:
    refuse_others(where, (), "the list of calls", has_free_cuts=True)


def all_questions(period: str, branch: str) -> tuple[Question, ...]:
    """Every question of the page, for one period and branch: what publish tries."""
    return (
        call_parts(period, branch),
        call_days(period, branch),
        half_hours(period, branch),
    )
