"""Restatements: what has changed the figures of closed months since, and why.

What a release restates travels in it, and is written down beside the closed month in
<month>.restated.jsonl before another release takes its place.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jike.deliveries.contract import contract
from jike.deliveries.manifests import Standing, standing
from jike.ground.durable import append_line
from jike.ground.errors import JikeError, Message
from jike.ground.home import Home
from jike.ground.quoting import quoted, quoted_path
from jike.releases.closing import (
    CLOSED_MONTHS,
    ClosedMonth,
    closed_folder,
    closed_months,
    newest_load,
)
from jike.releases.manifest import Release, manifest_of
from jike.releases.opening import rows, shape
from jike.releases.question import Question
from jike.releases.scope import ALL
from jike.words.language import Words

if TYPE_CHECKING:
    import duckdb

RESTATEMENTS = (
    ("kpi_month", "date"),
    ("kpi", "varchar"),
    ("branch_id", "varchar"),
    ("nth", "bigint"),
    ("first_value", "double"),
    ("old_value", "double"),
    ("new_value", "double"),
    ("source", "varchar"),
    ("delivered_on", "date"),
    ("loaded_number", "bigint"),
    ("entity", "varchar"),
    ("because_zh", "varchar"),
    ("because_en", "varchar"),
)
# Who is a customer of which branch, and active or not, is read from these.
ALWAYS_NEEDED = frozenset({"bills", "customers", "orders"})
LEAST_CHANGE = 1e-9
"""Ratios that differ by less, as a share of themselves, are the same figure."""

Place = tuple[str, str]
"""A KPI and a branch."""


@dataclass(frozen=True)
class Restatement:
    """A figure of a closed month that changed for the nth time.

    `first_value` is the one the month was closed with, `old_value` the one before this
    change; null is no data. `source`, `delivered_on`, `loaded_number` and `entity` name
    the delivery that changed it, null when none did.
    """

    kpi_month: date
    kpi: str
    branch_id: str
    nth: int
    first_value: float | None
    old_value: float | None
    new_value: float | None
    source: str | None
    delivered_on: date | None
    loaded_number: int | None
    entity: str | None
    because_zh: str
    because_en: str


@dataclass(frozen=True)
class Basis:
    """What the figures before were made of: newest load, parameters, lists."""

    loads: int
    parameters: Mapping[str, Any]
    lists: Mapping[str, str]


@dataclass(frozen=True)
class Cause:
    """A delivered file the figures before were not made of; `rows` are of the month."""

    source: str
    delivered_on: date
    entity: str
    loaded_number: int
    rows: int


def history(home: Home, served: Release | None) -> list[Restatement]:
    """Give every restatement so far: those written down and those of what is served.

    Raises:
        JikeError: a line cannot be read.
    """
    known = [
        _restatement(line, path)
        for path in sorted(closed_folder(home).glob("*.restated.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    there = set(known)
    return known + [one for one in _of_release(served) if one not in there]


def _restatement(line: str, path: Path) -> Restatement:
    try:
        raw = json.loads(line)
        day = raw["delivered_on"]
        return Restatement(
            **{
                **raw,
                "kpi_month": date.fromisoformat(raw["kpi_month"]),
                "delivered_on": date.fromisoformat(day) if day else None,
            }
        )
    except (ValueError, KeyError, TypeError):
        raise JikeError(
            "{path} holds the restatements of a closed month and cannot be read; put "
            "it back from a backup",
            path=path,
        ) from None


def _of_release(served: Release | None) -> list[Restatement]:
    if served is None or "restatements" not in dict(shape(served)):
        return []
    names = ", ".join(field.name for field in fields(Restatement))
    question = Question(
        ("restatements",),
        f"select {names} from restatements order by kpi_month, nth, kpi, branch_id",
    )
    return [Restatement(**row) for row in rows(question, ALL, served)]


def write_down(home: Home, served: Release | None) -> None:
    """Add what the served release restates to the logs, before another one is served.

    Each restatement is written once, however often this is called.
    """
    if not closed_folder(home).exists():
        return
    written = set(history(home, None))
    for one in _of_release(served):
        if one not in written:
            path = closed_folder(home) / f"{one.kpi_month:%Y-%m}.restated.jsonl"
            append_line(path, json.dumps(_plain(one), ensure_ascii=False))


def _plain(one: Restatement) -> dict[str, Any]:
    found = asdict(one)
    for name in ("kpi_month", "delivered_on"):
        found[name] = found[name] and found[name].isoformat()
    return found


def write_tables(
    con: "duckdb.DuckDBPyConnection",
    home: Home,
    served: Release | None,
    record: Mapping[str, Any],
) -> None:
    """Make the tables closed_months and restatements of a release in the making.

    `con` holds its marts and deliveries; `record` is what its build wrote last, of
    which parameters and lists are read.

    Raises:
        JikeError: what was closed cannot be read.
    """
    closed = closed_months(home)
    found = history(home, served) if closed else []
    for month in closed:
        found += _changed(con, home, month, found, _basis(month, served), record)
    _table(con, "closed_months", CLOSED_MONTHS, map(_closed_row, closed))
    names = [name for name, _ in RESTATEMENTS]
    values = [tuple(getattr(one, name) for name in names) for one in found]
    _table(con, "restatements", RESTATEMENTS, sorted(values, key=lambda v: v[:4]))


def _basis(closed: ClosedMonth, served: Release | None) -> Basis:
    """The release served until now, when it shows the month as closed or restated."""
    if served is None or served.number < closed.release:
        return Basis(closed.loads, closed.parameters, closed.lists)
    manifest = manifest_of(served)
    return Basis(
        newest_load(served), manifest.get("parameters", {}), manifest.get("lists", {})
    )


def _closed_row(month: ClosedMonth) -> tuple[Any, ...]:
    figures = len(month.figures)
    return (month.kpi_month, month.release, month.as_of, month.closed_at, figures)


def _table(
    con: "duckdb.DuckDBPyConnection",
    name: str,
    columns: Sequence[tuple[str, str]],
    values: Iterable[tuple[Any, ...]],
) -> None:
    described = ", ".join(f"{column} {kind}" for column, kind in columns)
    con.execute(f"create table {name} ({described})")
    given = list(values)
    if given:
        marks = ", ".join("?" for _ in columns)
        con.executemany(f"insert into {name} values ({marks})", given)


def _changed(
    con: "duckdb.DuckDBPyConnection",
    home: Home,
    closed: ClosedMonth,
    before: Sequence[Restatement],
    basis: Basis,
    record: Mapping[str, Any],
) -> Iterator[Restatement]:
    """Compare a closed month with what is published now, figure by figure."""
    first = {(row["kpi"], row["branch_id"]): row["value"] for row in closed.figures}
    last = dict(first)
    times: dict[Place, int] = {}
    for one in before:
        if one.kpi_month == closed.kpi_month:
            last[one.kpi, one.branch_id] = one.new_value
            times[one.kpi, one.branch_id] = one.nth
    exact, needs = _units(con), _needs(con)
    causes: list[Cause] | None = None
    for place, new in _figures(con, closed).items():
        old, kpi = last.get(place), place[0]
        if kpi not in closed.kpis or _is_same(old, new, kpi in exact):
            continue
        if causes is None:
            causes = _causes(con, home, closed, basis)
        cause = _chosen(causes, needs.get(kpi, frozenset()))
        why = _why(cause, closed, basis, record)
        yield Restatement(
            kpi_month=closed.kpi_month,
            kpi=kpi,
            branch_id=place[1],
            nth=times.get(place, 0) + 1,
            first_value=first.get(place),
            old_value=old,
            new_value=new,
            source=cause.source if cause else None,
            delivered_on=cause.delivered_on if cause else None,
            loaded_number=cause.loaded_number if cause else None,
            entity=cause.entity if cause else None,
            because_zh=Words("zh").error(why),
            because_en=str(why),
        )


def _figures(
    con: "duckdb.DuckDBPyConnection", closed: ClosedMonth
) -> dict[Place, float | None]:
    """The month's figures now; null for one that was there and is gone."""
    found: dict[Place, float | None] = {
        (row["kpi"], row["branch_id"]): None for row in closed.figures
    }
    now = con.execute(
        "select kpi, branch_id, kpi_value from kpi_values where period = ? "
        "order by 1, 2",
        [closed.month],
    ).fetchall()
    return found | {(kpi, branch): value for kpi, branch, value in now}


