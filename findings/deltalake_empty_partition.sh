#!/usr/bin/env bash
# An empty text in a partition column comes back as NULL
#
# Packages: deltalake==1.6.6, pyarrow==26.0.1
# Guess: a value written to a Delta table is read back as written; '' and NULL are two
#   values.
# Behaviour: the format stores partition values as text in which '' means NULL. The
#   same column, when the table is not partitioned by it, keeps both.
# Seen on 2026-12-01:
#   ['A', None, None] ['', 'A', None]
# Why it matters: a partition for "branch unknown" merges with "branch not delivered",
#   and a filter branch = '' finds no row any more.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    deltalake==1.6.6 pyarrow==26.0.1

venv/bin/python - <<'PY'
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

table = pa.table({"branch": ["", "A", None], "revenue": [1, 2, 3]})
write_deltalake("plain", table)
write_deltalake("parted", table, partition_by=["branch"])


def branches(path):
    rows = DeltaTable(path).to_pyarrow_table()["branch"].to_pylist()
    return sorted(rows, key=lambda value: (value is None, value))


print(branches("parted"), branches("plain"))
if branches("plain") != ["", "A", None]:
    raise SystemExit("behaviour changed: the table without partitions")
if branches("parted") != ["A", None, None]:
    raise SystemExit(f"behaviour changed: {branches('parted')}")
PY
