"""The invented province as its tests read it: plain SQL on the written files."""

from pathlib import Path

import duckdb

from jike.ground.home import PROJECT

AS_OF = "2025-09-30"

# Active on a day: in service by the orders, billed in the month and the two before; a
# merged customer has the activity of the end of its chain.
ACTIVE = """
create or replace macro active_on(t) as table
with recursive completed as (
    select *, coalesce(completed_at, ordered_at) as dated
    from orders
    where status = 'completed'
        and cast(coalesce(completed_at, ordered_at) as date) <= t
),
billed_lines as (
    select * from bills where subscription_id is not null and bill_month <= t
),
signs as (
    select subscription_id, customer_id, dated, ordered_at, order_id
    from completed
    union all
    select subscription_id, customer_id, bill_month, null, bill_line_id
    from billed_lines
    where subscription_id not in (select subscription_id from completed)
),
holders as (
    select subscription_id, customer_id
    from signs
    qualify 1 = row_number() over (
        partition by subscription_id
        order by dated desc, ordered_at desc, order_id desc
    )
),
last_switch as (
    select subscription_id, order_type
    from completed
    where order_type in ('new', 'terminate')
    qualify 1 = row_number() over (
        partition by subscription_id
        order by dated desc, ordered_at desc, order_id desc
    )
),
in_service as (
    select distinct customer_id
    from holders
    where subscription_id not in (
        select subscription_id from last_switch where order_type = 'terminate'
    )
),
billed as (
    select customer_id
    from bills
    where bill_month > date_trunc('month', t) - interval 3 month and bill_month <= t
    group by 1
    having sum(amount) > 0
),
latest as (
    select customer_id, closed_reason, closed_on, successor_id
    from customers
    qualify snapshot_on = max(snapshot_on) over (partition by customer_id)
),
walk as (
    select customer_id, customer_id as holder_id, 0 as steps from latest
    union all
    select walk.customer_id, latest.successor_id, walk.steps + 1
    from walk
    inner join latest on walk.holder_id = latest.customer_id
    where latest.closed_reason = 'merged' and latest.closed_on <= t and steps < 20
),
ends as (
    select customer_id, holder_id
    from walk
    qualify steps = max(steps) over (partition by customer_id)
)
select
    customer_id,
    holder_id in (select customer_id from in_service)
    and holder_id in (select customer_id from billed) as is_active
from ends
"""


def delivery(folder: Path) -> duckdb.DuckDBPyConnection:
    """Everything a written delivery holds, and the shipped lists, as views."""
    con = duckdb.connect()
    entities = {path.stem: path for path in folder.glob("*.parquet")}
    delivered = {path.stem: path for path in (folder / "reference").glob("*.csv")}
    # Of one name the delivery comes first; `members.csv` of ours is no entity.
    shipped = {path.stem: path for path in (PROJECT / "seeds").glob("*.csv")}
    for name, path in (shipped | delivered | entities).items():
        con.execute(f"create view {name} as from '{path}'")
    con.execute(ACTIVE)
    return con


def one(con: duckdb.DuckDBPyConnection, sql: str) -> tuple:
    """The only row of a query."""
    (row,) = con.execute(sql).fetchall()
    return row