def _units(con: "duckdb.DuckDBPyConnection") -> set[str]:
    """KPIs that are told to the cent or by the piece."""
    found = con.execute(
        "select kpi from dim_kpis where unit in ('cny', 'count') "
        "and kind in ('sum', 'stock')"
    ).fetchall()
    return {kpi for (kpi,) in found}


def _is_same(old: float | None, new: float | None, is_exact: bool) -> bool:
    if old is None or new is None:
        return old is new
    if is_exact:
        return round(old * 100) == round(new * 100)
    return abs(new - old) <= LEAST_CHANGE * max(1.0, abs(old))


def _needs(con: "duckdb.DuckDBPyConnection") -> dict[str, frozenset[str]]:
    """Entities that the parts of a KPI's family are counted from, by KPI."""
    found = con.execute(
        "select kpi, concat_ws(' ', kpis.needs, string_agg(parts.needs, ' ')) "
        "from dim_kpis as kpis left join dim_parts as parts using (family) "
        "group by kpi, kpis.needs"
    ).fetchall()
    return {kpi: ALWAYS_NEEDED | _entities(needs) for kpi, needs in found}


def _entities(needs: str) -> set[str]:
    """Entities and lists of needs like `orders|customers tickets.closed_at cohort`."""
    named = {need.partition(".")[0] for need in needs.replace("|", " ").split()}
    return named | ({"customers"} if "cohort" in named else set())


