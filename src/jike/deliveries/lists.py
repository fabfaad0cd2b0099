"""Reference lists: which file stands for each, checked like an entity, as plain CSV.

A list delivered in `reference/`, or put into JIKE_HOME/reference by hand, replaces the
shipped one as a whole. Only the catalogue of KPIs is completed instead: a delivered row
changes the owner, goal, window, tolerance and names of its KPI.
"""

import csv
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jike.deliveries.contract import Table, contract, sql_type
from jike.deliveries.landing import land
from jike.deliveries.manifests import Delivery, LandedFile, Standing, standing
from jike.deliveries.reading.cells import Cells, RefusedError
from jike.deliveries.reading.read import read_cells
from jike.deliveries.reading.taking import fingerprint, take
from jike.deliveries.totals import without_totals
from jike.ground import durable
from jike.ground.errors import JikeError, Message, WrongInputError
from jike.ground.home import PROJECT, Home
from jike.ground.parameters import Years, usual_years
from jike.ground.quoting import one_path, quoted, quoted_path

if TYPE_CHECKING:
    import duckdb

SHIPPED = PROJECT / "seeds"
CATALOGUE = "kpis"
SCALE = ("scale_min", "scale_max", "dissatisfied_at_most", "top_box_at_least")
ORIGIN = ("source", "delivered_on", "written_sha256")
CHANGEABLE = ("kpi", "owner", "goal", "window", "tolerance", "name_zh", "name_en")


def delivered_lists(
    home: Home, found: Standing | None = None, ready: Path | None = None
) -> dict[str, Path]:
    """Give the file of every list that replaces a shipped one, by name of the list.

    `found` are the deliveries to look at, else those that stand; lists put there by
    hand are written anew in the folder `ready`, else in JIKE_HOME/state.

    Files lie in JIKE_HOME/reference, checked and normalised when they were loaded; one
    put there by hand is checked here. Those of a load that was killed before it could
    copy them come from the delivery itself.

    Raises:
        WrongInputError: a list put there by hand breaks the contract.
    """
    lists = {path.stem: path for path in sorted(home.reference.glob("*.csv"))}
    written = _written(home)
    for name, (delivery, file) in _newest(found or standing(home)).items():
        if not _origin(delivery, file).items() <= written.get(name, {}).items():
            lists[name] = home.landing / file.landed
    for name, path in lists.items():
        if name not in contract().lists:
            raise WrongInputError(
                "{path} is no list of the contract; remove it or mend its name",
                path=path,
            )
        if path.parent == home.reference:
            into = ready or home.state / "lists"
            lists[name] = checked_by_hand(path, written.get(name), into)
    return lists


def checked_by_hand(path: Path, written: Mapping[str, Any] | None, into: Path) -> Path:
    """Give a list's file, checked and normalised first unless a load did that.

    What a load of another version wrote is checked too: it may keep other rules.
    """
    import duckdb

    try:
        sha256 = fingerprint(path)
        rules = contract().digest
        if written and (written["written_sha256"], written["rules"]) == (sha256, rules):
            return path
        ready = into / f"{path.stem}-{sha256[:12]}-{rules[:12]}.csv"
        if not ready.exists():
            with duckdb.connect() as con, tempfile.TemporaryDirectory() as work:
                staged = take(path, Path(work) / path.name, sha256)
                cells = read_cells(con, staged, list_table(path.stem))
                cells, _ = without_totals(con, cells, list_table(path.stem))
                years = usual_years(PROJECT, {})
                text = checked_list(con, cells, path.stem, Path(work), years)
            durable.write_text(ready, text)
    except RefusedError as reason:
        raise WrongInputError(
            "{path} {reason}; the list is refused, mend or remove it",
            path=path,
            reason=reason,
        ) from None
    return ready


def list_table(name: str) -> Table:
    """The contract of a list as delivered: of the catalogue, what may be changed."""
    table = contract().lists[name]
    if name != CATALOGUE:
        return table
    columns = (table.column(column) for column in CHANGEABLE)
    return replace(
        table,
        columns=tuple(replace(c, required=c.name == "kpi") for c in columns),
    )


def checked_list(
    con: "duckdb.DuckDBPyConnection",
    cells: Cells,
    name: str,
    folder: Path,
    years: Years,
) -> str:
    """Check the cells of a list; give it as normalised CSV.

    What it writes on the way lies in `folder`.

    Raises:
        RefusedError: a row breaks the contract; names rule, column and line.
    """
    table = list_table(name)
    rows, rejects = folder / "rows.parquet", folder / "rejects.parquet"
    if land(con, cells, table, name, rows, rejects, years):
        _refuse_first(con, rejects)
    con.execute(
        "create or replace temp table delivered_list as "
        "select * from read_parquet(?) order by _line",
        [one_path(rows)],
    )
    _check_keys(con, table)
    _check_validity(con, table)
    {
        "branches": _check_tree,
        "survey_items": _check_scales,
        CATALOGUE: _check_kpis,
    }.get(name, _nothing)(con)
    return _as_csv(con, table)


