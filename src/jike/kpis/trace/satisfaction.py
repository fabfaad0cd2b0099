"""Rules of satisfaction: the interviews that count."""

from jike.ground.errors import Message
from jike.kpis.trace.case import ABOUT_US, Case, Rule


def interviews(case: Case) -> list[Rule]:
    """The interviews with the customer, those about us and complete apart."""
    found = case.ask(
        "select parts.response_id, parts.wave, parts.happened_on, parts.role, "
        "parts.competitor, parts.status, parts.overall_points, "
        f"{ABOUT_US} as is_about_us "
        "from fct_satisfaction as parts inner join dim_period_months as months "
        "on parts.kpi_month = months.kpi_month where months.period = ? "
        "and months.over_time = 'sum' and (months.wave is null or "
        "months.wave = parts.wave) and parts.customer_id = ? order by 1",
        ("fct_satisfaction", "dim_period_months"),
        case.period,
        case.customer_id,
    )
    about_us = [row for row in found if row.pop("is_about_us")]
    return [
        Rule(
            Message("{n} interviews with this customer in the period", n=len(found)),
            bool(found),
            tuple(found),
        ),
        Rule(
            Message(
                "{n} of them about us, by a decision maker, contact or member",
                n=len(about_us),
            ),
            bool(about_us),
        ),
        Rule(
            Message(
                "{n} of those complete",
                n=sum(row["status"] == "complete" for row in about_us),
            ),
            any(row["status"] == "complete" for row in about_us),
        ),
    ]
