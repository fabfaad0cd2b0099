"""How a question is cut: by which dimensions, where, over which months.

Everything here gives SQL made of fixed words and of names that the catalogue of the
release brought, checked once more; members are always bound values. Tables of parts
and of rows are called `parts` in every query, the months of the periods `months`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from jike.ground.errors import WrongInputError
from jike.releases.scope import MASK

if TYPE_CHECKING:
    from jike.kpis.catalogue import Kpi

TOTAL = "total"
"""The branch that has all others below it."""
OWN = "own"
UNKNOWN = "unknown"
# What a row says of its value beside "ok".
LOW_BASE, HIDDEN, NO_DATA = "low_base", "hidden", "no_data"

WORD = re.compile(r"[a-z][a-z0-9_]*")

Where = tuple[tuple[str, str], ...]
"""Pairs of dimension and member; several members of one dimension: any of them."""

BRANCH_MEMBERS = {
    "branch": "tree.branch_id",
    "city": "coalesce(placed.city_id, 'unknown')",
    "county": "coalesce(placed.county_id, 'unknown')",
}

TREE_JOIN = """
            inner join dim_branch_descendants as tree
                on parts.branch_id = tree.descendant_id and tree.branch_id <> 'total'"""

PLACED_JOIN = """
            left join dim_branches as placed on parts.branch_id = placed.branch_id"""

WHOLE = "whole"

# What KPIs with a lag mean without another word.
USUAL_LAG = "parts.lag = (select cast(nrr_lag_months as varchar) from dim_build)"

# What a survey KPI means without another word: customers, asked about us; of a single
# item, the one that speaks of the whole.
CUSTOMARY = {
    "role": "parts.role <> 'hall_visitor'",
    "competitor": "parts.competitor = 'us'",
    "indicator": "parts.indicator = 'total'",
    "servqual": "parts.servqual = 'total'",
    "item": "parts.item = 'overall'",
}
NAMED = {
    "competitor": "parts.competitor <> 'us'",
    "indicator": "parts.indicator <> 'total'",
    "servqual": "parts.servqual <> 'total'",
}


@dataclass(frozen=True)
class Cut:
    """What is asked of a KPI: periods, dimensions, members."""

    kpi: "Kpi"
    periods: tuple[str, ...]
    by: tuple[str, ...] = ()
    where: Where = ()

    @property
    def asked(self) -> set[str]:
        """Every dimension named, in `by` or in `where`."""
        return {*self.by, *(name for name, _ in self.where)}

    def without(self, *dimensions: str) -> "Cut":
        """Give the same cut without some dimensions."""
        return Cut(
            self.kpi,
            self.periods,
            tuple(name for name in self.by if name not in dimensions),
            tuple(pair for pair in self.where if pair[0] not in dimensions),
        )

    def only(self, *dimensions: str) -> "Cut":
        """Give the same cut with no other dimensions than these."""
        others = self.asked - {*dimensions}
        return self.without(*others)

    def table(self, table: str) -> str:
        """The table to sum instead of a mart of parts: by free cuts a finer one."""
        if table == f"kpi_{self.kpi.family}" and self.asked & self.kpi.free_cuts.keys():
            return f"fct_parts_{self.kpi.family}"
        return table

    def member(self, dimension: str) -> str:
        """The expression that gives a row's member of a dimension."""
        cut = self.kpi.free_cuts.get(dimension)
        if cut is None:
            return BRANCH_MEMBERS.get(dimension) or f"parts.{word(dimension)}"
        if not cut.is_protected:
            return open_member("parts.free_cuts", dimension)
        return (
            f"case when parts.protected_cuts = '{MASK}' then '{MASK}' "
            f"else {open_member('parts.protected_cuts', dimension)} end"
        )

    def names(self, prefix: str = "") -> str:
        """Columns of the cut, each after a comma: `, tier, line`."""
        return "".join(f", {prefix}{word(name)}" for name in self.by)

    def joined(self, left: str, right: str) -> str:
        """Condition that two sets of rows are of one period and one cell."""
        names = ["period", *(word(name) for name in self.by)]
        return " and ".join(
            f"{left}.{name} is not distinct from {right}.{name}" for name in names
        )


