"""KPIs composed of the rows behind a family: quantiles, shares of the largest."""

from typing import TYPE_CHECKING

from jike.kpis.compositions.columns import Composition, given
from jike.kpis.cuts import Cut, summed_rows, word

if TYPE_CHECKING:
    from jike.kpis.catalogue import Part

BILL_LINES = "fct_bills"
USAGE = "fct_usage"
ATTENDED = "fct_attended"
WARNINGS = "kpi_retention"


def quantile(cut: Cut, part: "Part") -> Composition:
    """Interpolated quantile of the rows behind a part."""
    table, measure = f"fct_{part.family}", f"parts.{word(part.measure)}"
    text, values = summed_rows(
        cut,
        table,
        part.over_time,
        given(composed=f"quantile_cont({measure}, {float(part.quantile or 0.5)})"),
        condition=f"{measure} is not null",
    )
    return text, values, {word(table)}


def revenue_top10_share(cut: Cut) -> Composition:
    """Share of the ten customers with the largest positive sums in all of them."""
    largest = "sum(case when place <= 10 then amount end)"
    return _concentration(cut, f"cast({largest} as double) / sum(amount)")


def revenue_hhi(cut: Cut) -> Composition:
    """Sum of the squared shares of the customers with a positive sum, 0 to 1."""
    squares = "sum(power(cast(amount as double), 2))"
    return _concentration(cut, f"{squares} / power(sum(amount), 2)")


def _concentration(cut: Cut, composed: str) -> Composition:
    amounts, values = summed_rows(
        cut,
        BILL_LINES,
        "sum",
        "sum(parts.billed_amount_yuan) as amount",
        further=("customer_id",),
    )
    cell = f"period{cut.names()}"
    text = f"""
        with amounts as ({amounts}),
        placed_customers as (
            select {cell}, amount,
                row_number() over (
                    partition by {cell} order by amount desc, customer_id
                ) as place
            from amounts where amount > 0
        )
        select {cell}, {given(composed=composed)} from placed_customers
        group by {cell}"""
    return text, values, {BILL_LINES}


def traffic_top20_share(cut: Cut) -> Composition:
    """Share of the data traffic that the largest fifth of the lines carries."""
    traffic, values = summed_rows(
        cut,
        USAGE,
        "sum",
        "coalesce(sum(parts.data_mb), 0) as data_mb",
        further=("line_number",),
    )
    cell = f"period{cut.names()}"
    composed = given(
        composed="case when sum(data_mb) > 0 then "
        "cast(sum(case when place <= ceil(lines / 5.0) then data_mb end) as double) "
        "/ cast(sum(data_mb) as double) end"
    )
    text = f"""
        with traffic as ({traffic}),
        placed_lines as (
            select {cell}, data_mb,
                count(*) over (partition by {cell}) as lines,
                row_number() over (
                    partition by {cell} order by data_mb desc, line_number
                ) as place
            from traffic
        )
        select {cell}, {composed} from placed_lines group by {cell}"""
    return text, values, {USAGE}


def customers_per_manager(cut: Cut) -> Composition:
    """Active customers with a manager over the distinct managers they name."""
    customers, values = summed_rows(
        cut,
        ATTENDED,
        "last",
        "count(*) as customers, count(distinct parts.manager_number) as managers",
        condition="parts.manager_number is not null",
    )
    composed = given(
        numerator="customers",
        denominator="managers",
        composed="cast(customers as double) / managers",
    )
    text = f"select period{cut.names()}, {composed} from ({customers}) as attended"
    return text, values, {ATTENDED}


def warning_lift(cut: Cut) -> Composition:
    """Share lost among the warned over the share lost among all active customers."""
    counts = {
        "warned": "evaluated_warned_customers",
        "warned_lost": "evaluated_warned_lost_customers",
        "lost": "evaluated_lost_customers",
        "active": "evaluated_customers",
    }
    text, values = summed_rows(
        cut,
        WARNINGS,
        "sum",
        ", ".join(
            f"cast(sum(parts.{column}) as double) as {name}"
            for name, column in counts.items()
        ),
        condition="parts.evaluated_customers is not null",
    )
    composed = given(
        composed="case when warned > 0 and lost > 0 "
        "then (warned_lost / warned) / (lost / active) end"
    )
    return (
        f"select period{cut.names()}, {composed} from ({text}) as evaluated",
        values,
        {WARNINGS},
    )
