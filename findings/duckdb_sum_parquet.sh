#!/usr/bin/env bash
# A sum of whole numbers becomes a floating-point number in Parquet, not in Arrow
#
# Packages: duckdb==2.0.1, pandas==2.3.3, pyarrow==26.0.1, numpy==2.4.6
# Guess: the sum of a BIGINT column is a whole number; exported to Parquet it stays
#   one, as it does in Arrow.
# Behaviour: the sum is a HUGEINT. Arrow gets decimal128(38, 0) and is exact; COPY …
#   TO Parquet writes a DOUBLE and rounds beyond 2^53, as .df() does.
# Seen on 2026-12-01:
#   [9007199254740993, (9007199254740993, 'decimal128(38, 0)'), (9007199254740992,
#     'double')]
# Why it matters: byte counters and sums in fen reach such sizes; two exports of one
#   query differ, and "no decimals" in a contract of the file fails.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    duckdb==2.0.1 pandas==2.3.3 pyarrow==26.0.1 numpy==2.4.6

venv/bin/python - <<'PY'
import duckdb
import pyarrow.parquet as pq

QUERY = "select sum(x) s from (values (9007199254740993::bigint)) t(x)"
exact = duckdb.sql(QUERY).fetchall()[0][0]
arrow = duckdb.sql(QUERY).to_arrow_table()
duckdb.sql(f"copy ({QUERY}) to 'sum.parquet'")
parquet = pq.read_table("sum.parquet")
seen = [
    exact,
    (int(arrow["s"][0].as_py()), str(arrow.schema.field("s").type)),
    (int(parquet["s"][0].as_py()), str(parquet.schema.field("s").type)),
]
print(seen)
if seen != [
    9007199254740993,
    (9007199254740993, "decimal128(38, 0)"),
    (9007199254740992, "double"),
]:
    raise SystemExit(f"behaviour changed: {seen}")
PY
