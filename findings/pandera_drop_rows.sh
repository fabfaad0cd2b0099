#!/usr/bin/env bash
# Dropping invalid rows drops valid ones that share their index label
#
# Packages: pandera==0.35.0, pandas==2.3.3, numpy==2.4.6
# Guess: drop_invalid_rows=True drops the rows that fail a check.
# Behaviour: it drops by index label: after pd.concat() without ignore_index, one bad
#   row takes the row with the same label from every other part along.
# Seen on 2026-12-01:
#   labels repeated: [10, 20] labels unique: [10, 20, 30]
# Why it matters: files read one by one and put together are the usual case; a
#   quarantine that keeps the failure cases holds one row while two are missing.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    pandera==0.35.0 pandas==2.3.3 numpy==2.4.6

venv/bin/python - <<'PY'
import pandas as pd
import pandera.pandas as pa

january = pd.DataFrame({"branch": ["A", "B"], "fee": [10, -1]})
february = pd.DataFrame({"branch": ["A", "B"], "fee": [20, 30]})
schema = pa.DataFrameSchema(
    {"fee": pa.Column(int, pa.Check.ge(0))}, drop_invalid_rows=True
)
seen = []
for ignore_index in (False, True):
    both = pd.concat([january, february], ignore_index=ignore_index)
    seen.append(schema.validate(both, lazy=True)["fee"].tolist())
print("labels repeated:", seen[0], "labels unique:", seen[1])
if seen != [[10, 20], [10, 20, 30]]:
    raise SystemExit(f"behaviour changed: {seen}")
PY
