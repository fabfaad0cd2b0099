"""Rules of the hotline: the calls that are demand."""

from jike.ground.errors import Message
from jike.kpis.trace.case import Case, Rule


def calls(case: Case) -> list[Rule]:
    """The calls of the customer in the period, those of demand apart."""
    found = case.ask(
        "select call_id, happened_at, outcome, is_demand, reason from fct_hotline "
        "where customer_id = ? and kpi_month between ? and ? order by happened_at",
        ("fct_hotline",),
        case.customer_id,
        case.dates["starts_on"].replace(day=1),
        case.dates["last_month"],
    )
    demand = [row for row in found if row["is_demand"]]
    return [
        Rule(
            Message("{n} calls of this customer in the period", n=len(found)),
            bool(found),
            tuple(found),
        ),
        Rule(
            Message(
                "{n} of them are demand: answered, abandoned or blocked", n=len(demand)
            ),
            bool(demand),
        ),
    ]
