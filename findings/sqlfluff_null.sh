#!/usr/bin/env bash
# Fixing the style of a query changes what it returns
#
# Packages: sqlfluff==4.5.0, duckdb==2.0.1
# Guess: sqlfluff fix changes layout and spelling; a query returns the same rows
#   before and after.
# Behaviour: rule CV05 also mends "= NULL", which is never true, to IS NULL: a filter
#   that let nothing through lets the rows with NULL through.
# Seen on 2026-12-01:
#   WHERE b = NULL -> 0
#   WHERE b IS NULL -> 1
# Why it matters: run over old reports by a hook on commit, it changes figures under
#   the heading of formatting.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    sqlfluff==4.5.0 duckdb==2.0.1

printf 'SELECT count(*)\nFROM t\nWHERE b = NULL\n' >query.sql
cp query.sql before.sql
venv/bin/sqlfluff fix --quiet --dialect duckdb query.sql >log
venv/bin/python - <<'PY'
from pathlib import Path

import duckdb

duckdb.sql("create table t as select * from (values (1), (null)) v(b)")
seen = {}
for name in ("before", "query"):
    text = Path(f"{name}.sql").read_text()
    seen[name] = duckdb.sql(text).fetchall()[0][0]
    print(text.split("\n")[-2], "->", seen[name])
if seen != {"before": 0, "query": 1}:
    raise SystemExit(f"behaviour changed: {seen}")
PY
