"""Which halls pass, and why one has no verdict."""

from jike.kpis.compositions.columns import Composition, given
from jike.kpis.cuts import BRANCH_MEMBERS, Cut, summed_rows, word

HALLS = "kpi_halls"
# A mean of fewer waits says nothing, nor does a month with fewer days of visits.
FEWEST_WAITS = 5
FEWEST_VISIT_DAYS = 12


def hall_passes(cut: Cut) -> Composition:
    """Halls that pass over halls with a verdict; by hall with its verdict.

    A hall passes when the mean wait of every brand in busy and in idle hours, of
    FEWEST_WAITS or more, is within its limit. Why one has no verdict: `closed` on more
    than half of the days, `few_visit_days` in one of the months, `few_waits` in every
    cell.
    """
    cells, values = summed_rows(
        cut,
        HALLS,
        "sum",
        f"sum(parts.limited_waits) >= {FEWEST_WAITS} as is_judged, "
        "sum(parts.limited_wait_seconds) <= sum(parts.limit_seconds) as is_within",
        condition="parts.limited_waits is not null",
        further=("hall", "brand", "busy"),
    )
    of_hall = cut.only("hall", "ownership", *BRANCH_MEMBERS)
    halls, more = summed_rows(
        of_hall,
        HALLS,
        "sum",
        "min(parts.visit_days) as fewest_visit_days, "
        "sum(parts.closed_days) * 2 > sum(parts.calendar_days) as is_closed",
        condition="parts.visit_days is not null",
        further=("hall",),
    )
    return _verdicts(cut, of_hall, cells, halls), [*values, *more], {HALLS}


def _verdicts(cut: Cut, of_hall: Cut, cells: str, halls: str) -> str:
    # Cut by brand or hours, a hall is there when it has waits of that kind.
    of_waits = [name for name in cut.by if name not in of_hall.by]
    names = "".join(
        f", {'judged' if name in of_waits else 'halls'}.{word(name)}" for name in cut.by
    )
    hall = "" if "hall" in cut.by else ", hall"
    composed = given(
        composed="sum(case verdict when 'pass' then 1 when 'fail' then 0 end) "
        "/ nullif(count(case when verdict <> 'no_data' then 1 end), 0)",
        verdict="max(verdict)",
        because="max(because)",
    )
    return f"""
        with cells as ({cells}), halls as ({halls}),
        judged as (
            select period{cut.names()}{hall},
                count(case when is_judged then 1 end) as cells_judged,
                bool_and(is_within or not is_judged) as is_within
            from cells group by period{cut.names()}{hall}
        ),
        explained as (
            select halls.period{names}, judged.is_within,
                case
                    when halls.is_closed then 'closed'
                    when halls.fewest_visit_days < {FEWEST_VISIT_DAYS}
                        then 'few_visit_days'
                    when coalesce(judged.cells_judged, 0) = 0 then 'few_waits'
                end as because
            from halls
                {"inner" if of_waits else "left"} join judged
                    on {of_hall.joined("halls", "judged")} and halls.hall = judged.hall
        ),
        verdicts as (
            select *, case
                when because is not null then 'no_data'
                when is_within then 'pass'
                else 'fail'
            end as verdict
            from explained
        )
        select period{cut.names()}, {composed}
        from verdicts group by period{cut.names()}"""
