"""What a composed KPI answers: period, the dimensions of the cut, and COLUMNS."""

from typing import Any

Composition = tuple[str, list[Any], set[str]]
"""Text of a select, its values, and the tables beside those of every question."""

COLUMNS = {
    "numerator": "decimal(38, 10)",
    "denominator": "decimal(38, 10)",
    "squares": "double",
    "composed": "double",
    "composed_low": "double",
    "composed_high": "double",
    "composed_n": "bigint",
    "standard_error": "double",
    "degrees": "double",
    "verdict": "varchar",
    "because": "varchar",
}


def given(**columns: str) -> str:
    """Select list with the columns given and typed nulls for the others."""
    return ", ".join(
        f"cast({columns.get(name, 'null')} as {type_}) as {name}"
        for name, type_ in COLUMNS.items()
    )