def _causes(
    con: "duckdb.DuckDBPyConnection", home: Home, closed: ClosedMonth, basis: Basis
) -> list[Cause]:
    """What this build was made of and the figures before were not."""
    later = con.execute(
        "select source, delivered_on, entity, loaded_number, list(file order by file) "
        "from deliveries where loaded_number > ? group by all order by all",
        [basis.loads],
    ).fetchall()
    there = standing(home) if later else Standing()
    return [
        Cause(
            source,
            day,
            entity,
            number,
            sum(
                _rows_of_month(con, home, there, (source, day, entity, file), closed)
                for file in files
            ),
        )
        for source, day, entity, number, files in later
    ]


def _rows_of_month(
    con: "duckdb.DuckDBPyConnection",
    home: Home,
    there: Standing,
    delivered: tuple[str, date, str, str],
    closed: ClosedMonth,
) -> int:
    """Count the rows of a landed file that have a date in the month."""
    source, day, entity, file = delivered
    landed = [one for one in there.find(source, day).of(entity) if one.file == file]
    path = home.landing / landed[0].landed if landed else home.landing
    happened = [c.name for c in contract().entities[entity].columns if c.happened]
    if not path.is_file() or not happened:
        return 0
    within = " or ".join(
        f"cast({quoted(name)} as date) between $first_day and $last_day"
        for name in happened
    )
    found = con.execute(
        f"select count(*) from read_parquet({quoted_path(path)}) where {within}",
        {"first_day": closed.kpi_month, "last_day": _last_day(closed.kpi_month)},
    ).fetchone()
    return int(found[0]) if found else 0


def _last_day(first_day: date) -> date:
    later = first_day + timedelta(days=31)
    return later - timedelta(days=later.day)


def _chosen(causes: Sequence[Cause], needed: frozenset[str]) -> Cause | None:
    """The file with most rows of the month among those a KPI is counted from."""
    fitting = [cause for cause in causes if cause.entity in needed]
    return max(fitting, key=lambda c: (c.rows, c.loaded_number), default=None)


def _why(
    cause: Cause | None, closed: ClosedMonth, basis: Basis, record: Mapping[str, Any]
) -> Message:
    if cause is not None and cause.rows:
        return Message(
            "load {number}, the delivery of {day} from {source}, brought {rows} rows "
            "of {entity} for {month}",
            number=cause.loaded_number,
            day=cause.delivered_on,
            source=cause.source,
            rows=cause.rows,
            entity=cause.entity,
            month=closed.month,
        )
    if cause is not None:
        return Message(
            "load {number}, the delivery of {day} from {source}, changed {entity}, "
            "which {month} is counted from too",
            number=cause.loaded_number,
            day=cause.delivered_on,
            source=cause.source,
            entity=cause.entity,
            month=closed.month,
        )
    lists = _different(basis.lists, record.get("lists", {}))
    if lists:
        return Message("the lists {names} were replaced", names=lists)
    parameters = _different(basis.parameters, record.get("parameters", {}))
    if parameters:
        return Message("the parameters {names} were set anew", names=parameters)
    return Message("no delivery brought it: a definition or the program was changed")


def _different(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return sorted(n for n in {*before, *now} if before.get(n) != now.get(n))