def summed_rows(
    cut: Cut,
    table: str,
    over_time: str,
    columns: str,
    *,
    condition: str = "true",
    further: Sequence[str] = (),
    about_rivals: bool = False,
) -> tuple[str, list[Any]]:
    """Sum a table over the months of the periods, by the dimensions of a cut.

    `columns` is the select list after period and dimensions, `further` names columns
    of the table to group by as well; `about_rivals` takes interviews about rivals
    where a survey KPI would take those about us. Gives the text of a select and its
    values.
    """
    further = [name for name in further if name not in cut.by]
    members = "".join(f", {cut.member(name)} as {word(name)}" for name in cut.by)
    more = "".join(f", parts.{word(name)}" for name in further)
    joins = TREE_JOIN if "branch" in cut.by else ""
    joins += PLACED_JOIN if {"city", "county"} & cut.asked else ""
    conditions = [
        "months.over_time = ?",
        f"months.period in ({marks(cut.periods)})",
        _of_wave(cut.kpi),
        # What is counted over a period at once stands under its code.
        "parts.period = months.period" if over_time == WHOLE else "true",
        condition,
        *(f"{cut.member(name)} is not null" for name in cut.by),
        *_customary(cut, about_rivals),
    ]
    values: list[Any] = [over_time, *cut.periods]
    for text, bound in _members_asked(cut):
        conditions.append(text)
        values += bound
    groups = ", ".join(
        ["months.period", *(cut.member(name) for name in cut.by)]
        + [f"parts.{word(name)}" for name in further]
    )
    text = f"""
        select months.period{members}{more}, {columns}
        from {word(cut.table(table))} as parts
            inner join dim_period_months as months
                on parts.kpi_month = months.kpi_month{joins}
        where {" and ".join(conditions)}
        group by {groups}"""
    return text, values


def _of_wave(kpi: "Kpi") -> str:
    if kpi.family == "satisfaction":
        return "(months.wave is null or months.wave = parts.wave)"
    return "months.wave is null"


def _customary(cut: Cut, about_rivals: bool) -> list[str]:
    if "lag" in cut.kpi.dimensions and "lag" not in cut.asked:
        return [USUAL_LAG]
    if cut.kpi.family != "satisfaction":
        return []
    customary = dict(CUSTOMARY)
    if about_rivals:
        customary["competitor"] = NAMED["competitor"]
    if "hall" in cut.asked:
        customary["role"] = "parts.role = 'hall_visitor'"
    for name in ("indicator", "servqual", "item"):
        if name not in cut.kpi.dimensions:
            customary.pop(name)
    return [
        NAMED.get(name, "true") if name in cut.asked else text
        for name, text in customary.items()
    ]


def _members_asked(cut: Cut) -> list[tuple[str, list[Any]]]:
    found: list[tuple[str, list[Any]]] = []
    ordered = sorted(cut.where, key=lambda pair: pair[0])
    for dimension, pairs in groupby(ordered, key=lambda pair: pair[0]):
        members = [chosen for _, chosen in pairs]
        if dimension != "branch":
            found.append((f"{cut.member(dimension)} in ({marks(members)})", members))
            continue
        below = (
            "(select descendant_id from dim_branch_descendants "
            f"where branch_id in ({marks(members)}))"
        )
        found.append((f"parts.branch_id in {below}", members))
        if "branch" in cut.by:
            found.append((f"tree.branch_id in {below}", members))
    return found


def open_member(column: str, free_cut: str) -> str:
    """The expression that takes a free cut's member out of the text that carries it."""
    return f"coalesce({column} ->> '$.{word(free_cut)}', '{UNKNOWN}')"


def marks(values: Sequence[Any]) -> str:
    """As many question marks as values."""
    return ", ".join("?" for _ in values)


def word(name: str) -> str:
    """Let only a plain lower-case word into the text of a query.

    Raises:
        WrongInputError: it is something else.
    """
    if not WORD.fullmatch(name):
        raise WrongInputError("{name!r} is not a name of the catalogue", name=name)
    return name
