"""Calls and interviews of the small release, and the parts made of them.

Hotline: three cities from 2024 on; Tuesday to Friday from 9 to 11 few get through, and
from 12 to 14 August 2025 the voice menu keeps nobody. Interviews: three waves; product
and communication are weak and count most, the web speaks six points better, seven
decision makers of tier group A (withheld), eighteen members of it (low base), visitors
of halls in July 2025.
"""

from datetime import date
from functools import cache

import duckdb
import pandas as pd

BROKEN = (date(2025, 8, 12), date(2025, 8, 14))

CALLS = """
create table days as
select
    cast(unnest(generate_series(date '2024-01-01', date '2025-09-30', interval 1 day))
        as date) as day;
create table calls as
with cells as (
    select
        day,
        branch_id,
        isodow(day) as weekday,
        day between date '2025-08-12' and date '2025-08-14' as is_broken,
        (if(isodow(day) > 5, 12, 24) + hash(day, branch_id) % 3
            + 2 * (datediff('month', date '2024-01-01', day) // 3)) as calls
    from days
    cross join (values ('C01'), ('C02'), ('C03')) as cities (branch_id)
),
drawn as (
    select
        *,
        hash(day, branch_id, place) % 1000 / 1000.0 as draw,
        8 + hash(place, branch_id, day, 'h') % 12 as hour
    from cells
    cross join lateral (
        select unnest(range(cast(calls * if(is_broken, 2, 1) as bigint))) as place
    ) as places
),
judged as (
    select
        *,
        case
            when draw < 0.3 and not is_broken then 'ivr_contained'
            when draw > if(
                is_broken, 0.55,
                if(weekday between 2 and 5 and hour between 9 and 11, 0.8, 0.93)
            ) then if(place % 3 = 0, 'blocked', 'abandoned')
            else 'answered'
        end as outcome
    from drawn
)
select
    'K' || row_number() over (order by day, branch_id, place) as call_id,
    cast(date_trunc('month', day) as date) as kpi_month,
    day + to_hours(cast(hour as integer)) + to_minutes(cast(place % 60 as integer))
        as happened_at,
    day as happened_on,
    branch_id,
    if(branch_id = 'C03', 'own', 'R1') as centre,
    if(place % 9 = 0, 'key_person', 'standard') as lane,
    cast(hour as varchar) as hour,
    cast(weekday as varchar) as weekday,
    ['bill_enquiry', 'line_fault', 'data_pack'][1 + cast(
        hash(place, day) % if(day < date '2025-01-01', 2, 3) as integer)] as reason,
    cast(null as varchar) as customer_id,
    outcome,
    outcome <> 'ivr_contained' as is_demand,
    place % 5 <> 0 or outcome = 'ivr_contained' as has_ivr,
    outcome in ('answered', 'abandoned') as is_queued,
    if(outcome = 'answered', cast(2 + hash(day, place, 'w') % 26 as double), null)
        as answer_seconds,
    if(outcome = 'abandoned', cast(2 + hash(day, place, 'a') % 40 as double), null)
        as abandon_seconds,
    if(outcome = 'answered', cast(120 + hash(day, place, 't') % 120 as double), null)
        as handling_seconds
from judged;
"""

CALL_PARTS = """
select
    kpi_month, branch_id, centre, lane, hour, weekday, reason,
    count(*) filter (is_demand) as demand_calls,
    count(*) filter (outcome = 'answered') as answered_calls,
    count(*) filter (outcome = 'abandoned') as abandoned_calls,
    count(*) filter (outcome = 'blocked') as blocked_calls,
    count(*) filter (is_queued and coalesce(abandon_seconds > 5, true))
        as waiting_calls,
    count(*) filter (answer_seconds <= 15) as answered_in_time_calls,
    count(*) filter (has_ivr) as ivr_calls,
    count(*) filter (has_ivr and outcome = 'ivr_contained') as ivr_contained_calls,
    count(*) filter (outcome = 'answered') as followed_up_calls,
    count(*) filter (outcome = 'answered' and hash(call_id) % 10 = 0)
        as repeated_calls,
    count(answer_seconds) as answers_timed,
    sum(answer_seconds) as answer_seconds,
    sum(answer_seconds * answer_seconds) as answer_seconds_squared,
    count(handling_seconds) as handlings_timed,
    sum(handling_seconds) as handling_seconds,
    sum(handling_seconds * handling_seconds) as handling_seconds_squared,
    cast(null as bigint) as cities,
    cast(null as bigint) as covered_cities
from calls
group by 1, 2, 3, 4, 5, 6, 7
union all by name
select
    cast(date_trunc('month', day) as date) as kpi_month, branch_id,
    if(branch_id = 'C03', 'own', 'R1') as centre, 'unknown' as lane,
    'unknown' as hour, 'unknown' as weekday, 'unknown' as reason,
    1 as cities,
    if(branch_id = 'C01' or (branch_id = 'C02' and day >= date '2025-01-01'), 1, 0)
        as covered_cities
from days
cross join (values ('C01'), ('C02'), ('C03')) as cities (branch_id)
where day = last_day(day)
"""

