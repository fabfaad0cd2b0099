"""The shipped mappings: on files made here, and on the public data they are for."""

import csv
import json
import os
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from jike.cli import parser
from jike.ground.home import Home
from tests.fixtures.deliveries import loaded, rows

PUBLIC = Path(os.environ.get("JIKE_PUBLIC_DATA", "/nowhere"))


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "2025-09-30"
    made.mkdir()
    return made


def write(folder, name, head, *lines, delimiter=","):
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([head, *lines])


def test_calls_of_a_call_centre(home, folder):
    head = [
        "Call ID",
        "Caller",
        "Customer",
        "Started",
        "Menu",
        "Waited",
        "Talked",
        "Result",
        "Line",
    ]
    write(
        folder,
        "calls_202509.csv",
        head,
        [
            "1",
            "138",
            "K1",
            "02.09.2025 09:00:00",
            "0:20",
            "1:05",
            "0:03:00",
            "Answered",
            "",
        ],
        ["2", "138", "", "02.09.2025 23:59:50", "0:05", "0:10", "", "Abandoned", ""],
        ["3", "", "", "03.09.2025 10:00:00", "1:00", "", "", "Self-service", ""],
        ["4", "139", "", "09/03/2025 10:00", "0:10", "0:10", "", "Busy", ""],
        ["5", "139", "", "03.09.2025 10:00:00", "0:10", "ten", "", "Busy", ""],
        ["6", "139", "", "03.09.2025 10:00:00", "0:10", "0:10", "", "Lost", ""],
    )
    report = loaded(home, folder, mapping="call_export")["call_export/calls.sql"]
    assert report.by_rule == {"type": 2, "code": 1}
    assert [(f.column, f.file, f.line) for f in report.faults] == [
        ("ivr_at", "calls_202509.csv", 5),
        ("ended_at", "calls_202509.csv", 6),
        ("outcome", "calls_202509.csv", 7),
    ]
    found = rows(
        home,
        "select call_id, queued_at, answered_at, ended_at, outcome from raw.calls "
        "order by 1",
    )
    at = datetime(2025, 9, 2, 9, 0, 20)
    assert found == [
        (
            "1",
            at,
            at.replace(minute=1, second=25),
            at.replace(minute=4, second=25),
            "answered",
        ),
        (
            "2",
            datetime(2025, 9, 2, 23, 59, 55),
            None,
            datetime(2025, 9, 3, 0, 0, 5),
            "abandoned",
        ),
        ("3", None, None, datetime(2025, 9, 3, 10, 1), "ivr_contained"),
    ]
    callers = rows(
        home, "select count(distinct caller), max(length(caller)) from raw.calls"
    )
    assert callers == [(1, 64)]


def test_tickets_of_a_service_desk(home, folder):
    head = [
        "Number",
        "Kind",
        "Channel",
        "Customer",
        "Opened",
        "Due",
        "Answered",
        "Closed",
        "Withdrawn",
    ]
    none = "01/01/1900 00:00"
    write(
        folder,
        "tickets.csv",
        head,
        [
            "T1",
            "Complaint",
            "Phone",
            "K1",
            "09/02/2025 08:00",
            "09/04/2025 08:00",
            "09/03/2025 09:30",
            none,
            "N",
        ],
        ["T2", "Question", "Web", "", "09/13/2025 08:00", "-", none, none, "是"],
        ["T3", "Fault", "E-mail", "", "13/09/2025 08:00", "", "", "", "N"],
        ["T4", "Request", "Fax", "", "09/13/2025 08:00", "", "", "", "N"],
        ["T5", "Request", "Shop", "", "09/13/2025 08:00", "", "", "", "maybe"],
        delimiter=";",
    )
    reports = loaded(home, folder, mapping="ticket_export")
    assert reports["ticket_export/tickets.sql"].by_rule == {"type": 1, "code": 2}
    assert rows(
        home,
        "select ticket_id, class, source, promised_at, replied_at, closed_at, status "
        "from raw.tickets order by 1",
    ) == [
        (
            "T1",
            "complaint",
            "hotline",
            datetime(2025, 9, 4, 8),
            datetime(2025, 9, 3, 9, 30),
            None,
            "replied",
        ),
        ("T2", "enquiry", "web", None, None, None, "withdrawn"),
    ]


