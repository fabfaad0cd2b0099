"""The periods a release knows, and which one a period is compared with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jike.words import wording


@dataclass(frozen=True)
class Period:
    """One period: its code, kind (month, quarter, year, ytd, wave) and days.

    working_days: up to as_of; None where the list of holidays does not reach.
    """

    code: str
    kind: str
    starts_on: date
    ends_on: date
    last_month: date
    is_partial: bool
    working_days: int | None = None

    @property
    def year(self) -> int:
        """The year its targets are taken from."""
        return self.last_month.year


class Periods:
    """All periods of a release, newest first."""

    def __init__(self, every: Iterable[Period]) -> None:
        """Keep the periods in the order given."""
        self.every = tuple(every)
        self._by_code = {period.code: period for period in self.every}

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> "Periods":
        """Take them from the answer to jike.pages.frame.periods()."""
        return cls(
            Period(
                code=row["period"],
                kind=row["period_kind"],
                starts_on=row["starts_on"],
                ends_on=row["ends_on"],
                last_month=row["last_month"],
                is_partial=bool(row["is_partial"]),
                working_days=(
                    None
                    if wording.is_missing(row["working_days"])
                    else int(row["working_days"])
                ),
            )
            for row in rows
        )

    def __getitem__(self, code: str) -> Period:
        """The period of a code."""
        return self._by_code[code]

    def __contains__(self, code: object) -> bool:
        """Whether the release knows a code."""
        return code in self._by_code

    @property
    def part_month(self) -> date | None:
        """The first day of the month that is not over yet; None when all are."""
        parts = (p.last_month for p in self.every if p.kind == "month" and p.is_partial)
        return next(parts, None)

    def choices(self, waves: bool = False) -> tuple[str, ...]:
        """Codes to choose from, without a second name for the running year to date.

        waves: survey waves can be chosen too; they mean nothing to what is no survey.
        """
        named = {p.last_month for p in self.every if p.code == f"{p.year}YTD"}
        return tuple(
            p.code
            for p in self.every
            if not (p.kind == "ytd" and len(p.code) > 7 and p.last_month in named)
            and (waves or p.kind != "wave")
        )

    def wave_of(self, period: Period) -> Period | None:
        """The wave a survey is shown for: the newest one over by the period's end."""
        if period.kind == "wave":
            return period
        waves = [w for w in self._waves() if w.ends_on <= period.ends_on]
        return waves[-1] if waves else None

    def waves_to(self, wave: Period, most: int) -> list[str]:
        """Codes of up to `most` waves ending with one, oldest first."""
        return [w.code for w in self._waves() if w.ends_on <= wave.ends_on][-most:]

    def _waves(self) -> list[Period]:
        waves = [p for p in self.every if p.kind == "wave"]
        return sorted(waves, key=lambda wave: wave.ends_on)

    def months_to(self, period: Period, most: int, same_year: bool) -> list[str]:
        """Codes of up to `most` months ending with a period, oldest first."""
        months = [
            p.code
            for p in self.every
            if p.kind == "month"
            and p.last_month <= period.last_month
            and (not same_year or p.year == period.year)
        ]
        return sorted(months)[-most:]

    def year_before(self, period: Period) -> str | None:
        """The same period a year earlier; none for a part of a period.

        A part holds fewer days than the whole it would be compared with.
        """
        if period.is_partial or period.kind == "wave":
            return None
        return self._known(_shifted(period, 12))

    def before(self, period: Period) -> str | None:
        """The period before of the same kind; of a year to date one month less."""
        if period.is_partial:
            return None
        if period.kind == "wave":
            earlier = self.waves_to(period, 2)[:-1]
            return earlier[0] if earlier else None
        step = {"quarter": 3, "year": 12}.get(period.kind, 1)
        if period.kind == "ytd" and period.last_month.month == 1:
            return None
        return self._known(_shifted(period, step))

    def _known(self, code: str) -> str | None:
        return code if code in self._by_code else None


def _shifted(period: Period, months: int) -> str:
    """The code of a period of the same kind that ends so many months earlier."""
    place = period.last_month.year * 12 + period.last_month.month - 1 - months
    year, month = divmod(place, 12)
    if period.kind == "year":
        return f"{year}"
    if period.kind == "quarter":
        return f"{year}Q{month // 3 + 1}"
    return f"{year}-{month + 1:02d}{'YTD' if period.kind == 'ytd' else ''}"
