"""From cells to typed rows: the rules a row keeps or breaks by itself, in SQL.

These are structure, encoding, nul, type, year, rounded_id, required, duration, sum, and
code as far as the contract itself holds the codes; totals rows are found before
(totals.py). What depends on other rows is in judge.py.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from jike.deliveries.contract import DATES, Column, Table, sql_type
from jike.deliveries.reading.cells import Cells
from jike.deliveries.reading.parquet import unreadable
from jike.ground.parameters import Years
from jike.ground.quoting import literal, one_path, quoted

if TYPE_CHECKING:
    import duckdb

# What `trimmed` takes off: ASCII white space, no-break and ideographic spaces.
SPACES = "' ' || " + " || ".join(
    f"chr({code})"
    for code in (*range(9, 14), 133, 160, 5760, *range(8192, 8203), 8239, 8287, 12288)
)
# Trimming by a list of characters costs a column of 1e6 rows 0.7 CPU-seconds, a look
# at both ends 0.05: hardly a value has a character below ! or a foreign space there.
TRIMMED = f"nullif(trim({{}}, {SPACES}), '')"
NO_SPACE = "({0} >= '!' and {0} < chr(127) or {0} >= chr(12289))"
LOCAL_TIME = "Asia/Shanghai"
SIGNED = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
INTEGERS = (*SIGNED, *(f"U{name}" for name in SIGNED))
TIMESTAMPS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
# How spreadsheets and programs write a number that they have rounded: 1.38E+10,
# 1,38e+10, 1.E+10, 1.38E10, '1.38E+10 as a text; never 7E10, which can be a code.
ROUNDED = (
    "coalesce(contains(lower({0}), 'e') and regexp_full_match({0}, "
    "'''?[+-]?([0-9]+([.,][0-9]*)? ?[eE] ?[+] ?[0-9]+"
    "|[0-9]+[.,][0-9]+[eE][0-9]+)'), false)"
)
SPELLINGS = {
    "int": "-?[0-9]+",
    "decimal": r"-?([0-9]+(\.[0-9]+)?|\.[0-9]+)",
    "money": r"-?([0-9]+(\.[0-9]{1,2})?|\.[0-9]{1,2})",
    "date": DAY + r"([T ]00:00(:00(\.0{1,9})?)?)?",
    "timestamp": DAY
    + r"([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?)?",
}


def land(
    con: "duckdb.DuckDBPyConnection",
    cells: Cells,
    table: Table,
    file: str,
    into: Path,
    rejects: Path,
    years: Years,
) -> dict[str, int]:
    """Write the sound rows of a file as typed Parquet, and the others to quarantine.

    Gives the number of the others by the rule they break.

    `into` gets the contract columns, `_file` and `_line`, in file order; of mapped rows
    these are the delivered file and line. `rejects` is written only if there are any:
    entity, file, line, column_name, rule, row (JSON).

    Raises:
        RefusedError: the Parquet content turns out to be damaged.
    """
    import duckdb

    judged = judged_sql(cells, table, years)
    try:
        sound = _copy(con, f"{judged} {_sound_sql(table, file)}", into)
        if sound == cells.rows:
            return {}
        faulty = _copy(
            con, f"{judged} {_faulty_sql(cells, table, file, years)}", rejects
        )
    except duckdb.Error as error:
        raise unreadable(error) from None
    if sound + faulty != cells.rows:
        raise AssertionError(f"{file}: {cells.rows} rows are not {sound} + {faulty}")
    return _rule_counts(con, rejects)


def _sound_sql(table: Table, file: str) -> str:
    columns = ", ".join(
        f"v{i} as {quoted(c.name)}" for i, c in enumerate(table.columns)
    )
    return (
        f"select {columns}, {_file_sql(file)} as _file, _line "
        "from judged where _rule is null"
    )


def _faulty_sql(cells: Cells, table: Table, file: str, years: Years) -> str:
    return (
        f"select {literal(table.name)} as entity, {_file_sql(file)} as file, "
        f"_line as line, {_column_sql(table, years)} as column_name, _rule as rule, "
        f"{_row_sql(cells)} as row from judged where _rule is not null"
    )


def set_aside(
    con: "duckdb.DuckDBPyConnection", cells: Cells, file: str, rejects: Path
) -> dict[str, int]:
    """Write the records of a file that cannot become rows to quarantine.

    These do not fit the header, hold bytes that cannot be decoded, or a NUL; the others
    are what `sound_records` gives. Gives their number by rule.
    """
    broken = _record_rule(cells)
    faults = "_fault, _cells" if cells.is_text else "null as _fault, null as _cells"
    delivered = "".join(
        f", {identifier} as r{i}" for i, (_, identifier, _) in enumerate(cells.columns)
    )
    written = _copy(
        con,
        f"with source as (select {cells.line} as _line, {faults}{delivered}, "
        f"{broken} as _rule from {cells.relation}) "
        f"select cast(null as varchar) as entity, {literal(file)} as file, "
        "_line as line, cast(null as varchar) as column_name, _rule as rule, "
        f"{_row_sql(cells)} as row from source where _rule is not null",
        rejects,
    )
    if not written:
        rejects.unlink()
        return {}
    return _rule_counts(con, rejects)


def sound_records(cells: Cells, file: str, keep_empty: bool) -> str:
    """Give the select of a file's records as rows of a table, in file order.

    Its columns are the delivered ones by name, `_file` and `_line`. A text in which
    nothing stands but blanks is null, unless it is to `keep_empty` ones.
    """
    columns = "".join(
        f"{c if keep_empty or kind != 'VARCHAR' else _unless_empty(c)} "
        f"as {quoted(name)}, "
        for name, c, kind in cells.columns
    )
    return (
        f"select {columns}{literal(file)} as _file, {cells.line} as _line "
        f"from {cells.relation} where {_record_rule(cells)} is null"
    )


def _rule_counts(con: "duckdb.DuckDBPyConnection", rejects: Path) -> dict[str, int]:
    """Count the quarantined rows of a file by rule."""
    return dict(
        con.execute(
            "select rule, count(*) from read_parquet(?) group by rule",
            [one_path(rejects)],
        ).fetchall()
    )


def _record_rule(cells: Cells) -> str:
    """The rule a record breaks before anything is known of its columns."""
    texts = [c for _, c, kind in cells.columns if kind == "VARCHAR"]
    whens = ["when _fault is not null then _fault"] if cells.is_text else []
    if cells.may_hold_nul and texts:
        nul = " or ".join(f"contains({text}, chr(0))" for text in texts)
        whens.append(f"when {nul} then 'nul'")
    whens += _totals_rule(cells, cells.line)
    return f"case {' '.join(whens)} end" if whens else "cast(null as varchar)"


def _file_sql(file: str) -> str:
    """The delivered file a row came from; without one the file itself."""
    return f"coalesce(_origin, {literal(file)})"


def _copy(con: "duckdb.DuckDBPyConnection", select: str, into: Path) -> int:
    # Pushed down, the condition on the rule would work out every value a second time.
    con.execute("set disabled_optimizers = 'filter_pushdown'")
    try:
        done = con.execute(
            f"copy ({select}) to {literal(into)} (format parquet, compression zstd)"
        ).fetchall()
    finally:
        con.execute("reset disabled_optimizers")
    return int(done[0][0])


def judged_sql(cells: Cells, table: Table, years: Years) -> str:
    """Give the `with` clauses that end in `judged`.

    Its columns: _line, _origin, _fault and _cells; r0.. the delivered cells in file
    order; and for each contract column i: x<i> the cell, trimmed, and v<i> its value;
    _rule.
    """
    faults = "_fault, _cells" if cells.is_text else "null as _fault, null as _cells"
    delivered = "".join(
        f", {identifier} as r{i}" for i, (_, identifier, _) in enumerate(cells.columns)
    )
    found = {name: (f"r{i}", kind) for i, (name, _, kind) in enumerate(cells.columns)}
    given = [found.get(c.name, ("null", "VARCHAR")) for c in table.columns]
    trimmed = "".join(f", {_cleaned(*g)} as x{i}" for i, g in enumerate(given))
    typed = "".join(
        f", {_value(c.type, kind, f'x{i}', cell)} as v{i}"
        for i, (c, (cell, kind)) in enumerate(zip(table.columns, given, strict=True))
    )
    return (
        f"with source as (select {cells.line} as _line, "
        f"{cells.file or 'cast(null as varchar)'} as _origin, {faults}{delivered} "
        f"from {cells.relation}), "
        f"trimmed as (select *{trimmed} from source), "
        f"typed as (select *{typed} from trimmed), "
        f"judged as (select *, {_rule_sql(cells, table, years)} as _rule from typed)"
    )


def _rule_sql(cells: Cells, table: Table, years: Years) -> str:
    """The first rule a row breaks, in the order of the contract."""
    texts = [f"r{i}" for i, (*_, kind) in enumerate(cells.columns) if kind == "VARCHAR"]
    nul = " or ".join(f"contains({text}, chr(0))" for text in texts)
    whens = ["when _fault is not null then _fault"]
    if cells.may_hold_nul and nul:
        whens.append(f"when {nul} then 'nul'")
    whens += _totals_rule(cells, "_line")
    for rule, faults in _faults(table, years).items():
        if faults:
            broken = " or ".join(fault for _, fault in faults)
            whens.append(f"when {broken} then '{rule}'")
    return f"case {' '.join(whens)} end"


def _totals_rule(cells: Cells, line: str) -> list[str]:
    """The case of a row that is the sum of others, where the file has any."""
    if not cells.totals:
        return []
    return [f"when {line} in ({', '.join(map(str, cells.totals))}) then 'totals_row'"]


def _column_sql(table: Table, years: Years) -> str:
    """The first column, in contract order, that breaks the row's rule."""
    whens = [
        f"when _rule = '{rule}' and ({fault}) then {literal(column.name)}"
        for rule, faults in _faults(table, years).items()
        for column, fault in faults
    ]
    whens += [
        f"when _rule = 'nul' and contains(cast(x{i} as varchar), chr(0)) "
        f"then {literal(column.name)}"
        for i, column in enumerate(table.columns)
    ]
    return f"case {' '.join(whens)} end"


