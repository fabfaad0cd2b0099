#!/usr/bin/env bash
# Raking to margins of different totals reports that it converged
#
# Packages: ipfn==1.4.4, pandas==2.3.3, numpy==2.4.6
# Guess: fitting a table to margins that cannot both hold (their totals are 100 and
#   110) does not converge, and the flag that is returned says so.
# Behaviour: it stops as soon as the error no longer changes and returns flag 1,
#   "converged": the margin named last holds, the other is off by a tenth. Swapping
#   the two changes the total.
# Seen on 2026-12-01:
#   flag 1 rows [44.0, 66.0] total 110.0
#   flag 1 rows [40.0, 60.0] total 100.0
# Why it matters: survey weights raked to population figures of two sources miss one
#   of them by what the sources differ, and the flag that a script checks is green.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    ipfn==1.4.4 pandas==2.3.3 numpy==2.4.6

venv/bin/python - <<'PY'
import contextlib
import io

import numpy as np
from ipfn import ipfn

rows, columns = np.array([40.0, 60.0]), np.array([50.0, 60.0])
seen = []
for margins, dimensions in (
    ([rows, columns], [[0], [1]]),
    ([columns, rows], [[1], [0]]),
):
    with contextlib.redirect_stdout(io.StringIO()):
        fit = ipfn.ipfn(np.ones((2, 2)), margins, dimensions, verbose=1)
        table, flag = fit.iteration()
    seen.append((flag, table.sum(axis=1).round(1).tolist(), round(table.sum(), 1)))
    print("flag", flag, "rows", seen[-1][1], "total", seen[-1][2])
if [(flag, total) for flag, _, total in seen] != [(1, 110.0), (1, 100.0)]:
    raise SystemExit(f"behaviour changed: {seen}")
PY
