"""Rules of revenue: the bill lines that count."""

from collections.abc import Sequence
from decimal import Decimal

from jike.ground.errors import Message
from jike.kpis.trace.case import Case, Rule
from jike.releases.question import Row
from jike.words.deployment import chosen


def bill_lines(case: Case) -> list[Rule]:
    """The bill lines of the period, those of informatisation products apart."""
    over_time = case.kpi.numerator.over_time if case.kpi.numerator else "sum"
    bills = case.ask(
        "select parts.bill_line_id, parts.kpi_month, parts.product, parts.kind, "
        "parts.is_informatisation, parts.billed_amount_yuan, months.month_weight "
        "from fct_bills as parts inner join dim_period_months as months "
        "on parts.kpi_month = months.kpi_month where months.period = ? "
        "and months.over_time = ? and months.wave is null and parts.customer_id = ? "
        "order by parts.kpi_month, parts.bill_line_id",
        ("fct_bills", "dim_period_months"),
        case.period,
        over_time,
        case.customer_id,
    )
    ours = [row for row in bills if row["is_informatisation"]]
    return [
        Rule(
            Message(
                "{n} bill lines of the months counted: {amount} {currency}",
                n=len(bills),
                currency=chosen("currency"),
                amount=_weighed(bills),
            ),
            bool(bills),
            tuple(bills),
        ),
        Rule(
            Message(
                "{n} of them of a product that is informatisation on the first day of "
                "the bill month: {amount} {currency}",
                n=len(ours),
                currency=chosen("currency"),
                amount=_weighed(ours),
            ),
            bool(ours),
        ),
    ]


def _weighed(bills: Sequence[Row]) -> Decimal:
    return sum(
        (row["billed_amount_yuan"] * row["month_weight"] for row in bills), Decimal(0)
    )