def _row_sql(cells: Cells) -> str:
    """The row itself as JSON: an object by header, an array where it did not fit."""
    pairs = ", ".join(
        f"{literal(name)}, r{i}" for i, (name, *_) in enumerate(cells.columns)
    )
    whole = f"cast(json_object({pairs}) as varchar)"
    if not cells.is_text:
        return whole
    return (
        "case when _fault = 'structure' then cast(to_json(_cells) as varchar) "
        f"else {whole} end"
    )


def _faults(table: Table, years: Years) -> dict[str, list[tuple[Column, str]]]:
    """Conditions under which a typed row breaks each rule, with the column at fault."""
    position = {column.name: i for i, column in enumerate(table.columns)}
    numbered = list(enumerate(table.columns))
    return {
        "type": [(c, f"(x{i} is not null and v{i} is null)") for i, c in numbered],
        "year": [
            (c, _outside(years, f"v{i}"))
            for i, c in numbered
            if c.type in DATES and not c.any_year
        ],
        "rounded_id": [(c, ROUNDED.format(f"v{i}")) for i, c in numbered if c.is_id],
        "required": [
            (c, _required_fault(c, i, position)) for i, c in numbered if c.required
        ],
        "code": [(c, fault) for i, c in numbered for fault in _code_faults(c, i)],
        "duration": [
            (c, fault)
            for i, c in numbered
            for fault in _duration_faults(c, i, position)
        ],
        "sum": [
            (c, fault) for i, c in numbered for fault in _sum_faults(c, i, position)
        ],
    }


