#!/usr/bin/env bash
# The day of the week moves by one between DuckDB and Spark when transpiled
#
# Packages: sqlglot==30.30.0, duckdb==2.0.1
# Guess: sqlglot knows that Sunday is 0 in DuckDB and 1 in Spark, as it knows that
#   lists begin at 1 there and at 0 here, and adds the difference.
# Behaviour: extract(dow …) and dayofweek() are written out unchanged. isodow is
#   rewritten, but to a formula that makes Sunday 2 and Monday 3 instead of 7 and 1.
#   (Values from Spark 3.5.9, run by hand; the script looks at the text only.)
# Seen on 2026-12-01:
#   DuckDB: 0
#   SELECT EXTRACT(DOW FROM d), DAYOFWEEK(d), ((DAYOFWEEK(d) % 7) + 1), l[0]
# Why it matters: weekend figures of a hotline become those of Saturday and Friday,
#   and every query runs.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    sqlglot==30.30.0 duckdb==2.0.1

venv/bin/python - <<'PY'
import duckdb
import sqlglot

QUERY = "SELECT EXTRACT(DOW FROM d), DAYOFWEEK(d), ISODOW(d), l[1]"
spark = sqlglot.transpile(QUERY, read="duckdb", write="spark")[0]
sunday = duckdb.sql("select extract(dow from date '2024-01-07')").fetchall()[0][0]
print("DuckDB:", sunday)
print(spark)
if sunday != 0:
    raise SystemExit(f"behaviour changed: Sunday is {sunday} in DuckDB")
if not spark.startswith("SELECT EXTRACT(DOW FROM d), DAYOFWEEK(d), ((DAYOFWEEK"):
    raise SystemExit(f"behaviour changed: {spark}")
if not spark.endswith("l[0]"):
    raise SystemExit(f"behaviour changed: {spark}")
PY
