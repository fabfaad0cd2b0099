"""Small deliveries: one sound row per entity, written as files that can be loaded."""

import csv
import io
from pathlib import Path

import duckdb

from jike.deliveries import load as loading
from jike.deliveries.faults import FileReport, Plan
from jike.deliveries.options import DeliveryOptions
from jike.deliveries.raw import prepare
from jike.ground.home import Home
from jike.mappings.source import row_source

GOOD: dict[str, dict[str, str]] = {
    "customers": {
        "snapshot_on": "2025-09-30",
        "customer_id": "K1",
        "tier": "A1",
        "branch_id": "C01",
        "status": "active",
        "is_target_market": "true",
        "joined_on": "2020-01-01",
    },
    "members": {"member_id": "M1", "customer_id": "K1", "joined_on": "2021-01-01"},
    "member_usage": {"member_id": "M1", "month": "2025-09-01", "charge": "12.30"},
    "orders": {
        "order_id": "O1",
        "subscription_id": "S1",
        "customer_id": "K1",
        "product_id": "D01",
        "order_type": "new",
        "ordered_at": "2025-09-01 08:00:00",
        "status": "open",
    },
    "order_steps": {
        "order_id": "O1",
        "step": "intake",
        "started_at": "2025-09-01 09:00:00",
    },
    "bills": {
        "bill_line_id": "B1",
        "customer_id": "K1",
        "product_id": "D01",
        "bill_month": "2025-09-01",
        "amount": "100.00",
        "kind": "recurring",
    },
    "survey_responses": {
        "response_id": "R1",
        "wave": "2025H1",
        "customer_id": "K1",
        "role": "contact",
        "status": "complete",
    },
    "survey_answers": {
        "response_id": "R1",
        "item_code": "overall",
        "answer_code": "",
        "score": "9",
    },
    "calls": {
        "call_id": "L1",
        "ended_at": "2025-09-02 09:00:00",
        "outcome": "answered",
    },
    "tickets": {
        "ticket_id": "T1",
        "source": "hotline",
        "class": "complaint",
        "opened_at": "2025-09-02 09:00:00",
        "status": "open",
    },
    "ticket_routes": {
        "ticket_id": "T1",
        "seq": "1",
        "at": "2025-09-02 09:05:00",
        "unit": "desk",
        "was_wrong": "false",
    },
    "hall_queue": {
        "queue_id": "Q1",
        "hall_id": "H1",
        "brand": "gotone",
        "taken_at": "2025-09-02 10:00:00",
    },
    "hall_transactions": {
        "transaction_id": "X1",
        "hall_id": "H1",
        "at": "2025-09-02 10:00:00",
        "service": "payment",
        "self_service": "N",
    },
    "visits": {"visit_id": "V1", "customer_id": "K1", "visited_on": "2025-09-03"},
    "competitor_events": {
        "event_id": "E1",
        "observed_on": "2025-09-03",
        "competitor": "rival",
        "move": "bundle",
    },
    "control_totals": {
        "month": "2025-09-01",
        "branch_id": "P",
        "measure": "info_revenue",
        "value": "1000.00",
    },
}


def csv_of(rows: list[dict[str, str]]) -> bytes:
    """Rows with the same columns as CSV."""
    text = io.StringIO(newline="")
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(text, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def deliver(folder: Path, **files: list[dict[str, str]] | bytes) -> Path:
    """Write <entity>.csv files, or the bytes given, into a folder of a delivery."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        content = rows if isinstance(rows, bytes) else csv_of(rows)
        (folder / f"{name}.csv").write_bytes(content)
    return folder


def deliver_list(folder: Path, name: str, rows: list[dict[str, str]] | bytes) -> Path:
    """Write reference/<name>.csv into a folder of a delivery."""
    deliver(folder / "reference", **{name: rows})
    return folder


def good(entity: str, **changes: str) -> dict[str, str]:
    """The sound row of an entity with other values."""
    return GOOD[entity] | changes


def asked(
    home: Home, folder: Path, mapping: str | None = None, **options: str
) -> DeliveryOptions:
    """What `jike load` is asked for: the mapping by its name."""
    rows_of = row_source(home, mapping) if mapping else None
    return DeliveryOptions(folder, mapping=rows_of, **options)


def load(home: Home, folder: Path, **options: str) -> list[FileReport]:
    """Load a folder as `jike load` does."""
    return loading.load(home, asked(home, folder, **options))


def plan(
    home: Home, folder: Path, **options: str
) -> tuple[list[FileReport], list[Plan]]:
    """Plan a load as `jike load --plan` does."""
    return loading.plan(home, asked(home, folder, **options))


def loaded(home: Home, folder: Path, **options: str) -> dict[str, FileReport]:
    """Load a folder and give the reports by file; the balance holds in each."""
    reports = load(home, folder, **options)
    for report in reports:
        assert report.read == report.accepted + report.quarantined
        assert sum((report.by_rule or {}).values()) == report.quarantined
    return {report.file: report for report in reports}


def built(home: Home) -> duckdb.DuckDBPyConnection:
    """Schema raw of a build of all that was loaded."""
    con = duckdb.connect()
    prepare(con, home)
    return con


def rows(home: Home, sql: str) -> list[tuple]:
    """Rows of schema raw after a build."""
    with built(home) as con:
        return con.execute(sql).fetchall()
