"""One customer, KPI and period: what its rows add, and what the release says of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from jike.ground.errors import Message, WrongInputError
from jike.kpis.catalogue import Kpi, Part
from jike.kpis.cuts import CUSTOMARY, USUAL_LAG
from jike.releases.manifest import Release
from jike.releases.opening import rows
from jike.releases.question import Question, Row
from jike.releases.scope import Scope

WITHOUT_NAMES = Scope(None, sees_protected=False)
"""Everything, names and phones masked: a trace is copied into mails."""

COUNTED = {
    "active_customers": ("fct_customer_months", "1"),
    "lost_customers": ("fct_lost_customers", "1"),
    "cohort_customers": ("fct_cohort", "1"),
    "cohort_active_customers": ("fct_cohort", "cast(parts.is_active as int)"),
    "kept_cohort_customers": ("fct_cohort", "cast(not parts.is_admin_closed as int)"),
    "kept_cohort_active_customers": (
        "fct_cohort",
        "cast(parts.is_active and not parts.is_admin_closed as int)",
    ),
    "target_cohort_customers": (
        "fct_cohort",
        "cast(parts.is_target_market = 'true' as int)",
    ),
    "target_cohort_active_customers": (
        "fct_cohort",
        "cast(parts.is_target_market = 'true' and parts.is_active as int)",
    ),
    "returned_customers": ("fct_cohort", "cast(parts.is_returned as int)"),
    "nrr_base_yuan": ("fct_nrr", "parts.base_amount_yuan"),
    "nrr_current_yuan": ("fct_nrr", "parts.current_amount_yuan"),
    "grr_kept_yuan": (
        "fct_nrr",
        "least(parts.base_amount_yuan, parts.current_amount_yuan)",
    ),
    "operating_revenue": ("fct_bills", "parts.billed_amount_yuan"),
    "info_revenue": (
        "fct_bills",
        "case when parts.is_informatisation then parts.billed_amount_yuan end",
    ),
    "demand_calls": ("fct_hotline", "cast(parts.is_demand as int)"),
    "abandons_known_calls": ("fct_hotline", "cast(parts.is_demand as int)"),
    "blocks_known_calls": ("fct_hotline", "cast(parts.is_demand as int)"),
    "answered_calls": ("fct_hotline", "cast(parts.outcome = 'answered' as int)"),
    "abandoned_calls": ("fct_hotline", "cast(parts.outcome = 'abandoned' as int)"),
    "blocked_calls": ("fct_hotline", "cast(parts.outcome = 'blocked' as int)"),
    "overall_points": ("fct_satisfaction", "parts.overall_points"),
    "overall_interviews": (
        "fct_satisfaction",
        "cast(parts.overall_points is not null as int)",
    ),
    "asked_interviews": ("fct_satisfaction", "cast(parts.status <> 'invalid' as int)"),
    "complete_interviews": (
        "fct_satisfaction",
        "cast(parts.status = 'complete' as int)",
    ),
}
"""What one row behind a KPI adds to a measure, by measure: the table, the amount."""

ABOUT_US = f"{CUSTOMARY['competitor']} and {CUSTOMARY['role']}"


@dataclass(frozen=True)
class Rule:
    """One rule as it stands for the customer, with the rows it was read from.

    `holds` None says what is so without deciding anything.
    """

    said: Message
    holds: bool | None
    rows: tuple[Row, ...] = ()


@dataclass
class Case:
    """One customer, KPI and period, and what the release says about them."""

    release: Release
    customer_id: str
    kpi: Kpi
    period: str
    _closures: dict[str, Row | None] = field(default_factory=dict)

    def ask(self, sql: str, tables: Sequence[str], *values: object) -> list[Row]:
        """Answer a question about this case, names masked."""
        question = Question(tuple(tables), sql, tuple(values))
        return rows(question, WITHOUT_NAMES, self.release)

    def check(self) -> None:
        """Refuse a customer that no row of the release names."""
        known = self.ask(
            "select 1 from dim_customers where customer_id = $1 union all "
            "select 1 from fct_bills where customer_id = $1 limit 1",
            ("dim_customers", "fct_bills"),
            self.customer_id,
        )
        if not known:
            raise WrongInputError(
                "release {release} knows no customer {customer}; ids are written as "
                "the deliveries write them",
                release=self.release.number,
                customer=self.customer_id,
            )

    @property
    def counted(self) -> str:
        """The measure of the KPI's numerator."""
        return self.kpi.numerator.measure if self.kpi.numerator else ""

    def amount(self, part: Part) -> Decimal:
        """What the customer's rows add to a part in the period."""
        table, added = COUNTED[part.measure]
        surveyed = table == "fct_satisfaction"
        wave = "months.wave = parts.wave" if surveyed else "false"
        customary = {"fct_satisfaction": ABOUT_US, "fct_nrr": USUAL_LAG}.get(table)
        found = self.ask(
            f"select cast(sum(({added}) * months.month_weight) as decimal(38, 10)) "
            f"as amount from {table} as parts inner join dim_period_months as months "
            "on parts.kpi_month = months.kpi_month where months.period = ? and "
            f"months.over_time = ? and (months.wave is null or {wave}) "
            f"and {customary or 'true'} and parts.customer_id = ?",
            (table, "dim_period_months", "dim_build"),
            self.period,
            part.over_time,
            self.customer_id,
        )
        return Decimal(found[0]["amount"] or 0)

    @cached_property
    def dates(self) -> Row:
        """last_month, and stock_on: the day stocks are counted at the end of."""
        (found,) = self.ask(
            "select p.starts_on, p.last_month, "
            "cast(least(last_day(p.last_month), b.as_of) as date) as stock_on, "
            "b.as_of, b.cohort_on, b.billed_window_months, b.nrr_window_months, "
            "b.nrr_lag_months "
            "from dim_periods as p cross join dim_build as b where p.period = ?",
            ("dim_periods", "dim_build"),
            self.period,
        )
        return found

    @cached_property
    def entities(self) -> dict[str, Row]:
        """dim_entities by entity."""
        found = self.ask("select * from dim_entities", ("dim_entities",))
        return {row["entity"]: row for row in found}

    def months_back(self, months: int) -> date:
        """The first day of a month so many before the period's last."""
        last: date = self.dates["last_month"]
        at = last.year * 12 + last.month - 1 - months
        return date(at // 12, at % 12 + 1, 1)

    def photograph(self, customer: str, day: date) -> Row | None:
        """The last photograph of a customer on or before a day."""
        found = self.ask(
            "select snapshot_on, status, tier, branch_id, is_target_market, closed_on, "
            "closed_reason, successor_id from fct_photographs where customer_id = ? "
            "and snapshot_on <= ? order by snapshot_on desc limit 1",
            ("fct_photographs",),
            customer,
            day,
        )
        return found[0] if found else None

    def closure(self, customer: str) -> Row | None:
        """The closure its last photograph shows, in force by the day of stocks."""
        if customer not in self._closures:
            last = self.photograph(customer, self.dates["as_of"])
            found = None
            if last and last["status"] == "closed":
                closed_from = last["closed_on"] or last["snapshot_on"]
                if closed_from <= self.dates["stock_on"]:
                    found = last | {"closed_from": closed_from}
            self._closures[customer] = found
        return self._closures[customer]

    @cached_property
    def chain(self) -> tuple[list[str], str | None]:
        """The mergers in force from the customer on, and the customer they end in.

        None: it is not merged, or the chain ends nowhere or in a circle.
        """
        path = [self.customer_id]
        while True:
            closure = self.closure(path[-1])
            if not closure or closure["closed_reason"] != "merged":
                return path, path[-1] if len(path) > 1 else None
            successor = closure["successor_id"]
            known = successor and self.ask(
                "select 1 from dim_customers where customer_id = ?",
                ("dim_customers",),
                successor,
            )
            if not known or successor in path:
                return [*path, str(successor or "?")], None
            path.append(successor)


def bill_months(
    case: Case, customer: str, first_day: date, last: date, lasting: bool = False
) -> list[Row]:
    """What a customer was billed month by month; lasting: without one-time charges."""
    kinds = "kind <> 'one_time'" if lasting else "true"
    return case.ask(
        "select customer_id, kpi_month, sum(billed_amount_yuan) as billed_amount_yuan, "
        "count(*) as bill_lines from fct_bills where customer_id = ? and kpi_month "
        f"between ? and ? and {kinds} group by all order by all",
        ("fct_bills",),
        customer,
        first_day,
        last,
    )