# wave, first day, role, tier group, competitor, complete interviews, index
PANELS = [
    (wave, first, role, group, competitor, n, index + drift)
    for wave, first, drift in (
        ("2024H1", "2024-03-04", -3.0),
        ("2024H2", "2024-09-02", -2.0),
        ("2025H1", "2025-03-03", 0.0),
    )
    for role, group, competitor, n, index in (
        ("contact", "A", "us", 150, 86.0),
        ("contact", "B", "us", 250, 86.0),
        ("contact", "C", "us", 260, 80.0),
        ("decision_maker", "A", "us", 7, 83.0),
        ("decision_maker", "B", "us", 120, 83.0),
        ("decision_maker", "C", "us", 130, 78.0),
        ("member", "A", "us", 18, 78.0),
        ("member", "B", "us", 90, 78.0),
        ("member", "C", "us", 300, 78.0),
        ("contact", "B", "对手乙", 60, 81.0),
    )
    if competitor == "us" or wave != "2024H1"
] + [("2025-07", "2025-07-01", "hall_visitor", "C", "us", 600, 84.0)]

INTERVIEWS = """
create table interviews as
with drawn as (
    select
        *,
        wave || role || tier_group || competitor || place as code,
        case
            when place < complete then 'complete'
            when place < 1.5 * complete then 'refused' else 'invalid'
        end as status
    from panels
    cross join lateral (
        select unnest(range(cast(1.6 * complete as bigint))) as place
    ) as places
),
felt as (
    select
        *,
        ['cati', 'cati', 'face', 'web'][1 + cast(place // 8 % 4 as integer)] as mode,
        ['C01-1', 'C01-2', 'C02-1', 'C03-1'][1 + cast(place // 32 % 4 as integer)]
            as branch_id,
        -- Symmetric and the same in every panel: two by two they cancel out.
        ((place % 8) - 3.5) * 3.0 as mood,
        ((place // 3 % 7) - 3.0) * 4.0 as about_product,
        ((place // 5 % 9) - 4.0) * 3.0 as about_communication,
        ((place // 7 % 5) - 2.0) * 3.0 as about_manager,
        ((place // 11 % 5) - 2.0) * 3.0 as about_channel,
        ((place // 13 % 5) - 2.0) * 3.0 as about_relationship,
        ((place // 17 % 5) - 2.0) * 3.0 as about_network
    from drawn
)
select
    row_number() over (order by code) as response_number,
    *,
    level + if(mode = 'web' and wave = '2025H1', 4.5, if(wave = '2025H1', -1.5, 0))
        + mood + 0.5 * about_product + 0.45 * about_communication
        + 0.1 * about_manager + 0.1 * about_channel as satisfied
from felt;
create table fct_satisfaction as
select
    'S' || response_number as response_id,
    wave,
    cast(date_trunc('month', cast(first_day as date)) as date) as kpi_month,
    cast(first_day as date) + cast(place % 20 as integer) as happened_on,
    cast(null as varchar) as customer_id,
    branch_id, role, tier_group || if(tier_group = 'C', '', '1') as tier, tier_group,
    'unknown' as hall, mode, 'own' as agency, competitor, status,
    case
        when status = 'complete'
            then cast(greatest(1, least(10, round(1 + satisfied * 0.09))) as bigint)
    end as overall_score,
    status = 'complete' and (
        place % 20 = 3 or (role = 'hall_visitor' and place % 11 = 1)
    ) as is_dissatisfied,
    if(status = 'complete', satisfied, null) as overall_points,
    if(status = 'complete', satisfied + 4, null) as loyalty_points,
    if(status = 'complete', satisfied - 1, null) as emotional_points,
    if(status = 'complete', satisfied - 2, null) as rational_points,
    if(status = 'complete', 75 + mood + about_product, null) as product_points,
    if(status = 'complete', 85 + mood + about_manager, null) as manager_points,
    if(status = 'complete', 82 + mood + about_channel, null) as channel_points,
    if(status = 'complete', 74 + mood + about_communication, null)
        as communication_points,
    if(status = 'complete', 83 + mood + about_relationship, null)
        as relationship_points,
    if(status = 'complete', 84 + mood + about_network, null) as network_points
from interviews;
create table interview_parts as
select
    *,
    1 as asked,
    if(status = 'complete', 1, 0) as is_complete,
    case when overall_score >= 9 then 100 when overall_score <= 6 then -100 else 0 end
        as promoted
from fct_satisfaction
where status <> 'invalid';
"""