def _outside(years: Years, value: str) -> str:
    """The condition that a date lies in none of the years."""
    return (
        f"coalesce({value} < date '{years.first:04}-01-01' "
        f"or {value} >= date '{years.last:04}-12-31' + 1, false)"
    )


def _required_fault(column: Column, i: int, position: dict[str, int]) -> str:
    missing = f"v{i} is null"
    if column.required_for is None:
        return missing
    other, value = column.required_for
    is_such = f"coalesce(v{position[other]} = {literal(value)}, false)"
    others = ", ".join(["null", *(f"v{position[name]}" for name in column.instead)])
    return f"({missing} and ({is_such} or coalesce({others}) is null))"


def _code_faults(column: Column, i: int) -> list[str]:
    value = f"v{i}"
    faults = []
    if column.values:
        accepted = ", ".join(literal(code) for code in column.values)
        faults.append(f"coalesce({value} not in ({accepted}), false)")
    if column.first_day:
        faults.append(f"coalesce(day({value}) <> 1, false)")
    if column.pattern:
        matched = f"regexp_full_match({value}, {literal(column.pattern)})"
        faults.append(f"coalesce(not {matched}, false)")
    if column.largest is not None:
        outside = f"{value} not between -{column.largest} and {column.largest}"
        faults.append(f"coalesce({outside}, false)")
    if column.minimum is not None and column.maximum is None:
        faults.append(f"coalesce({value} < {column.minimum}, false)")
    if column.minimum is not None and column.maximum is not None:
        outside = f"{value} not between {column.minimum} and {column.maximum}"
        faults.append(f"coalesce({outside}, false)")
    return faults


