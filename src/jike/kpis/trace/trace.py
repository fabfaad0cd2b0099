"""Why a customer counts as it does in a KPI: rule by rule, with the rows behind.

What the customer adds is summed from the rows behind the KPI; the rules are read anew
from photographs, services and bills of the same release.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from jike.ground.errors import WrongInputError
from jike.kpis.catalogue import Kpi, Part, find_kpi
from jike.kpis.known import check_has_waves, load_catalogue, period_kind
from jike.kpis.trace.case import COUNTED, Case, Rule
from jike.kpis.trace.customers import lost, own_activity, who
from jike.kpis.trace.hotline import calls
from jike.kpis.trace.retention import cohort, windows
from jike.kpis.trace.revenue import bill_lines
from jike.kpis.trace.satisfaction import interviews
from jike.releases.manifest import Release


@dataclass(frozen=True)
class Trace:
    """What a customer adds to numerator and denominator, and why."""

    customer_id: str
    kpi: Kpi
    period: str
    release: Release
    numerator: Decimal
    denominator: Decimal | None
    rules: tuple[Rule, ...]


def traceable(kpi: Kpi) -> bool:
    """Whether a KPI is counted from rows that name a customer, and has a total."""
    if kpi.needs_dimension:
        return False
    parts = [part for part in (kpi.numerator, kpi.denominator) if part is not None]
    return bool(parts) and all(
        part.measure in COUNTED and part.quantile is None and _is_summed(part)
        for part in parts
    )


def _is_summed(part: Part) -> bool:
    return part.over_time in ("sum", "last", "ytd", "ytd_growth")


def trace(release: Release, customer_id: str, code: str, period: str) -> Trace:
    """Say why a customer counts as it does in a KPI of a release.

    Raises:
        WrongInputError: no such KPI, period or customer in the release, or the KPI is
            not counted from rows of customers.
    """
    kpis = load_catalogue(release)
    kpi = find_kpi(kpis, code)
    if not traceable(kpi):
        known = sorted(code for code, one in kpis.items() if traceable(one))
        raise WrongInputError(
            "{kpi} is not counted customer by customer; trace one of {known}",
            kpi=code,
            known=known,
        )
    check_has_waves(kpi, period, period_kind(period, release))
    case = Case(release, customer_id, kpi, period)
    case.check()
    whole = case.amount(kpi.denominator) if kpi.denominator else None
    return Trace(
        customer_id=customer_id,
        kpi=kpi,
        period=period,
        release=release,
        numerator=case.amount(kpi.numerator) if kpi.numerator else Decimal(0),
        denominator=whole,
        rules=tuple(_rules(case)),
    )


RULES: dict[str, tuple[Callable[[Case], list[Rule]], ...]] = {
    "fct_bills": (bill_lines,),
    "fct_hotline": (calls,),
    "fct_satisfaction": (interviews,),
    "fct_lost_customers": (who, lost),
    "fct_customer_months": (who, own_activity),
    "fct_nrr": (who, windows),
    "fct_cohort": (who, cohort),
}
"""What is told of a customer, by the table that a KPI's numerator is counted from."""


def _rules(case: Case) -> list[Rule]:
    table, _ = COUNTED[case.counted]
    return [rule for told in RULES[table] for rule in told(case)]
