#!/usr/bin/env bash
# An amount of 7.50 is 8, because the file before it holds whole amounts
#
# Packages: duckdb==2.0.1
# Guess: files read together get the type that holds all their values, as they do in a
#   UNION ALL; or reading stops.
# Behaviour: read_parquet takes the types of the first file in the order of names.
#   DECIMAL(18,2) of a later month is rounded to the first month's INTEGER without a
#   word. With union_by_name=true the types are unified.
# Seen on 2026-12-01:
#   read_parquet: [('2025-08', 7), ('2025-09', 8)]
#   union all: [('2025-08', 7.00), ('2025-09', 7.50)]
#   union_by_name: [('2025-08', 7.00), ('2025-09', 7.50)]
# Why it matters: exporters that choose a type per file write whole numbers as long as
#   nobody pays fen; from then on every later month is rounded, and totals look right.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    duckdb==2.0.1

venv/bin/python - <<'PY'
import duckdb

MONTHS = {"2025-08": "7", "2025-09": "7.50::decimal(18, 2)"}
for month, amount in MONTHS.items():
    select = f"select '{month}' as bill_month, {amount} as amount"
    duckdb.sql(f"copy ({select}) to 'bills-{month}.parquet' (format parquet)")
ways = {
    "read_parquet": "from read_parquet('bills-*.parquet')",
    "union all": "from 'bills-2025-08.parquet' union all from 'bills-2025-09.parquet'",
    "union_by_name": "from read_parquet('bills-*.parquet', union_by_name = true)",
}
seen = {}
for name, way in ways.items():
    rows = duckdb.sql(f"from ({way}) order by bill_month").fetchall()
    seen[name] = [(month, str(amount)) for month, amount in rows]
    told = ", ".join(f"('{month}', {amount})" for month, amount in seen[name])
    print(f"{name}: [{told}]")
exact = [("2025-08", "7.00"), ("2025-09", "7.50")]
if seen != {
    "read_parquet": [("2025-08", "7"), ("2025-09", "8")],
    "union all": exact,
    "union_by_name": exact,
}:
    raise SystemExit(f"behaviour changed: {seen}")
PY