def _duration_faults(column: Column, i: int, position: dict[str, int]) -> list[str]:
    value = f"v{i}"
    faults = [f"coalesce({value} < 0, false)"] if column.length else []
    for start in column.since:
        began = f"v{position[start]}"
        bare = f"{value} = date_trunc('day', {began})"
        faults.append(f"coalesce({value} < {began} and not {bare}, false)")
    return faults


def _sum_faults(column: Column, i: int, position: dict[str, int]) -> list[str]:
    """The conditions that parts are more than their whole, or all given and not it."""
    value = f"v{i}"
    faults = []
    if column.parts:
        parts = [f"v{position[name]}" for name in column.parts]
        given = " + ".join(f"coalesce({part}, 0)" for part in parts)
        faults.append(f"coalesce({value} < {given}, false)")
        faults.append(f"coalesce({value} > {' + '.join(parts)}, false)")
    if column.at_least:
        faults.append(f"coalesce({value} < v{position[column.at_least]}, false)")
    return faults


# --- cells to values ------------------------------------------------------------------


def _cleaned(cell: str, kind: str) -> str:
    """Trim what is text; an empty text is null."""
    if kind == "BLOB":
        cell = f"coalesce(try(decode({cell})), cast({cell} as varchar))"
    elif kind in TIMESTAMPS[1:]:
        return f"cast({cell} as timestamp)"
    elif kind != "VARCHAR" and not kind.startswith("ENUM") and kind != "UUID":
        return cell
    text = f"cast({cell} as varchar)"
    is_trimmed = f"{NO_SPACE.format(text)} and {NO_SPACE.format(text + '[-1]')}"
    return f"case when {is_trimmed} then {text} else {TRIMMED.format(text)} end"


def _unless_empty(cell: str) -> str:
    """The cell as it is, spaces and all; null where it holds nothing else."""
    return f"case when {TRIMMED.format(cell)} is not null then {cell} end"


def _value(wanted: str, kind: str, cell: str, delivered: str) -> str:
    """The SQL of a cell's value in its contract type; null when it is none."""
    family = _family(kind)
    if family == "text":
        value = _from_text(wanted, cell)
        if kind == "BLOB":
            value = f"case when try(decode({delivered})) is not null then {value} end"
    elif family == "zoned":
        local = f"timezone({literal(LOCAL_TIME)}, {cell})"
        value = NATIVE.get(("timestamp", wanted), "null").format(x=local)
    else:
        value = NATIVE.get((family, wanted), "null").format(x=cell)
    return f"cast({value} as {sql_type(wanted)})"


def _family(kind: str) -> str:
    if kind in ("VARCHAR", "BLOB", "UUID") or kind.startswith("ENUM"):
        return "text"
    if kind.startswith("DECIMAL"):
        return "decimal"
    if kind == "TIMESTAMP WITH TIME ZONE":
        return "zoned"
    if kind in INTEGERS:
        return "integer"
    if kind in TIMESTAMPS:
        return "timestamp"
    return {"FLOAT": "float", "DOUBLE": "double"}.get(kind, kind.lower())


