#!/usr/bin/env bash
# A customer of the whole of February has a lifetime of 0 months
#
# Packages: lifelines==0.30.3, pandas==2.3.3, numpy==2.4.6, scipy==1.17.1
# Guess: datetimes_to_durations(…, freq="M") counts calendar months: 1 February to 1
#   March is one month as 1 January to 1 February is.
# Behaviour: it divides by the mean length of a month, 30.44 days, and cuts off: what
#   begins on the first of a month with 28 to 30 days loses a month.
# Seen on 2026-12-01:
#   {'January': 1.0, 'February': 0.0, 'March': 1.0, 'April': 0.0}
# Why it matters: monthly churn curves get a step that belongs to the calendar, and
#   cohorts of different months cannot be compared.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    lifelines==0.30.3 pandas==2.3.3 numpy==2.4.6 scipy==1.17.1

venv/bin/python - <<'PY'
from lifelines.utils import datetimes_to_durations

starts = ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"]
ends = ["2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01"]
durations, _ = datetimes_to_durations(starts, ends, freq="M")
seen = dict(zip(("January", "February", "March", "April"), durations.tolist()))
print(seen)
if list(seen.values()) != [1.0, 0.0, 1.0, 0.0]:
    raise SystemExit(f"behaviour changed: {seen}")
PY