KEYS = (
    "kpi_month, wave, role, competitor, tier, tier_group, branch_id, hall, mode, agency"
)
CONSTRUCTS = ("overall", "loyalty", "emotional", "rational")
INDICATORS = (
    *("product", "manager", "channel"),
    *("communication", "relationship", "network"),
)


def interview_parts_sql() -> str:
    """Text that sums the interviews into the parts of kpi_satisfaction."""
    sums = ", ".join(
        f"sum({name}_points) as {name}_points, "
        f"sum({name}_points * {name}_points) as {name}_points_squared, "
        f"nullif(count({name}_points), 0) as {name}_interviews"
        for name in CONSTRUCTS
    )
    total = f"""
        select {KEYS}, 'total' as indicator, 'total' as servqual,
            cast(null as varchar) as reason, {sums},
            sum(asked) as asked_interviews, sum(is_complete) as complete_interviews,
            nullif(count(overall_score), 0) as overall_answered_interviews,
            count(*) filter (is_dissatisfied) as dissatisfied_interviews,
            sum(if(overall_score is null, null, promoted)) as nps_points,
            nullif(count(overall_score), 0) as nps_interviews
        from interview_parts group by all"""
    boards = [
        f"""
        select {KEYS}, '{name}' as indicator, 'total' as servqual,
            sum({name}_points) as indicator_points,
            sum({name}_points * {name}_points) as indicator_points_squared,
            nullif(count({name}_points), 0) as indicator_interviews
        from interview_parts where is_complete = 1 group by all"""
        for name in INDICATORS
    ]
    reasons = [
        f"""
        select {KEYS}, 'total' as indicator, 'total' as servqual, '{reason}' as reason,
            count(*) as reason_naming_interviews
        from interview_parts
        where is_dissatisfied and hash(response_id) % 10 < {below} group by all"""
        for reason, below in (("D1", 5), ("D11", 4), ("D12", 1), ("D4", 2), ("D2", 1))
    ]
    return " union all by name ".join([total, *boards, *reasons])


@cache
def tables() -> dict[str, pd.DataFrame]:
    """The marts of calls and interviews, with the weights of the roles."""
    with duckdb.connect() as con:
        con.execute(CALLS)
        panels = pd.DataFrame(
            PANELS,
            columns=[
                *("wave", "first_day", "role", "tier_group"),
                *("competitor", "complete", "level"),
            ],
        )
        con.register("panels", panels)
        con.execute(INTERVIEWS)
        weights = [("decision_maker", 0.4), ("contact", 0.4), ("member", 0.2)]
        return {
            "fct_hotline": con.execute("from calls").df(),
            "kpi_hotline": con.execute(CALL_PARTS).df(),
            "fct_satisfaction": con.execute("from fct_satisfaction").df(),
            "kpi_satisfaction": con.execute(interview_parts_sql()).df(),
            "dim_role_weights": pd.DataFrame(weights, columns=["role", "weight"]),
        }


WAVES = (
    ("2024H1", date(2024, 3, 4), date(2024, 3, 23)),
    ("2024H2", date(2024, 9, 2), date(2024, 9, 21)),
    ("2025H1", date(2025, 3, 3), date(2025, 3, 22)),
)
DATES = {
    "fct_hotline": ("kpi_month", "happened_on"),
    "kpi_hotline": ("kpi_month",),
    "fct_satisfaction": ("kpi_month", "happened_on"),
    "kpi_satisfaction": ("kpi_month",),
}
