"""A SQLAlchemy dialect through which Great Expectations queries a DuckDB file.

It reads and never writes: commit and rollback do nothing, the file is opened read-only.
The cursor fetches every row inside `execute`, because Great Expectations reads a result
after the pool has taken the connection back, when DuckDB's own cursor is already reset.
"""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import duckdb
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.types import NullType

if TYPE_CHECKING:
    from sqlalchemy import URL
    from sqlalchemy import Connection as Engaged
    from sqlalchemy.engine.interfaces import (
        ReflectedColumn,
        ReflectedPrimaryKeyConstraint,
    )

COLUMNS = """
    select column_name, is_nullable = 'YES'
    from information_schema.columns
    where table_schema = ? and table_name = ?
    order by ordinal_position
"""
TABLES = """
    select table_name from information_schema.tables
    where table_schema = ? order by table_name
"""
SCHEMAS = "select distinct schema_name from information_schema.schemata order by 1"


class Cursor:
    """A DB-API cursor that holds its whole result."""

    arraysize = 1
    rowcount = -1

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Take a cursor of its own: a DuckDB connection is not for two users."""
        self._cursor = connection.cursor()
        self._rows: list[tuple[Any, ...]] = []
        self.description: list[tuple[Any, ...]] | None = None

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        """Run one statement and fetch all its rows."""
        self._cursor.execute(sql, list(values))
        described = self._cursor.description
        self.description = [(*column[:2], *[None] * 5) for column in described or ()]
        self._rows = self._cursor.fetchall() if described else []
        self.rowcount = len(self._rows)

    def fetchone(self) -> tuple[Any, ...] | None:
        """Give the next row, None after the last."""
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[tuple[Any, ...]]:
        """Give the next rows, at most `size`."""
        size = size or self.arraysize
        taken, self._rows = self._rows[:size], self._rows[size:]
        return taken

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Give all rows not given yet."""
        taken, self._rows = self._rows, []
        return taken

    def close(self) -> None:
        """Give the cursor back; the rows stay readable."""
        self._cursor.close()


class Connection:
    """A DB-API connection to one DuckDB file, read-only."""

    def __init__(self, path: str) -> None:
        """Open the file; duckdb.Error when it is no DuckDB file."""
        self._connection = duckdb.connect(path, read_only=True)

    def cursor(self) -> Cursor:
        """Give a cursor."""
        return Cursor(self._connection)

    def commit(self) -> None:
        """Nothing is written, so nothing is committed."""

    def rollback(self) -> None:
        """Nothing is written, so nothing is rolled back."""

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class DuckDBDialect(PGDialect):
    """DuckDB speaks PostgreSQL's SQL; only connecting and reflecting differ."""

    name = "duckdb"
    driver = "duckdb"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    supports_server_side_cursors = False

    @classmethod
    def import_dbapi(cls) -> SimpleNamespace:  # type: ignore[override]
        """Give what SQLAlchemy uses of a DB-API module."""
        return SimpleNamespace(
            paramstyle="qmark", Error=duckdb.Error, connect=Connection
        )

    def create_connect_args(self, url: "URL") -> tuple[list[str], dict[str, Any]]:
        """Take the file's path out of the URL."""
        return [str(url.database)], {}

    def initialize(self, connection: "Engaged") -> None:
        """Ask no server version: PostgreSQL's query for it does not exist here."""

    def get_columns(
        self,
        connection: "Engaged",
        table_name: str,
        schema: str | None = None,
        **_: object,
    ) -> "list[ReflectedColumn]":
        """Name a table's columns; types are not needed to compose the checks."""
        found = connection.exec_driver_sql(COLUMNS, (schema or "main", table_name))
        return [
            {
                "name": str(name),
                "type": NullType(),
                "nullable": bool(nullable),
                "default": None,
            }
            for name, nullable in found
        ]

    def has_table(
        self,
        connection: "Engaged",
        table_name: str,
        schema: str | None = None,
        **_: object,
    ) -> bool:
        """Say whether the schema holds the table or view."""
        return table_name in self.get_table_names(connection, schema)

    def get_table_names(
        self, connection: "Engaged", schema: str | None = None, **_: object
    ) -> list[str]:
        """Name the tables and views of a schema."""
        found = connection.exec_driver_sql(TABLES, (schema or "main",))
        return [str(name) for (name,) in found]

    def get_pk_constraint(
        self,
        connection: "Engaged",
        table_name: str,
        schema: str | None = None,
        **_: object,
    ) -> "ReflectedPrimaryKeyConstraint":
        """Give no key: builds declare none, dbt tests them."""
        return {"constrained_columns": [], "name": None}

    def get_schema_names(self, connection: "Engaged", **_: object) -> list[str]:
        """Name the schemas of the file."""
        return [str(name) for (name,) in connection.exec_driver_sql(SCHEMAS)]


def url(path: str) -> str:
    """Write the URL of a DuckDB file, reserved characters of its path escaped."""
    registry.register("duckdb", __name__, "DuckDBDialect")
    return f"duckdb:///{quote(path)}"
