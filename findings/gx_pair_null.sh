#!/usr/bin/env bash
# One expectation, the same rows: fails on a data frame, passes in a database
#
# Packages: great_expectations==1.24.1, sqlalchemy==2.1.9, pandas==3.0.6, numpy==2.4.6
# Guess: "end is after start" treats a missing end alike wherever the rows are.
# Behaviour: rows with one value missing are not left out (only those with both
#   missing are). pandas finds NaN > 1 false and counts the row as unexpected; in SQL
#   the comparison is NULL and the row is not counted.
# Seen on 2026-12-01:
#   {'pandas': (False, 2), 'SQLite': (True, 0)}
# Why it matters: a check tried out on a sample in pandas says another thing than the
#   same check on the warehouse, and there the open contracts are never looked at.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    great_expectations==1.24.1 sqlalchemy==2.1.9 pandas==3.0.6 numpy==2.4.6

venv/bin/python - <<'PY'
import os
import sqlite3

os.environ["GX_ANALYTICS_ENABLED"] = "false"
import great_expectations as gx
import pandas as pd

rows = pd.DataFrame({"ends": [5, None, 7], "starts": [1, 1, None]})
with sqlite3.connect("x.db") as connection:
    rows.to_sql("t", connection, index=False)
context = gx.get_context(mode="ephemeral")
context.variables.progress_bars = {"globally": False}
sources = context.data_sources
frame = sources.add_pandas("p").add_dataframe_asset("a")
frame = frame.add_batch_definition_whole_dataframe("b")
table = sources.add_sqlite("s", connection_string="sqlite:///x.db")
table = table.add_table_asset("a", table_name="t").add_batch_definition_whole_table("b")
expectation = gx.expectations.ExpectColumnPairValuesAToBeGreaterThanB(
    column_A="ends", column_B="starts"
)
seen = {}
for name, batch in (
    ("pandas", frame.get_batch({"dataframe": rows})),
    ("SQLite", table.get_batch()),
):
    outcome = batch.validate(expectation)
    seen[name] = (outcome.success, outcome.result["unexpected_count"])
print(seen)
if seen != {"pandas": (False, 2), "SQLite": (True, 0)}:
    raise SystemExit(f"behaviour changed: {seen}")
PY
