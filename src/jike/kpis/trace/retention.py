"""Rules of retention: the cohort, who came back, the two windows of NRR and GRR."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jike.ground.errors import Message
from jike.kpis.trace.case import Case, Rule, bill_months
from jike.kpis.trace.customers import billed, service
from jike.releases.question import Row
from jike.words.deployment import chosen


def cohort(case: Case) -> list[Rule]:
    """The cohort's photograph, its limits, and the activity of who stands for it."""
    wanted = _cohort_on(case)
    day = _cohort_day(case, wanted)
    if day is None:
        none = Message("no photograph of customers on or before {day}", day=wanted)
        return [Rule(none, False)]
    photographs = case.ask(
        "select snapshot_on, status, tier, branch_id, is_target_market from "
        "fct_photographs where customer_id = ? and snapshot_on = ?",
        ("fct_photographs",),
        case.customer_id,
        day,
    )
    shown = bool(photographs) and photographs[0]["status"] in ("active", "suspended")
    said = Message("active or suspended in the cohort's photograph of {day}", day=day)
    told = [Rule(said, shown, tuple(photographs))]
    if case.counted == "target_cohort_active_customers":
        named = bool(photographs) and bool(photographs[0]["is_target_market"])
        told.append(Rule(Message("of the target market in that photograph"), named))
    if case.counted == "kept_cohort_active_customers":
        closure = case.closure(case.customer_id)
        kept = not closure or closure["closed_reason"] not in ("merged", "dissolved")
        told.append(Rule(Message("neither merged nor dissolved by then"), kept))
    stands = case.chain[1] or case.customer_id
    told += [service(case, stands), billed(case, stands)]
    if case.counted == "returned_customers":
        told.append(_was_away(case))
    return told


def _cohort_on(case: Case) -> date:
    given = case.dates["cohort_on"]
    last: date = case.dates["last_month"]
    return date.fromisoformat(given) if given else date(last.year - 1, 12, 31)


def _cohort_day(case: Case, wanted: date) -> date | None:
    (found,) = case.ask(
        "select max(snapshot_on) as day from fct_photographs where snapshot_on <= ?",
        ("fct_photographs",),
        wanted,
    )
    day: date | None = found["day"]
    return day


def _was_away(case: Case) -> Rule:
    last: date = case.dates["last_month"]
    months = case.ask(
        "select kpi_month, is_active from fct_cohort where customer_id = ? "
        "and kpi_month between ? and ? order by 1",
        ("fct_cohort",),
        case.customer_id,
        date(last.year, 1, 1),
        last - timedelta(days=1),
    )
    away = any(not row["is_active"] for row in months)
    return Rule(
        Message("inactive at a month end of the year before"), away, tuple(months)
    )


def windows(case: Case) -> list[Rule]:
    """What was billed in the two windows, by the customer and those merged into it."""
    window, lag = case.dates["nrr_window_months"], case.dates["nrr_lag_months"]
    final = case.chain[1]
    if final is not None:
        said = Message("its amounts are added to those of {final}", final=final)
        return [Rule(said, False)]
    merged = [
        row["customer_id"]
        for row in case.ask(
            "select distinct customer_id from fct_photographs "
            "where closed_reason = 'merged' and customer_id <> ?",
            ("fct_photographs",),
            case.customer_id,
        )
        if _ends_in(case, row["customer_id"])
    ]
    base = _window(case, merged, range(window + lag - 1, lag - 1, -1))
    current = _window(case, merged, range(window - 1, -1, -1))
    return [
        _within_the_bills(case, case.months_back(window + lag - 1)),
        Rule(
            Message(
                "base window {first} to {last}: {amount} {currency} without one-time "
                "charges; it must be more than 0",
                currency=chosen("currency"),
                **base[0],
            ),
            base[0]["amount"] > 0,
            base[1],
        ),
        Rule(
            Message(
                "current window {first} to {last}: {amount} {currency} without "
                "one-time charges; below 0 counts as 0",
                currency=chosen("currency"),
                **current[0],
            ),
            None,
            current[1],
        ),
    ]


def _window(
    case: Case, merged: Sequence[str], months: range
) -> tuple[dict[str, Any], tuple[Row, ...]]:
    first_day, last = case.months_back(months[0]), case.months_back(months[-1])
    found = tuple(
        row
        for customer in [case.customer_id, *merged]
        for row in bill_months(case, customer, first_day, last, lasting=True)
    )
    amount = sum((row["billed_amount_yuan"] for row in found), Decimal(0))
    told = {"first": f"{first_day:%Y-%m}", "last": f"{last:%Y-%m}", "amount": amount}
    return told, found


def _within_the_bills(case: Case, first_day: date) -> Rule:
    (bills,) = case.ask(
        "select min(kpi_month) as first_month, max(kpi_month) as last_month "
        "from fct_bills",
        ("fct_bills",),
    )
    begun, ended = bills["first_month"], bills["last_month"]
    inside = begun is not None and begun <= first_day
    return Rule(
        Message(
            "both windows must lie within the bills delivered, {first} to {last}",
            first=f"{begun:%Y-%m}" if begun else "-",
            last=f"{ended:%Y-%m}" if ended else "-",
        ),
        inside and case.dates["last_month"] <= ended,
    )


def _ends_in(case: Case, customer: str) -> bool:
    other = Case(case.release, customer, case.kpi, case.period, case._closures)
    return other.chain[1] == case.customer_id
