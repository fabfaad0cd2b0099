"""The tables and columns this program reads of a release.

tables.csv is written by `jike docs` from the contracts of the marts. A release whose
manifest names the same list was made by this program; any other is compared with it.
"""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jike.ground.durable import sha256_of

TABLES = Path(__file__).with_name("tables.csv")


@cache
def tables_read() -> dict[str, tuple[str, ...]]:
    """Give the columns this program reads, by table."""
    with TABLES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {row["table_name"]: tuple(row["columns"].split()) for row in rows}


@cache
def tables_sha256() -> str:
    """Give the hash of the list, by which a release tells which program made it."""
    return sha256_of(TABLES)


def lacking(there: Mapping[str, Sequence[str]]) -> list[str]:
    """Name what a release lacks: `table` as a whole, else `table.column`."""
    missing = []
    for table, columns in tables_read().items():
        if table not in there:
            missing.append(table)
        else:
            known = set(there[table])
            missing += [f"{table}.{name}" for name in columns if name not in known]
    return missing
