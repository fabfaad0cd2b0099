"""What is compiled once and run again makes the very build that dbt makes."""

from datetime import date

import duckdb
import pytest

from jike.build.build import build
from jike.ground.home import Home
from tests.fixtures import small_service
from tests.fixtures.compiled_models import compiled_once
from tests.fixtures.deliveries import load

AS_OF = date(2025, 6, 20)
TABLES = """
select schema_name, table_name, list_sort(list(column_name || ' ' || data_type))
from duckdb_columns() where not internal group by all order by all
"""


def content(con):
    """Columns, number of rows and the hash of all of them, by table of a build."""
    listed = con.execute(TABLES).fetchall()
    return {
        (schema, table): (
            columns,
            con.execute(
                f"select count(*), cast(bit_xor(hash(t)) as varchar), "
                f"cast(sum(hash(t)) as varchar) from {schema}.{table} as t"
            ).fetchone(),
        )
        for schema, table, columns in listed
        if schema != "raw"
    }


@pytest.mark.slow
def test_what_was_compiled_once_builds_what_dbt_builds(tmp_path, tmp_path_factory):
    home = Home(tmp_path / "home")
    load(home, small_service.deliver(tmp_path / "2025-06-20"))
    by_dbt = build(home, AS_OF)
    with compiled_once(tmp_path_factory):
        again = build(home, AS_OF)
    assert again.steps == by_dbt.steps > 300
    found = []
    for record in (by_dbt, again):
        with duckdb.connect(str(record.path), read_only=True) as con:
            found.append(content(con))
    assert len(found[0]) > 100
    assert found[1] == found[0]
