"""A select of a mapping, as its SQL file says it."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Select:
    """One SQL file of a mapping and what it asks for, by its syntax.

    `tables` are those of source.yml it reads; `columns` and `patterns` (regular
    expressions of columns(...)) what it names of them, in small letters.
    """

    name: str
    label: str
    sql: str
    tables: frozenset[str]
    columns: frozenset[str]
    patterns: tuple[str, ...]
    takes_date: bool

    def reads(self, column: str) -> bool:
        """Say whether the select names a column, or takes it by a pattern."""
        return column.lower() in self.columns or any(
            re.search(pattern, column) for pattern in self.patterns
        )
