"""What tests of the invented province share: its tables, and who is active."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.sample.fixtures.sample_rows import AS_OF, delivery


@pytest.fixture(scope="module")
def con(sample: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with delivery(sample) as connection:
        connection.execute(f"create table active as from active_on(date '{AS_OF}')")
        yield connection
