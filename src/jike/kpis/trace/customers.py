"""Rules of who is a customer: photograph, closure, mergers, service, bills, loss."""

from datetime import date, timedelta
from decimal import Decimal

from jike.ground.errors import Message
from jike.kpis.trace.case import Case, Rule, bill_months
from jike.words.deployment import chosen


def who(case: Case) -> list[Rule]:
    """Photograph, closure and mergers as they stand at the end of the period."""
    day = case.dates["stock_on"]
    found = case.photograph(case.customer_id, day)
    said = Message("no photograph shows it by {day}", day=day)
    if found:
        said = Message(
            "photograph of {day}: {status}, tier {tier}, branch {branch}",
            day=found["snapshot_on"],
            status=found["status"],
            tier=found["tier"] or "-",
            branch=found["branch_id"],
        )
    told = [Rule(said, None, (found,) if found else ())]
    closure = case.closure(case.customer_id)
    if closure is None:
        told.append(Rule(Message("no closure is in force on {day}", day=day), None))
        return told
    told.append(
        Rule(
            Message(
                "closed from {day} on, reason {reason}",
                day=closure["closed_from"],
                reason=closure["closed_reason"] or "-",
            ),
            None,
            (closure,),
        )
    )
    if closure["closed_reason"] == "merged":
        told.append(_merger(case))
    return told


def _merger(case: Case) -> Rule:
    path, final = case.chain
    chain = " → ".join(path)
    if final is None:
        said = Message(
            "merged, {chain}, which ends nowhere or in a circle: its own rows count",
            chain=chain,
        )
    else:
        said = Message(
            "merged, {chain}: {final} stands for it", chain=chain, final=final
        )
    found = tuple(
        {"customer_id": one, **closure}
        for one in path
        if (closure := case.closure(one)) is not None
    )
    return Rule(said, None, found)


def service(case: Case, customer: str) -> Rule:
    """In service on the day: a stretch that covers it, else the photograph."""
    day = case.dates["stock_on"]
    if not case.entities["orders"]["is_delivered"]:
        found = case.photograph(customer, day)
        status = found["status"] if found else "-"
        return Rule(
            Message(
                "{customer}: orders are not delivered, its photograph says {status}",
                customer=customer,
                status=status,
            ),
            status in ("active", "suspended"),
            (found,) if found else (),
        )
    spans = case.ask(
        "select subscription_id, product, valid_from, valid_to, from_order_id, "
        "to_order_id from fct_services where customer_id = ? and valid_from <= ? "
        "order by valid_to desc, subscription_id",
        ("fct_services",),
        customer,
        day,
    )
    running = sum(span["valid_to"] > day for span in spans)
    return Rule(
        Message(
            "{customer} has {running} subscriptions in service on {day}",
            customer=customer,
            running=running,
            day=day,
        ),
        running > 0,
        tuple(spans),
    )


def billed(case: Case, customer: str) -> Rule:
    """Billed: a positive sum over the window; None when the condition is dropped."""
    first_day = case.months_back(case.dates["billed_window_months"] - 1)
    last = case.dates["last_month"]
    (begun,) = case.ask("select min(kpi_month) as month from fct_bills", ("fct_bills",))
    early = begun["month"] is not None and last < begun["month"]
    if not case.entities["bills"]["is_delivered"] or early:
        return Rule(
            Message(
                "{customer}: no bills are delivered by {month}, so none are asked for",
                customer=customer,
                month=f"{last:%Y-%m}",
            ),
            None,
        )
    bills = bill_months(case, customer, first_day, last)
    amount = sum((row["billed_amount_yuan"] for row in bills), Decimal(0))
    return Rule(
        Message(
            "{customer} was billed {amount} {currency} from {first} to {last}; it must "
            "be more than 0",
            customer=customer,
            currency=chosen("currency"),
            amount=amount,
            first=f"{first_day:%Y-%m}",
            last=f"{last:%Y-%m}",
        ),
        amount > 0,
        tuple(bills),
    )


def own_activity(case: Case) -> list[Rule]:
    """Whether it is active by its own service and bills."""
    told = [service(case, case.customer_id), billed(case, case.customer_id)]
    if case.chain[1] is not None:
        said = Message("merged into {final}, so not counted", final=case.chain[1])
        told.append(Rule(said, False))
    return [*_photographed_yet(case), *told]


def _photographed_yet(case: Case) -> list[Rule]:
    """Before the first month with customers nobody is counted."""
    (first,) = case.ask(
        "select min(kpi_month) as month from fct_customer_months",
        ("fct_customer_months",),
    )
    if first["month"] is None or case.dates["last_month"] >= first["month"]:
        return []
    month = f"{first['month']:%Y-%m}"
    return [Rule(Message("customers are counted from {month} on", month=month), False)]


def lost(case: Case) -> list[Rule]:
    """In which months of the period it was lost."""
    found = case.ask(
        "select kpi_month, lost_reason, lost_to, successor_id, monthly_amount_yuan "
        "from fct_lost_customers where customer_id = ? and kpi_month between ? and ? "
        "order by 1",
        ("fct_lost_customers",),
        case.customer_id,
        case.dates["starts_on"].replace(day=1),
        case.dates["last_month"],
    )
    months = case.ask(
        "select kpi_month from fct_customer_months where customer_id = ? "
        "and kpi_month between ? and ? order by 1",
        ("fct_customer_months",),
        case.customer_id,
        _month_before(case.dates["starts_on"]),
        case.dates["last_month"],
    )
    active = [f"{row['kpi_month']:%Y-%m}" for row in months]
    told = [
        Rule(
            Message("active at the ends of {months}", months=active or ["-"]),
            None,
            tuple(months),
        )
    ]
    for row in found:
        said = Message(
            "lost in {month}: active the month before and not at its end; reason "
            "{reason}, gone to {to}",
            month=f"{row['kpi_month']:%Y-%m}",
            reason=row["lost_reason"],
            to=row["lost_to"],
        )
        told.append(Rule(said, True, (row,)))
    if not found:
        told.append(
            Rule(Message("lost in no month of {period}", period=case.period), False)
        )
    return told


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
