"""Why a customer counts as it does in a KPI: rule by rule, with the rows behind.

What the customer adds is summed from the rows behind the KPI; the rules are read anew
from photographs, services and bills of the same release.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from jike.ground.errors import Message, WrongInputError
from jike.kpis.asking import check_has_waves, load_catalogue, period_kind
from jike.kpis.catalogue import Kpi, Part, find_kpi
from jike.kpis.cuts import ABOUT_US
from jike.releases.opening import Release, rows
from jike.releases.question import Question
from jike.releases.scope import Scope

Row = dict[str, Any]
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


@dataclass(frozen=True)
class Rule:
    """One rule as it stands for the customer, with the rows it was read from.

    `holds` None says what is so without deciding anything.
    """

    said: Message
    holds: bool | None
    rows: tuple[Row, ...] = ()


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
    case = _Case(release, customer_id, kpi, period)
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


@dataclass
class _Case:
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

    def amount(self, part: Part) -> Decimal:
        """What the customer's rows add to a part in the period."""
        table, added = COUNTED[part.measure]
        surveyed = table == "fct_satisfaction"
        wave = "months.wave = parts.wave" if surveyed else "false"
        found = self.ask(
            f"select cast(sum(({added}) * months.month_weight) as decimal(38, 10)) "
            f"as amount from {table} as parts inner join dim_period_months as months "
            "on parts.kpi_month = months.kpi_month where months.period = ? and "
            f"months.over_time = ? and (months.wave is null or {wave}) "
            f"and {ABOUT_US if surveyed else 'true'} and parts.customer_id = ?",
            (table, "dim_period_months"),
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


def _rules(case: _Case) -> list[Rule]:
    kpi = case.kpi
    if kpi.family == "revenue":
        return _revenue(case)
    if kpi.family == "hotline":
        return _calls(case)
    if kpi.family == "satisfaction":
        return _interviews(case)
    if kpi.kpi in ("lost_customers", "customers_lost"):
        return [*_who(case), *_lost(case)]
    if kpi.kpi == "active_customers":
        return [*_who(case), *_own_activity(case)]
    if kpi.kpi in ("nrr", "grr"):
        return [*_who(case), *_windows(case)]
    return [*_who(case), *_cohort(case)]


def _who(case: _Case) -> list[Rule]:
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


def _merger(case: _Case) -> Rule:
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


def _service(case: _Case, customer: str) -> Rule:
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


def _billed(case: _Case, customer: str) -> Rule:
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
    bills = _bill_months(case, customer, first_day, last)
    amount = sum((row["billed_amount_yuan"] for row in bills), Decimal(0))
    return Rule(
        Message(
            "{customer} was billed {amount} yuan from {first} to {last}; it must be "
            "more than 0",
            customer=customer,
            amount=amount,
            first=f"{first_day:%Y-%m}",
            last=f"{last:%Y-%m}",
        ),
        amount > 0,
        tuple(bills),
    )


def _bill_months(
    case: _Case, customer: str, first_day: date, last: date, lasting: bool = False
) -> list[Row]:
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


def _own_activity(case: _Case) -> list[Rule]:
    told = [_service(case, case.customer_id), _billed(case, case.customer_id)]
    if case.chain[1] is not None:
        said = Message("merged into {final}, so not counted", final=case.chain[1])
        told.append(Rule(said, False))
    return [*_photographed_yet(case), *told]


def _photographed_yet(case: _Case) -> list[Rule]:
    """Before the first month with customers nobody is counted."""
    (first,) = case.ask(
        "select min(kpi_month) as month from fct_customer_months",
        ("fct_customer_months",),
    )
    if first["month"] is None or case.dates["last_month"] >= first["month"]:
        return []
    month = f"{first['month']:%Y-%m}"
    return [Rule(Message("customers are counted from {month} on", month=month), False)]


def _cohort(case: _Case) -> list[Rule]:
    """The cohort's photograph, its limits, and the activity of who stands for it."""
    day = _cohort_day(case)
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
    if case.kpi.kpi == "target_market_retention":
        named = bool(photographs) and bool(photographs[0]["is_target_market"])
        told.append(Rule(Message("of the target market in that photograph"), named))
    if case.kpi.kpi == "cohort_retention_excl_admin":
        closure = case.closure(case.customer_id)
        kept = not closure or closure["closed_reason"] not in ("merged", "dissolved")
        told.append(Rule(Message("neither merged nor dissolved by then"), kept))
    stands = case.chain[1] or case.customer_id
    told += [_service(case, stands), _billed(case, stands)]
    if case.kpi.kpi == "returned":
        told.append(_was_away(case))
    return told


def _cohort_day(case: _Case) -> date | None:
    given = case.dates["cohort_on"]
    last: date = case.dates["last_month"]
    wanted = date.fromisoformat(given) if given else date(last.year - 1, 12, 31)
    (found,) = case.ask(
        "select coalesce(max(snapshot_on) filter (snapshot_on <= ?), min(snapshot_on)) "
        "as day from fct_photographs",
        ("fct_photographs",),
        wanted,
    )
    day: date | None = found["day"]
    return day


def _was_away(case: _Case) -> Rule:
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


def _lost(case: _Case) -> list[Rule]:
    lost = case.ask(
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
    for row in lost:
        said = Message(
            "lost in {month}: active the month before and not at its end; reason "
            "{reason}, gone to {to}",
            month=f"{row['kpi_month']:%Y-%m}",
            reason=row["lost_reason"],
            to=row["lost_to"],
        )
        told.append(Rule(said, True, (row,)))
    if not lost:
        told.append(
            Rule(Message("lost in no month of {period}", period=case.period), False)
        )
    return told


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _windows(case: _Case) -> list[Rule]:
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
                "base window {first} to {last}: {amount} yuan without one-time "
                "charges; it must be more than 0",
                **base[0],
            ),
            base[0]["amount"] > 0,
            base[1],
        ),
        Rule(
            Message(
                "current window {first} to {last}: {amount} yuan without one-time "
                "charges; below 0 counts as 0",
                **current[0],
            ),
            None,
            current[1],
        ),
    ]


