"""Rows the page draws, put together from the answers of its questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboards.cards.facts import Facts
from dashboards.cards.rows import named, rows_of
from dashboards.shell.periods import Period
from jike.kpis.ask import kpi_rows
from jike.kpis.change import relative_change
from jike.kpis.cuts import UNKNOWN
from jike.words import wording
from jike.words.language import Words

if TYPE_CHECKING:
    import pandas as pd

    Frame = pd.DataFrame

Names = Mapping[tuple[str, str], Any]

MOST = 15


def arrears(facts: Facts, names: Names, words: Words) -> "pd.DataFrame":
    """Amounts overdue at the period's end by age, the youngest first.

    Columns: age, label, amount (yuan), share (of all arrears). Empty without any.
    """
    import pandas as pd

    rows = {
        row["age"]: float(row["value"])
        for row in rows_of(facts, "arrears", ("age",))
        if not wording.is_missing(row["value"])
    }
    order = [member for dimension, member in names if dimension == "age"]
    total = sum(rows.values())
    found = [
        {
            "age": age,
            "label": named(names, "age", age, words),
            "amount": rows[age],
            "share": rows[age] / total,
        }
        for age in sorted(rows, key=lambda age: (_place(order, age), age))
        if total
    ]
    return pd.DataFrame(found, columns=["age", "label", "amount", "share"])


def _place(order: list[str], member: str) -> int:
    return order.index(member) if member in order else len(order)


def products(facts: Facts, names: Names, words: Words) -> "pd.DataFrame":
    """What active customers hold by product, the most widely held first.

    Columns: product, label, penetration (share), customers (that hold it), of (active
    customers), lines (in service), dedicated (dedicated lines; 0 for other products),
    status. At most MOST products.
    """
    import pandas as pd

    held = {
        row["product"]: row
        for row in rows_of(facts, "penetration", ("product",))
        if row["value"]
    }
    lines = _counts(facts, "lines_in_service")
    dedicated = _counts(facts, "dedicated_lines")
    order = sorted(held, key=lambda code: (-float(held[code]["value"]), code))
    found = [
        {
            "product": code,
            "label": named(names, "product", code, words),
            "penetration": float(held[code]["value"]),
            "customers": int(held[code]["numerator"]),
            "of": int(held[code]["denominator"]),
            "lines": lines.get(code, 0),
            "dedicated": dedicated.get(code, 0),
            "status": held[code]["status"],
        }
        for code in order[:MOST]
    ]
    columns = ["product", "label", "penetration", "customers", "of", "lines"]
    return pd.DataFrame(found, columns=[*columns, "dedicated", "status"])


def _counts(facts: Facts, code: str) -> dict[str, int]:
    return {
        row["product"]: int(row["value"])
        for row in rows_of(facts, code, ("product",))
        if row["value"]
    }


def traffic_share(facts: Facts) -> float | None:
    """Share of the data traffic that the largest fifth of the lines carries."""
    if facts.uncut("traffic_top20_share"):
        return None
    kpi = facts.catalogue["traffic_top20_share"]
    asked = kpi_rows(kpi, (facts.period.code,), where=(*facts.place, *facts.where))
    return wording.number(facts.ask(asked)[0]["value"])


KPI = "info_revenue"

CUTS = ("line", "product", "industry", "tier")
"""What revenue can be seen by on the page, in the order of the choice."""

# A cut by more members than MOST has one row for all the others.
OTHER = "_other"


@dataclass(frozen=True)
class Outlook:
    """The year's revenue so far, where it is heading, and where it should; yuan.

    linear and seasonal are the two forecasts of the year's end, low and high the span
    of the seasonal one over completed years; None where there is none.
    """

    year: int
    months_left: int
    to_date: float | None
    linear: float | None
    seasonal: float | None
    low: float | None
    high: float | None
    base: float | None
    challenge: float | None

    @property
    def span(self) -> tuple[float, float] | None:
        """The lowest and highest forecast; the year itself once it is over."""
        if self.to_date is not None and self.months_left == 0:
            return self.to_date, self.to_date
        known = [v for v in (self.linear, self.seasonal, self.low, self.high) if v]
        return (min(known), max(known)) if known else None

    @property
    def has_interval(self) -> bool:
        """Whether two completed years give the seasonal forecast a span."""
        return self.low is not None and self.high is not None

    @property
    def mean_so_far(self) -> float | None:
        """Mean revenue of the months gone."""
        done = 12 - self.months_left
        return None if self.to_date is None or done == 0 else self.to_date / done

    def needed(self, target: float | None) -> float | None:
        """What every month left must bring for a target; 0 when it is reached."""
        if target is None or self.to_date is None or self.months_left == 0:
            return None
        return max(0.0, target - self.to_date) / self.months_left


def year_to_date(facts: Facts) -> Period:
    """The year to the end of the chosen period, which is itself if it is one."""
    period = facts.period
    if period.kind == "ytd":
        return period
    code = f"{period.last_month:%Y-%m}YTD"
    known = code in facts.periods
    return facts.periods[code] if known else period


def outlook(facts: Facts) -> Outlook:
    """The outlook on the year of the chosen period."""
    period = year_to_date(facts)
    seasonal = facts.row("info_revenue_forecast_seasonal")
    question = kpi_rows(
        facts.catalogue[KPI], (period.code,), where=(*facts.place, *facts.where)
    )
    return Outlook(
        year=period.year,
        months_left=12 - period.last_month.month,
        to_date=wording.number(facts.ask(question)[0]["value"]),
        linear=facts.value("info_revenue_forecast"),
        seasonal=wording.number(seasonal.get("value")),
        low=wording.number(seasonal.get("low")),
        high=wording.number(seasonal.get("high")),
        base=facts.target(KPI, "base_target"),
        challenge=facts.target(KPI, "challenge_target"),
    )


def months(facts: Facts) -> "pd.DataFrame":
    """Revenue of the year's months beside those of the year before.

    Columns: month (1 to 12), amount (null for months to come), before, is_partial,
    total and total_before (the year up to each month). One row per month of the year;
    empty when no month of the year has revenue.
    """
    import pandas as pd

    period = year_to_date(facts)
    year = period.year
    codes = [f"{y}-{m:02d}" for y in (year - 1, year) for m in range(1, 13)]
    codes = [
        code
        for code in codes
        if code in facts.periods and facts.periods[code].last_month <= period.last_month
    ]
    question = kpi_rows(
        facts.catalogue[KPI], tuple(codes), where=(*facts.place, *facts.where)
    )
    values = {
        row["period"]: wording.number(row["value"]) for row in facts.ask(question)
    }
    rows = [
        {
            "month": month,
            "amount": values.get(f"{year}-{month:02d}"),
            "before": values.get(f"{year - 1}-{month:02d}"),
            "is_partial": _is_partial(f"{year}-{month:02d}", facts),
        }
        for month in range(1, 13)
    ]
    frame = pd.DataFrame(rows)
    frame[["amount", "before"]] = frame[["amount", "before"]].astype(float)
    if frame["amount"].notna().sum() == 0:
        return frame.iloc[:0]
    frame["total"] = frame["amount"].cumsum()
    frame["total_before"] = frame["before"].cumsum()
    return frame


def _is_partial(code: str, facts: Facts) -> bool:
    return code in facts.periods and facts.periods[code].is_partial


def by_member(
    facts: Facts,
    dimension: str,
    names: Mapping[tuple[str, str], Any],
    words: Words,
) -> "pd.DataFrame":
    """The year to date by the members of a dimension, the largest first.

    Columns: member, label, amount, before (the same months of the year before; null
    when there are none), growth (null on a base of 0), share (of the total). Members
    beyond MOST are one row `_other`; it and what nobody knows come last.
    """
    import pandas as pd

    period = year_to_date(facts)
    before = facts.periods.year_before(period)
    question = kpi_rows(
        facts.catalogue[KPI],
        tuple(code for code in (period.code, before) if code),
        by=(dimension,),
        where=(*facts.place, *facts.where),
    )
    found: dict[str, dict[str, float]] = {}
    for row in facts.ask(question):
        amounts = found.setdefault(str(row[dimension]), {})
        amounts[row["period"]] = wording.number(row["value"]) or 0.0
    rows = [
        {
            "member": member,
            "label": words.name(names[dimension, member])
            if (dimension, member) in names
            else member,
            "amount": amounts.get(period.code, 0.0),
            "before": amounts.get(before, 0.0) if before else None,
        }
        for member, amounts in found.items()
    ]
    frame = pd.DataFrame(rows, columns=["member", "label", "amount", "before"])
    # A product that is no informatisation has no revenue of it: not a row of zeros.
    frame = frame[(frame["amount"] != 0) | (frame["before"].fillna(0) != 0)]
    return _grown(_topped(frame, words))


def _topped(frame: "pd.DataFrame", words: Words) -> "pd.DataFrame":
    import pandas as pd

    frame = frame.assign(is_last=frame["member"] == UNKNOWN).sort_values(
        ["is_last", "amount", "member"], ascending=[True, False, True]
    )
    if len(frame) > MOST + 1:
        rest = frame.iloc[MOST:]
        other = {
            "member": OTHER,
            "label": words.many("{n} other", "{n} others", len(rest)),
            "amount": rest["amount"].sum(),
            "before": rest["before"].sum(min_count=1),
        }
        frame = pd.concat([frame.iloc[:MOST], pd.DataFrame([other])])
    return frame.drop(columns="is_last").reset_index(drop=True)


def _grown(frame: "pd.DataFrame") -> "pd.DataFrame":
    import pandas as pd

    frame[["amount", "before"]] = frame[["amount", "before"]].astype(float)
    pairs = zip(frame["amount"], frame["before"], strict=True)
    growth = [relative_change(now, then) for now, then in pairs]
    total = frame["amount"].sum()
    return frame.assign(
        growth=pd.Series(growth, index=frame.index, dtype=float),
        change=frame["amount"] - frame["before"],
        share=frame["amount"] / total if total > 0 else float("nan"),
    )


def changes(frame: "pd.DataFrame", words: Words) -> "pd.DataFrame":
    """What every member added since the year before: label, change, is_total.

    frame: by_member(). The total first, then the largest gain to the largest loss;
    what the rows add up to is the total. Empty without a year before.
    """
    import pandas as pd

    _ = words
    known = frame[frame["change"].notna()]
    if known.empty:
        return pd.DataFrame(columns=["label", "change", "is_total"])
    ordered = known.sort_values(["change", "member"], ascending=[False, True])
    total = pd.DataFrame(
        [{"label": _("total"), "change": known["change"].sum(), "is_total": True}]
    )
    return pd.concat(
        [total, ordered[["label", "change"]].assign(is_total=False)], ignore_index=True
    )


def first_of(month: int, year: int) -> date:
    """The first day of a month, for its name."""
    return date(year, month, 1)