def _from_text(wanted: str, cell: str) -> str:
    if wanted == "text":
        return cell
    if wanted == "bool":
        return (
            f"case when lower({cell}) in ('true', '1', 'y', '是') then true "
            f"when lower({cell}) in ('false', '0', 'n', '否') then false end"
        )
    spelled = f"regexp_full_match({cell}, {literal(SPELLINGS[wanted])})"
    if wanted in ("date", "timestamp"):  # year 0000 is none
        spelled = f"{spelled} and {cell}[:4] <> '0000'"
    text = f"{cell}[:10]" if wanted == "date" else cell
    return f"case when {spelled} then try_cast({text} as {sql_type(wanted)}) end"


# Native values are taken as such, when they say exactly one value of the type.
# A binary fraction within its own noise of a cent is that cent.
MONEY = sql_type("money")
DECIMAL = sql_type("decimal")
IN_CALENDAR = (
    "isfinite({x}) and {x} >= date '0001-01-01' and {x} < date '9999-12-31' + 1"
)
CENT = (
    "case when isfinite({x}) and abs({x} - round({x}, 2)) <= 1e-7 + abs({x}) * NOISE "
    f"then try_cast(round({{x}}, 2) as {MONEY}) end"
)
WHOLE = "case when isfinite({x}) and {x} = trunc({x}) then try_cast({x} as bigint) end"
FLAG = "case when {x} = 1 then true when {x} = 0 then false end"
# A whole number beyond the digits that a binary fraction keeps is shown as rounded.
FLOAT_TEXT = (
    "case when isfinite({x}) and abs({x}) >= MOST "
    "then format('{{:.DIGITSE}}', cast({x} as double)) "
    "when isfinite({x}) and {x} = trunc({x}) "
    "then cast(cast({x} as bigint) as varchar) "
    "when isfinite({x}) then cast({x} as varchar) end"
)
NATIVE = {
    ("integer", "text"): "cast({x} as varchar)",
    ("integer", "int"): "try_cast({x} as bigint)",
    ("integer", "decimal"): f"try_cast({{x}} as {DECIMAL})",
    ("integer", "money"): f"try_cast({{x}} as {MONEY})",
    ("integer", "bool"): FLAG,
    ("decimal", "text"): "cast({x} as varchar)",
    ("decimal", "int"): "case when {x} = trunc({x}) then try_cast({x} as bigint) end",
    ("decimal", "decimal"): f"try_cast({{x}} as {DECIMAL})",
    ("decimal", "money"): (
        f"case when try_cast({{x}} as {MONEY}) = {{x}} "
        f"then try_cast({{x}} as {MONEY}) end"
    ),
    ("decimal", "bool"): FLAG,
    ("double", "text"): FLOAT_TEXT.replace("MOST", "1e15").replace("DIGITS", "14"),
    ("double", "int"): WHOLE,
    (
        "double",
        "decimal",
    ): f"case when isfinite({{x}}) then try_cast({{x}} as {DECIMAL}) end",
    ("double", "money"): CENT.replace("NOISE", "1e-15"),
    ("double", "bool"): FLAG,
    ("float", "text"): FLOAT_TEXT.replace("MOST", "16777216").replace("DIGITS", "6"),
    ("float", "int"): WHOLE,
    (
        "float",
        "decimal",
    ): f"case when isfinite({{x}}) then try_cast({{x}} as {DECIMAL}) end",
    ("float", "money"): CENT.replace("NOISE", "1e-7").replace(
        "{x}", "cast({x} as double)"
    ),
    ("float", "bool"): FLAG,
    ("boolean", "text"): "cast({x} as varchar)",
    ("boolean", "bool"): "{x}",
    ("date", "text"): "cast({x} as varchar)",
    ("date", "date"): f"case when {IN_CALENDAR} then {{x}} end",
    ("date", "timestamp"): f"case when {IN_CALENDAR} then cast({{x}} as timestamp) end",
    ("timestamp", "text"): "cast({x} as varchar)",
    ("timestamp", "date"): (
        f"case when {IN_CALENDAR} and {{x}} = date_trunc('day', {{x}}) "
        "then cast({x} as date) end"
    ),
    (
        "timestamp",
        "timestamp",
    ): f"case when {IN_CALENDAR} then {{x}} end",
}