def _window(
    case: _Case, merged: Sequence[str], months: range
) -> tuple[dict[str, Any], tuple[Row, ...]]:
    first_day, last = case.months_back(months[0]), case.months_back(months[-1])
    found = tuple(
        row
        for customer in [case.customer_id, *merged]
        for row in _bill_months(case, customer, first_day, last, lasting=True)
    )
    amount = sum((row["billed_amount_yuan"] for row in found), Decimal(0))
    told = {"first": f"{first_day:%Y-%m}", "last": f"{last:%Y-%m}", "amount": amount}
    return told, found


def _within_the_bills(case: _Case, first_day: date) -> Rule:
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


def _ends_in(case: _Case, customer: str) -> bool:
    other = _Case(case.release, customer, case.kpi, case.period, case._closures)
    return other.chain[1] == case.customer_id


def _revenue(case: _Case) -> list[Rule]:
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
                "{n} bill lines of the months counted: {amount} yuan",
                n=len(bills),
                amount=_weighed(bills),
            ),
            bool(bills),
            tuple(bills),
        ),
        Rule(
            Message(
                "{n} of them of a product that is informatisation on the first day of "
                "the bill month: {amount} yuan",
                n=len(ours),
                amount=_weighed(ours),
            ),
            bool(ours),
        ),
    ]


def _weighed(bills: Sequence[Row]) -> Decimal:
    return sum(
        (row["billed_amount_yuan"] * row["month_weight"] for row in bills), Decimal(0)
    )


def _calls(case: _Case) -> list[Rule]:
    calls = case.ask(
        "select call_id, happened_at, outcome, is_demand, reason from fct_hotline "
        "where customer_id = ? and kpi_month between ? and ? order by happened_at",
        ("fct_hotline",),
        case.customer_id,
        case.dates["starts_on"].replace(day=1),
        case.dates["last_month"],
    )
    demand = [row for row in calls if row["is_demand"]]
    return [
        Rule(
            Message("{n} calls of this customer in the period", n=len(calls)),
            bool(calls),
            tuple(calls),
        ),
        Rule(
            Message(
                "{n} of them are demand: answered, abandoned or blocked", n=len(demand)
            ),
            bool(demand),
        ),
    ]


def _interviews(case: _Case) -> list[Rule]:
    found = case.ask(
        "select parts.response_id, parts.wave, parts.happened_on, parts.role, "
        "parts.competitor, parts.status, parts.overall_points from fct_satisfaction "
        "as parts inner join dim_period_months as months "
        "on parts.kpi_month = months.kpi_month where months.period = ? "
        "and months.over_time = 'sum' and (months.wave is null or "
        "months.wave = parts.wave) and parts.customer_id = ? order by 1",
        ("fct_satisfaction", "dim_period_months"),
        case.period,
        case.customer_id,
    )
    about_us = [
        row
        for row in found
        if row["competitor"] == "us" and row["role"] != "hall_visitor"
    ]
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
