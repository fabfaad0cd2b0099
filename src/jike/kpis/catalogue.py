"""The catalogue: what a KPI is called, which parts make it, how it may be cut."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from math import inf
from pathlib import Path
from typing import Any

from jike.ground.errors import WrongInputError
from jike.ground.home import PROJECT
from jike.releases.tables import tables_read
from jike.words.deployment import usual
from jike.words.language import Words

CATALOGUE = PROJECT / "seeds" / "kpis.csv"

SAID = ("name_", "short_", "definition_", "counted_in_")
"""Columns of the catalogue that there is one of for every language."""

BRANCH_DIMENSIONS = ("branch", "city", "county")

COMPOSED_OF_ROWS = frozenset(
    {
        "account_satisfaction",
        "competitor_lead",
        "consistency",
        "importance",
        "revenue_hhi",
        "revenue_top10_share",
        "satisfaction_weighted",
        "score_distribution",
        "short_board_index",
    }
)
"""What is composed of no part, but of rows that hold their free cuts."""


@dataclass(frozen=True)
class FreeCut:
    """A column x_<name> by which the KPIs of a family are cut.

    `members` says how many there are. A protected one names persons: pages show it
    nowhere, and a scope that does not see what is protected has `***` for all of them.
    """

    name: str
    entity: str
    said: Mapping[str, str | None]
    is_protected: bool
    members: int


@dataclass(frozen=True)
class Part:
    """A sum that can be added up: a measure of a family's table.

    `over_time` says how it goes over the months of a period (sum, last, ytd,
    ytd_growth, full_months, full_months_ytd, opening, whole), `when_empty` what no
    row means (zero, or none: not measured), `needs_dimension` without which dimension
    it means nothing, `ignores` which it is not cut by, `quantile` which one of the
    rows is meant.
    """

    part: str
    measure: str
    family: str
    over_time: str
    when_empty: str
    needs_dimension: tuple[str, ...] = ()
    ignores: str | None = None
    quantile: float | None = None
    reads_answers: bool = False


@dataclass(frozen=True)
class Kpi:
    """One row of the catalogue, its parts resolved (None for a composed KPI).

    `counted_per` says how many of its denominator a value speaks of: 1,000 for a rate
    per thousand; `decimals` how many a percentage is written with; `is_of_a_year` that
    it begins anew every year; `composed_by` what composes it anew for every cut; `said`
    holds its texts by column and language; `free_cuts` are those of its family, which
    it is cut by only where it is made of rows (is_of_rows).
    """

    kpi: str
    family: str
    kind: str
    unit: str
    direction: str
    progress: str
    dimensions: tuple[str, ...]
    numerator: Part | None
    denominator: Part | None
    said: Mapping[str, str | None]
    counted_per: int = 1
    decimals: int = 1
    is_of_a_year: bool = False
    composed_by: str | None = None
    composed_needs: tuple[str, ...] = ()
    free_cuts: Mapping[str, FreeCut] = field(default_factory=dict)

    @property
    def is_of_rows(self) -> bool:
        """All it is made of is counted by rows that hold the family's free cuts."""
        parts = [part for part in (self.numerator, self.denominator) if part]
        if not parts:
            return self.composed_by in COMPOSED_OF_ROWS
        return all(
            part.family == self.family
            and part.measure in tables_read().get(f"fct_parts_{part.family}", ())
            for part in parts
        )

    @property
    def needs_dimension(self) -> tuple[str, ...]:
        """Dimensions one of which must be asked for; empty when none must."""
        return self.numerator.needs_dimension if self.numerator else self.composed_needs

    @property
    def rests_on(self) -> tuple[str, ...]:
        """The parts it is made of, else itself: what dim_part_periods knows it by."""
        parts = (self.numerator, self.denominator)
        return tuple(part.part for part in parts if part) or (self.kpi,)

    @property
    def scale(self) -> tuple[float, float]:
        """The least and the most a mean of it can be: indices have both ends.

        A score lies on the scale of its item, which may begin below 0.
        """
        if self.unit == "score":
            return -inf, inf
        high = 100.0 if self.unit == "index" else inf
        return -high if self.kpi == "competitor_lead" else 0.0, high

    @property
    def reads_answers(self) -> bool:
        """Made of survey answers, so that small cells are withheld."""
        if self.family == "satisfaction" and self.numerator is None:
            return True
        return any(
            part.reads_answers for part in (self.numerator, self.denominator) if part
        )

    @property
    def is_of_surveys(self) -> bool:
        """It can be asked for a wave."""
        return self.family == "satisfaction" or self.reads_answers

    def __hash__(self) -> int:
        """Equal codes of one release are one KPI."""
        return hash(self.kpi)

    def name(self, language: str) -> str:
        """Give the name in a language."""
        return Words(language).name(self.said)

    def short_name(self, language: str) -> str:
        """Give what it is called beside another KPI, else its name."""
        if not self.said.get("short_en"):
            return self.name(language)
        return Words(language).name(self.said, "short")

    def counted_in(self, language: str) -> str:
        """Give the counting word of a language that has them: 户, 次; else nothing."""
        return self.said.get(f"counted_in_{language}") or ""

    def definition(self, language: str) -> str:
        """Give the definition in a language."""
        return Words(language).name(self.said, "definition")