def test_a_bill_sheet_with_twelve_columns_of_months(home, folder):
    book = openpyxl.Workbook()
    book.active.append(
        ["客户编号", "产品编码", "年份", *(f"{m}月" for m in range(1, 13))]
    )
    book.active.append(["K1", "L01", 2025, *range(100, 109), None, None, None])
    book.active.append(["K1", "L01", 2025, 5, *["-"] * 11])
    book.active.append(["K2", "D01", 2024, *[None] * 11, "1,200.50"])
    book.active.append(["K2", "D01", 2024, "viel", *[None] * 11])
    book.save(folder / "bills_2025.xlsx")
    reports = loaded(home, folder, mapping="bill_sheet")
    assert reports["bills_2025.xlsx"].read == 4
    report = reports["bill_sheet/bills.sql"]
    assert (report.read, report.by_rule) == (12, {"type": 1})
    assert report.faults[0].sentence == (
        "bills_2025.xlsx line 5, column amount: rule type (rows: 1)"
    )
    assert rows(
        home,
        "select customer_id, min(bill_month), max(bill_month), count(*), sum(amount), "
        "max(bill_line_id) from raw.bills group by 1 order by 1",
    ) == [
        (
            "K1",
            date(2025, 1, 1),
            date(2025, 9, 1),
            10,
            Decimal("941.00"),
            "K1-L01-2025-9-1",
        ),
        (
            "K2",
            date(2024, 12, 1),
            date(2024, 12, 1),
            1,
            Decimal("1200.50"),
            "K2-D01-2024-12-1",
        ),
    ]


# --- public data: read where they lie, through the command line


