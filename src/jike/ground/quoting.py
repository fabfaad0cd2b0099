"""Names, texts and paths as they stand in SQL."""

from pathlib import Path


def quoted(name: str) -> str:
    """Quote an identifier for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str | Path) -> str:
    """Quote a text, or a path that is taken as it is, for SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def quoted_path(path: Path) -> str:
    """Quote a path for read_parquet, which would expand *, ? and [ otherwise."""
    return literal(one_path(path))


def one_path(path: Path) -> str:
    """Write a path as the pattern that matches nothing else, to be a parameter."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
