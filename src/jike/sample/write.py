"""The invented province: raw rows from which the promised figures are computed."""

import csv
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from jike.ground.errors import WrongInputError
from jike.ground.home import PROJECT
from jike.ground.quoting import literal

if TYPE_CHECKING:
    import duckdb

SAMPLE = Path(__file__).resolve().parent
SEEDS = PROJECT / "seeds"
STEPS = (
    "draws",
    "customers",
    "pressure",
    "subscriptions",
    "bills",
    "orders",
    "order_steps",
    "members",
    "usage",
    "visits",
    "lists",
    "calls",
    "surveys",
    "hall_visitors",
    "interviews",
    "tickets",
    "halls",
    "control_totals",
)
ENTITIES = {
    "customers": ("photographs", "snapshot_on, customer_id"),
    "orders": ("order_rows", "order_id"),
    "bills": ("bill_lines", "bill_month, bill_line_id"),
    "members": ("member_rows", "customer_id, joined_on, member_id"),
    "survey_responses": ("survey_response_rows", "response_id"),
    "survey_answers": ("survey_answer_rows", "response_id, item_code, answer_code"),
    "calls": ("call_rows", "call_id"),
    "order_steps": ("order_step_rows", "order_id, started_at, step"),
    "member_usage": ("member_usage_rows", "member_id, month"),
    "tickets": ("ticket_rows", "ticket_id"),
    "ticket_routes": ("ticket_route_rows", "ticket_id, seq"),
    "hall_queue": ("hall_queue_rows", "queue_id"),
    "hall_transactions": ("hall_transaction_rows", "transaction_id"),
    "visits": ("visit_rows", "visit_id"),
    "competitor_events": ("competitor_event_rows", "event_id"),
    "control_totals": ("control_total_rows", "month, branch_id, measure"),
}
LISTS = {
    "kpi_targets": "branch_id, period, kpi",
    "market_universe": "branch_id, industry, counted_on",
}


def write_sample(out: Path, scale: int = 1) -> list[tuple[str, int]]:
    """Write a delivery of the invented province into a folder.

    Gives (entity or list, rows) for every file written: Parquet files of the entities
    and `reference/*.csv` with the lists of the province. The bytes depend on the scale
    only. The scale multiplies customers and what hangs on them everywhere but in the
    two counties of which exact figures are promised.

    Raises:
        WrongInputError: the scale is less than 1.
    """
    import duckdb

    if scale < 1:
        raise WrongInputError(
            "--scale {scale}: give a whole number from 1 on.", scale=scale
        )
    with (
        tempfile.TemporaryDirectory(prefix="jike-sample-") as scratch,
        duckdb.connect(config={"temp_directory": scratch}) as con,
    ):
        return write_with(con, out, scale)


def write_with(
    con: "duckdb.DuckDBPyConnection", out: Path, scale: int
) -> list[tuple[str, int]]:
    """Do the work of write_sample in an empty database, with its threads and memory."""
    out.mkdir(parents=True, exist_ok=True)
    _invent(con, scale)
    written = [_write_entity(con, out, entity) for entity in ENTITIES]
    return written + _write_lists(con, out / "reference")


def _invent(con: "duckdb.DuckDBPyConnection", scale: int) -> None:
    # DuckDB draws a bar over slow statements, on a terminal or not.
    con.execute("set enable_progress_bar = false")
    con.execute(f"set variable scale = {int(scale)}")
    for name, path in _given().items():
        con.execute(
            f"create table {name} as from read_csv(?, header = true)", [str(path)]
        )
    for step in STEPS:
        con.execute((SAMPLE / f"{step}.sql").read_text(encoding="utf-8"))


def _given() -> dict[str, Path]:
    """Lists the rows are invented from: of the province, of the defaults, of plans."""
    return (
        {
            name: SAMPLE / "reference" / f"{name}.csv"
            for name in ("branches", "halls", "centre_coverage")
        }
        | {
            name: SEEDS / f"{name}.csv"
            for name in ("products", "holidays", "survey_items", "tiers")
        }
        | {path.stem: path for path in sorted((SAMPLE / "plans").glob("*.csv"))}
    )


def _write_entity(
    con: "duckdb.DuckDBPyConnection", out: Path, entity: str
) -> tuple[str, int]:
    table, order = ENTITIES[entity]
    path = out / f"{entity}.parquet"
    (rows,) = con.execute(
        f"copy (select * from {table} order by {order}) to {literal(path)}"
        " (format parquet, compression zstd, row_group_size 122880)"
    ).fetchall()[0]
    return entity, rows


def _write_lists(con: "duckdb.DuckDBPyConnection", out: Path) -> list[tuple[str, int]]:
    out.mkdir(exist_ok=True)
    written = []
    for path in sorted((SAMPLE / "reference").glob("*.csv")):
        shutil.copyfile(path, out / path.name)
        with path.open(encoding="utf-8", newline="") as file:
            written.append((path.stem, sum(1 for _ in csv.reader(file)) - 1))
    for name, order in LISTS.items():
        (rows,) = con.execute(
            f"copy (select * from {name} order by {order})"
            f" to {literal(out / f'{name}.csv')} (format csv, header)"
        ).fetchall()[0]
        written.append((name, rows))
    return written
