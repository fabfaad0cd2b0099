"""The models of the project compiled once, to be run over many deliveries.

Their SQL runs again over raw tables that hold a delivery, in the order in which the
models depend on each other: dbt itself would take seconds for each.
"""

import json
from contextlib import contextmanager

import duckdb

from jike.build.dbt import run_dbt
from jike.deliveries import raw
from jike.deliveries.lists import assemble_seeds
from jike.ground.home import PROJECT, Home
from jike.ground.parameters import declared_vars


def upstream(manifest, names):
    """Models of the names and what they read, each after all that it reads."""
    nodes = manifest["nodes"]
    ordered: dict[str, None] = {}

    def visit(key):
        node = nodes.get(key)
        if node is None or node["resource_type"] != "model" or key in ordered:
            return
        for parent in node["depends_on"]["nodes"]:
            visit(parent)
        ordered[key] = None

    for name in names:
        visit(f"model.jike.{name}")
    return [nodes[key] for key in ordered]


@contextmanager
def compiled(output, names, values, home=None):
    """A database with lists and empty raw tables, and (table, SQL) of the models.

    output: an empty folder; names: the marts wanted; values: variables of dbt;
    home: its reference/ has lists in place of the shipped ones.
    """
    path = output / "models.duckdb"
    with duckdb.connect(str(path)) as con:
        raw.empty_raw(con)
    assemble_seeds(home or Home(output), output / "seeds")
    values = declared_vars(PROJECT) | values
    for command in ("seed", "compile"):
        assert not run_dbt([command], PROJECT, path, output, values).failures
    found = (output / "target" / "manifest.json").read_text(encoding="utf-8")
    sql = output / "target" / "compiled" / "jike"
    models = [
        (
            f"{node['schema']}.{node['name']}",
            (sql / node["original_file_path"]).read_text(encoding="utf-8"),
        )
        for node in upstream(json.loads(found), names)
    ]
    with duckdb.connect(str(path)) as con:
        con.execute("set threads = 1")
        for schema in ("staging", "intermediate", "marts"):
            con.execute(f"create schema if not exists {schema}")
        yield con, models


def build_again(con, models):
    """Run every model over what stands in the raw tables."""
    for name, text in models:
        con.execute(f"create or replace table {name} as {text}")
