"""Parquet files: read as they are."""

from pathlib import Path
from typing import TYPE_CHECKING

from jike.deliveries.reading.cells import Cells, RefusedError
from jike.ground.errors import JikeError
from jike.ground.quoting import quoted, quoted_path

if TYPE_CHECKING:
    import duckdb


def parquet_cells(con: "duckdb.DuckDBPyConnection", staged: Path) -> Cells:
    """Give the columns of a Parquet file and where its rows lie.

    Raises:
        RefusedError: not whole, damaged, a column of a name that is taken.
    """
    import duckdb

    with staged.open("rb") as file:
        head = file.read(4)
        file.seek(max(0, staged.stat().st_size - 4))
        tail = file.read(4)
    if head != b"PAR1" or tail != b"PAR1":
        raise RefusedError("is not a whole Parquet file")
    path = quoted_path(staged)
    try:
        described = con.execute(
            f"describe select * from read_parquet({path}, hive_partitioning = false)"
        ).fetchall()
        counted = con.execute(
            f"select num_rows from parquet_file_metadata({path})"
        ).fetchall()
    except duckdb.Error as error:
        raise unreadable(error) from None
    if any(name.lower() == "file_row_number" for name, *_ in described):
        raise RefusedError("has a column file_row_number; leave it out")
    relation = (
        f"read_parquet({path}, file_row_number = true, hive_partitioning = false)"
    )
    return Cells(
        relation=relation,
        columns=tuple((name, quoted(name), kind) for name, kind, *_ in described),
        line="file_row_number + 1",
        rows=counted[0][0],
        is_text=False,
        may_hold_nul=True,
    )


def unreadable(error: "duckdb.Error") -> Exception:
    """Tell a damaged Parquet file from a full machine and from a fault of ours."""
    import duckdb

    ours = (
        duckdb.BinderException,
        duckdb.CatalogException,
        duckdb.ParserException,
        duckdb.ConversionException,
    )
    if isinstance(error, ours):
        return error
    text = str(error).lower()
    if "out of memory" in text or "no space" in text or "could not write" in text:
        return JikeError(
            "the disk or the memory is full while a delivery is read; "
            "make room and load again"
        )
    return RefusedError("is damaged: its Parquet content cannot be read")
