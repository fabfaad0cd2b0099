#!/usr/bin/env bash
# A pandas duration in Parquet is nanoseconds to DuckDB, or refuses to be read
#
# Packages: duckdb==2.0.1, pandas==2.3.3, pyarrow==26.0.1, fastparquet==2026.9.0,
#   numpy==2.4.6
# Guess: a Timedelta column written to Parquet is an INTERVAL in DuckDB, whichever
#   writer was used.
# Behaviour: Parquet has no duration. pyarrow stores a plain 64-bit integer and notes
#   the type in metadata of its own that DuckDB does not follow; fastparquet stores a
#   time of day, and a duration over 24 hours then fails in DuckDB (a shorter one
#   comes out as a TIME).
# Seen on 2026-12-01:
#   [('91800000000000', 'BIGINT'), ('00:10:00', 'TIME'), 'InvalidInputException']
# Why it matters: handling times and overdue hours summed after such a hand-over are a
#   billion times too large, or stop the load on the first long ticket.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    duckdb==2.0.1 pandas==2.3.3 pyarrow==26.0.1 fastparquet==2026.9.0 numpy==2.4.6

venv/bin/python - <<'PY'
import duckdb
import pandas as pd

long, short = (
    pd.DataFrame({"d": pd.to_timedelta([text])}) for text in ("25:30:00", "00:10:00")
)
long.to_parquet("arrow.parquet", engine="pyarrow")
long.to_parquet("fast.parquet", engine="fastparquet")
short.to_parquet("short.parquet", engine="fastparquet")


def read(name):
    try:
        query = f"select d::varchar, typeof(d) from '{name}.parquet'"
        return duckdb.sql(query).fetchall()[0]
    except duckdb.Error as error:
        return type(error).__name__


seen = [read("arrow"), read("short"), read("fast")]
print(seen)
if seen != [
    ("91800000000000", "BIGINT"),
    ("00:10:00", "TIME"),
    "InvalidInputException",
]:
    raise SystemExit(f"behaviour changed: {seen}")
PY