def _refuse_first(con: "duckdb.DuckDBPyConnection", rejects: Path) -> None:
    line, column, rule = _one(
        con,
        f"select line, column_name, rule from read_parquet({quoted_path(rejects)}) "
        "order by line limit 1",
    )
    raise RefusedError(_broken(line, column, rule))


def _broken(line: int, column: str | None, rule: str) -> Message:
    if column is None:
        return Message(
            "breaks the contract at line {line} (rule {rule})", line=line, rule=rule
        )
    return Message(
        "breaks the contract at line {line}, column {column} (rule {rule})",
        line=line,
        column=column,
        rule=rule,
    )


def _one(con: "duckdb.DuckDBPyConnection", sql: str) -> tuple[Any, ...]:
    rows = con.execute(sql).fetchall()
    return rows[0] if rows else (None,) * 3


def _check_keys(con: "duckdb.DuckDBPyConnection", table: Table) -> None:
    """A second row of a key, or an equal row, is none a list may have."""
    every = tuple(column.name for column in table.columns)
    for rule, names in (("duplicate", every), ("key", table.key)):
        if not names:
            continue
        listed = ", ".join(quoted(name) for name in names)
        line, *_ = _one(
            con,
            "select _line from (select _line, row_number() over "
            f"(partition by {listed} order by _line) as nth from delivered_list) "
            "where nth > 1 order by 1 limit 1",
        )
        if line is not None:
            raise RefusedError(_broken(line, None, rule))


def _nothing(con: "duckdb.DuckDBPyConnection") -> None:
    """Most lists have no rule of their own."""


def _check_tree(con: "duckdb.DuckDBPyConnection") -> None:
    """Every parent is a branch, and nobody is below itself."""
    line, *_ = _one(
        con,
        "select _line from delivered_list where parent_id is not null and parent_id "
        "not in (select branch_id from delivered_list) order by 1 limit 1",
    )
    if line is not None:
        raise RefusedError(_broken(line, "parent_id", "code"))
    parents = dict(
        con.execute("select branch_id, parent_id from delivered_list").fetchall()
    )
    for branch in parents:
        above, steps = parents[branch], 0
        while above is not None:
            above, steps = parents[above], steps + 1
            if steps > len(parents):
                raise RefusedError("is no tree: a branch lies below itself")


def _check_scales(con: "duckdb.DuckDBPyConnection") -> None:
    """A scale goes up, and its limits lie on it, the dissatisfied below the top."""
    usual = contract().lists["survey_items"].completed
    names = ("_line", "item_code", *SCALE)
    found = con.execute(
        f"select {', '.join(names)} from delivered_list order by _line"
    ).fetchall()
    for line, item, *cells in found:
        texts = ("" if cell is None else str(cell) for cell in cells)
        row = usual({"item_code": item, **dict(zip(SCALE, texts, strict=True))})
        low, high = Decimal(row["scale_min"]), Decimal(row["scale_max"])
        if low >= high:
            raise RefusedError(_broken(line, "scale_max", "code"))
        bottom = Decimal(row["dissatisfied_at_most"] or low)
        top = Decimal(row["top_box_at_least"] or high)
        if not low <= bottom <= high:
            raise RefusedError(_broken(line, "dissatisfied_at_most", "code"))
        if not bottom < top <= high:
            raise RefusedError(_broken(line, "top_box_at_least", "code"))


def _check_validity(con: "duckdb.DuckDBPyConnection", table: Table) -> None:
    """Rows about one thing are valid on different days, both bounds included.

    Where an open row ends with the next one, it is valid until the day before.
    """
    columns = {column.name: column for column in table.columns}
    if not {"valid_from", "valid_to"} <= columns.keys():
        return
    about = [name for name in table.key if name != "valid_from"]
    listed = ", ".join(quoted(name) for name in about)
    following = f"lead(valid_from) over (partition by {listed} order by valid_from) - 1"
    end = following if columns["valid_to"].until_next else "null"
    first, second, day = _one(
        con,
        "with spans as (select *, coalesce(valid_from, date '0001-01-01') as starts, "
        f"coalesce(valid_to, {end}, date '9999-12-31') as ends from delivered_list) "
        "select least(a._line, b._line), greatest(a._line, b._line), b.starts "
        f"from spans as a join spans as b using ({listed}) where a._line <> b._line "
        "and a.starts <= b.starts and b.starts <= a.ends and b.starts <= b.ends "
        "order by 2, 1 limit 1",
    )
    if first is not None:
        raise RefusedError(
            "lines {first} and {second}: one {about} is valid twice on {day}; give its "
            "rows days of their own (valid_to is included)",
            first=first,
            second=second,
            about=about[0],
            day=day,
        )


def _check_kpis(con: "duckdb.DuckDBPyConnection") -> None:
    """A changed KPI is one of the catalogue."""
    known = {row["kpi"] for row in _shipped_rows(CATALOGUE)}
    for line, kpi in con.execute("select _line, kpi from delivered_list").fetchall():
        if known and kpi not in known:
            raise RefusedError(_broken(line, "kpi", "code"))


