"""Rule `overlap`: a count of what is delivered one by one too would be counted twice.

What is told apart one by one stands, the count goes to quarantine. What a row is not
cut by it holds whole: a count without a lane holds the calls of every lane. A call or
ticket without one may be of any.
"""

from jike.deliveries.contract import Table

DEMAND = "('answered', 'abandoned', 'blocked')"

SINGLE = {
    "call_intervals": (
        "select centre_id, lane, coalesce(queued_at, ivr_at, ended_at) as happened_at "
        f"from {{rows}} where outcome in {DEMAND}"
    ),
    "ticket_counts": (
        "select customer_id, cast(date_trunc('month', opened_at) as date) as month, "
        "class, complaint_type from {rows}"
    ),
}
"""What is asked of the rows told apart one by one, by the entity that counts them."""

# For each interval the first call at or after its start, by centre and lane.
COUNTED = {
    "call_intervals": """
        lanes as (select distinct lane from jike_rows_call_intervals),
        moments as (
            select single.centre_id, coalesce(lanes.lane, '') as any_lane, happened_at
            from single
            inner join lanes on lanes.lane is null or single.lane is null
                or lanes.lane = single.lane
        )
        select counts._file_no, counts._row
        from (
            select *, coalesce(lane, '') as any_lane from jike_rows_call_intervals
        ) as counts
        asof join moments
            on counts.centre_id = moments.centre_id
            and counts.any_lane = moments.any_lane
            and counts.starts_at <= moments.happened_at
        where moments.happened_at < counts.starts_at + to_minutes(counts.minutes)
    """,
    "ticket_counts": """
        cells as (select distinct * from single)
        select _file_no, _row
        from jike_rows_ticket_counts as counts
        semi join cells
            on counts.customer_id is not distinct from cells.customer_id
            and counts.month = cells.month
            and counts.class = cells.class
            and (
                counts.complaint_type is null or cells.complaint_type is null
                or counts.complaint_type = cells.complaint_type
            )
    """,
}
"""The rows that count what a single row is about: _file_no and _row."""


def overlapping(table: Table, single: Table, rows: str) -> str:
    """Give the select of an entity's rows that overlap single ones.

    `rows` is a from clause of the single rows that keep their rules: of a key the row
    of the best delivery stands.
    """
    keys = ", ".join(single.key)
    standing = (
        f"(select * from {rows} qualify row_number() over "
        f"(partition by {keys} order by _file_no, _row) = 1)"
    )
    found = SINGLE[table.name].format(rows=standing)
    return f"with single as ({found}), {COUNTED[table.name].strip()}"