def catalogue(
    kpi_rows: Iterable[Mapping[str, Any]],
    part_rows: Iterable[Mapping[str, Any]],
    cut_rows: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Kpi]:
    """Read a release's catalogue, keyed by KPI.

    Args:
        kpi_rows: the rows of dim_kpis; a column that an older release lacks is taken
            from the shipped catalogue.
        part_rows: the rows of dim_parts.
        cut_rows: the rows of dim_free_cuts; each is a dimension of the KPIs of its
            family that are counted by rows.
    """
    parts = {
        row["part"]: Part(
            row["part"],
            row["measure"],
            row["family"],
            row["over_time"],
            row["when_empty"],
            tuple((row["needs_dimension"] or "").split()),
            row["ignores"],
            row["quantile"],
            bool(row["reads_answers"]),
        )
        for row in part_rows
    }
    shipped = _shipped()
    cuts = [(row["family"], _free_cut(row)) for row in cut_rows]
    return {
        row["kpi"]: _with_cuts(
            _kpi({**shipped.get(row["kpi"], {}), **row}, parts), cuts
        )
        for row in kpi_rows
    }


def _free_cut(row: Mapping[str, Any]) -> FreeCut:
    said = {name: text for name, text in row.items() if name.startswith("name_")}
    return FreeCut(
        row["free_cut"], row["entity"], said, row["is_protected"], row["members"]
    )


def _with_cuts(kpi: Kpi, cuts: Iterable[tuple[str, FreeCut]]) -> Kpi:
    own = {cut.name: cut for family, cut in cuts if family == kpi.family}
    dimensions = (*kpi.dimensions, *own) if kpi.is_of_rows else kpi.dimensions
    return replace(kpi, dimensions=dimensions, free_cuts=own)


@cache
def _shipped() -> dict[str, dict[str, str]]:
    return {row["kpi"]: row for row in shipped_rows(CATALOGUE)}


def shipped_rows(path: Path) -> list[dict[str, str]]:
    """Read the shipped catalogue, its texts with the usual parameters."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name: with_usual_parameters(text) for name, text in row.items()}
            for row in csv.DictReader(file)
        ]


def with_usual_parameters(text: str) -> str:
    """Give a text of the shipped catalogue with the defaults of its parameters."""
    for name, value in usual().items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def _kpi(row: Mapping[str, Any], parts: Mapping[str, Part]) -> Kpi:
    return Kpi(
        kpi=row["kpi"],
        family=row["family"],
        kind=row["kind"],
        unit=row["unit"],
        direction=row["direction"],
        progress=row["progress"],
        dimensions=dimensions_of(row["dimensions"]),
        numerator=parts[row["numerator"]] if row["numerator"] else None,
        denominator=parts[row["denominator"]] if row["denominator"] else None,
        said={name: text for name, text in row.items() if name.startswith(SAID)},
        counted_per=int(row["counted_per"] or 1),
        decimals=int(row["decimals"] or 1),
        is_of_a_year=row["is_of_a_year"] in (True, "true"),
        composed_by=row["composed_by"] or None,
        composed_needs=tuple((row["needs_dimension"] or "").split()),
    )


def dimensions_of(text: str) -> tuple[str, ...]:
    """Spell out the dimensions of a row: where branch stands, city and county do."""
    spelt: list[str] = []
    for dimension in text.split():
        spelt.extend(BRANCH_DIMENSIONS if dimension == "branch" else (dimension,))
    return tuple(spelt)


def find_kpi(kpis: Mapping[str, Kpi], code: str) -> Kpi:
    """Give one KPI by its code.

    Raises:
        WrongInputError: there is no such code; the message names those there are.
    """
    if code not in kpis:
        raise WrongInputError(
            "there is no KPI {code}; there are {known}", code=code, known=sorted(kpis)
        )
    return kpis[code]


def readme_table(path: Path = CATALOGUE) -> str:
    """Give the KPI table of the README as Markdown, one row per KPI."""
    rows = shipped_rows(path)
    lines = [
        "| KPI | 中文 | English | family | kind | unit |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{row['kpi']}` | {row['name_zh']} | {row['name_en']} "
        f"| {row['family']} | {row['kind']} | {row['unit']} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"