def _as_csv(con: "duckdb.DuckDBPyConnection", table: Table) -> str:
    names = [column.name for column in table.columns]
    listed = ", ".join(quoted(name) for name in names)
    rows = con.execute(f"select {listed} from delivered_list order by _line").fetchall()
    return csv_text(names, ([_plain(value) for value in row] for row in rows))


def csv_text(names: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Write a header and rows as CSV: UTF-8, LF, quotes where needed."""
    import io

    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue()


def _plain(value: object) -> str:
    """Write a value so that a typed seed reads the same: 30, 0.5, true, 2025-01-01."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


# --- which file stands ----------------------------------------------------------------


def _newest(found: Standing) -> dict[str, tuple[Delivery, LandedFile]]:
    """The file that stands for each delivered list, by the order of deliveries."""
    newest: dict[str, tuple[Delivery, LandedFile]] = {}
    for delivery in found:
        for file in delivery.files:
            if file.is_list:
                newest.setdefault(file.name, (delivery, file))
    return newest


def _origin(delivery: Delivery, file: LandedFile) -> dict[str, str]:
    return {
        "source": delivery.source,
        "delivered_on": delivery.delivered_on.isoformat(),
        "written_sha256": file.landed_sha256,
    }


def _written(home: Home) -> dict[str, dict[str, str]]:
    path = home.state / "lists.json"
    if not path.exists():
        return {}
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
        return {
            name: {"rules": ""} | origin | {key: str(origin[key]) for key in ORIGIN}
            for name, origin in written.items()
        }
    except (ValueError, AttributeError, TypeError, KeyError):
        raise JikeError(
            "{path} is not readable; remove it, and the next load writes the delivered "
            "lists to {folder} anew: keep a copy of what was changed there by hand",
            path=path,
            folder=home.reference,
        ) from None


def settle(home: Home) -> None:
    """Copy newly delivered lists to JIKE_HOME/reference.

    A list is written when another delivery's comes to stand for it, and only then: what
    an operator changes there by hand stays until the next delivery of the list.
    """
    written = _written(home)
    for name, (delivery, file) in _newest(standing(home)).items():
        origin = _origin(delivery, file)
        if not origin.items() <= written.get(name, {}).items():
            text = (home.landing / file.landed).read_text(encoding="utf-8")
            durable.write_text(home.reference / f"{name}.csv", text)
            written[name] = origin | {"rules": contract().digest}
            durable.write_json(home.state / "lists.json", written)


def _shipped_rows(name: str) -> list[dict[str, str]]:
    path = SHIPPED / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def list_rows(name: str, delivered: Mapping[str, Path]) -> list[dict[str, str]]:
    """The rows of a list as it stands, shipped or delivered, as text by column.

    Empty cells hold what they stand for, where the contract says so.
    """
    if name not in delivered:
        return _shipped_rows(name)
    with delivered[name].open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if name == CATALOGUE:
        return _completed_kpis(rows)
    return [contract().lists[name].completed(row) for row in rows]


def _completed_kpis(changes: list[dict[str, str]]) -> list[dict[str, str]]:
    """The shipped catalogue with the changes; an empty cell changes nothing."""
    by_kpi = {row["kpi"]: row for row in changes}
    return [
        row | {k: v for k, v in by_kpi.get(row["kpi"], {}).items() if v}
        for row in _shipped_rows(CATALOGUE)
    ]


def assemble_seeds(home: Home, into: Path) -> None:
    """Write the folder of dbt seeds: shipped files, delivered lists in their place.

    Raises:
        WrongInputError: a list put into JIKE_HOME/reference breaks the contract.
    """
    delivered = delivered_lists(home)
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    for path in SHIPPED.glob("*.csv"):
        shutil.copyfile(path, into / path.name)  # without the mode of the project's
    for name in delivered:
        rows = list_rows(name, delivered)
        # A delivered catalogue changes rows of the shipped one, all columns of it stay.
        columns = [column.name for column in contract().lists[name].columns]
        names = list(rows[0]) if name == CATALOGUE else columns
        body = ([row.get(column, "") for column in names] for row in rows)
        durable.write_text(into / f"{name}.csv", csv_text(names, body))


def open_lists(
    con: "duckdb.DuckDBPyConnection", delivered: Mapping[str, Path]
) -> set[str]:
    """Make a temporary table jike_list_<name>(code) of every list that has rows.

    Gives the names of those lists; a code is not checked against any other.
    """
    referenced = {
        column.reference: column.points_at
        for table in contract().entities.values()
        for column in table.columns
        if column.reference in contract().lists
    }
    ends = {
        str(about.reference): both
        for table in contract().entities.values()
        for about, *both in table.ranges.values()
    }
    filled = set()
    for name, points_at in referenced.items():
        rows = list_rows(str(name), delivered)
        if rows:
            columns = [(str(points_at), "code", "text")]
            columns += [(end, end, "decimal") for end in ends.get(str(name), ())]
            listed = ", ".join(
                f"unnest(?::{sql_type(kind)}[]) as {named}"
                for _, named, kind in columns
            )
            con.execute(
                f"create or replace temp table jike_list_{name} as "
                f"select distinct {listed}",
                [[row[column] for row in rows] for column, *_ in columns],
            )
            filled.add(str(name))
    return filled