def answers(home, capsys, kpi, *options):
    assert parser.main(["--home", str(home.root), "kpi", kpi, *options, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def published(home, name, capsys):
    """Run the delivery of a public data set; gives the figures it is to reach."""
    folder = PUBLIC / name.replace("_", "-")
    if not folder.is_dir():
        pytest.skip("JIKE_PUBLIC_DATA names no folder with this data set")
    assert (
        parser.main(["--home", str(home.root), "run", str(folder), "--mapping", name])
        == 0
    )
    capsys.readouterr()
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_telco_customers_reach_the_published_figures(home, capsys):
    expected = published(home, "telco_customers", capsys)
    period = ("--period", "2017-09")
    (whole,) = answers(home, capsys, "cohort_retention", *period)
    assert (whole["numerator"], whole["denominator"]) == (7043 - 1869, 7043)
    assert whole["value"] == pytest.approx(
        expected["overall"]["retention_rate"], abs=5e-6
    )
    found = {
        row["segment"]: (row["denominator"], round(row["value"], 6))
        for row in answers(home, capsys, "cohort_retention", *period, "--by", "segment")
    }
    assert found == {
        row["contract"]: (row["customers"], row["retention_rate"])
        for row in expected["by_contract"]
    }
    (grr,) = answers(home, capsys, "grr", *period)
    assert round(grr["value"], 6) == expected["billing"]["gross_revenue_retention"]
    assert grr["denominator"] == expected["billing"]["monthly_charges"]
    (lost,) = answers(home, capsys, "lost_customers", *period)
    assert lost["value"] == expected["overall"]["churned"]


@pytest.mark.slow
def test_subscription_periods_reach_the_published_figures(home, capsys):
    expected = published(home, "subscription_periods", capsys)
    months = [m for m in expected["monthly"] if "2017-10" <= m["mon"] < "2020-02"]
    assert len(months) == 27
    for kpi in ("grr", "nrr"):
        for month in months:
            period = month["mon"][:7]
            (row,) = answers(home, capsys, kpi, "--period", period)
            value = None if row["value"] is None else round(row["value"], 6)
            assert (period, kpi, value) == (period, kpi, month[kpi])


@pytest.mark.slow
def test_cdnow_reaches_what_kpis_can_express_and_nothing_is_made_up(home, capsys):
    # Not expressible: counts of lines and of discs, means per order, orders per
    # customer, days, shares of customers who came again, orders of no value.
    expected = published(home, "cdnow", capsys)
    assert rows(
        home,
        "select count(*), count(distinct bill_line_id), sum(amount), "
        "count(distinct customer_id), count(*) filter (amount = 0) from raw.bills",
    ) == [
        (
            expected["overall"]["transactions"],
            expected["overall"]["transactions"],
            Decimal(str(expected["overall"]["revenue"])),
            expected["overall"]["customers"],
            expected["overall"]["zero_value_orders"],
        )
    ]
    (revenue,) = answers(home, capsys, "operating_revenue", "--period", "all")
    assert revenue["value"] == expected["overall"]["revenue"]
    cohorts = {}
    for month in expected["by_month"]:
        period = ("--period", month["mon"])
        (revenue,) = answers(home, capsys, "operating_revenue", *period)
        (buyers,) = answers(home, capsys, "acquisition_retention", *period)
        assert revenue["value"] == month["revenue"]
        assert buyers["numerator"] == month["buyers"]
        for unknown in ("active_customers", "customer_churn", "cohort_retention"):
            (row,) = answers(home, capsys, unknown, *period)
            assert (row["value"], row["status"]) == (None, "no_data")
            assert row["reason"].startswith("not delivered: customers")
        by = ("--by", "acquired_month,age_months")
        for row in answers(home, capsys, "acquisition_retention", *period, *by):
            found = row["numerator"], row["denominator"], round(row["value"], 6)
            cohorts[row["acquired_month"], int(row["age_months"])] = found
    sizes = {
        row["cohort"]: row["active"]
        for row in expected["cohort_activity"]
        if not row["k"]
    }
    assert sum(sizes.values()) == expected["overall"]["customers"]
    for row in expected["cohort_activity"]:
        told = row["active"], sizes[row["cohort"]], row["share"]
        assert cohorts[row["cohort"], row["k"]] == told


@pytest.mark.slow
def test_a_call_centres_days_reach_what_kpis_can_express(home, capsys):
    # Not expressible: KPIs of single days, means, medians, spreads and shares over
    # periods, the waiting time, the service level (a percentage of an unknown number
    # of calls).
    expected = published(home, "daily_call_center", capsys)
    whole = expected["overall"]
    assert rows(home, "select count(*) from raw.call_intervals") == [
        (whole["periods"],)
    ]
    every = ("--period", "all")
    unknown = ("service_level_15s", "blocked_rate", "asa_median")
    known = ("call_demand", "calls_answered", "connection_rate", "abandonment_rate")
    found = {
        kpi: answers(home, capsys, kpi, *every)[0] for kpi in (*known, "asa", *unknown)
    }
    assert found["call_demand"]["value"] == whole["incoming"]
    assert found["calls_answered"]["value"] == whole["answered"]
    assert found["abandonment_rate"]["numerator"] == whole["abandoned"]
    for kpi, name in (
        ("connection_rate", "pooled_answer_rate"),
        ("abandonment_rate", "pooled_abandonment_rate"),
        ("asa", "answered_weighted_asa"),
    ):
        assert round(found[kpi]["value"], 6) == whole[name]
    for kpi in unknown:
        assert (found[kpi]["value"], found[kpi]["status"]) == (None, "no_data")
    for day in expected["first_rows"]:
        on = date(2025, 9, 30) - timedelta(days=whole["periods"] - day["i"])
        assert rows(
            home,
            "select offered, answered, abandoned, "
            "cast(answer_seconds / answered as double), "
            "cast(handle_seconds / answered as double) "
            f"from raw.call_intervals where cast(starts_at as date) = '{on}'",
        ) == [
            tuple(
                day[name]
                for name in ("incoming", "answered", "abandoned", "asa", "talk")
            )
        ]
