#!/usr/bin/env bash
# A test without a p-value is significant to Holm and takes all p-values from
# Benjamini
#
# Packages: statsmodels==0.15.0, numpy==2.4.6, scipy==1.17.1, pandas==2.3.3
# Guess: multipletests() leaves a NaN among the p-values out of the correction, or
#   raises.
# Behaviour: Holm rejects the hypothesis of the NaN itself; Benjamini-Hochberg returns
#   NaN as every adjusted p-value, while its rejections are drawn all the same. Both
#   count it as one more test. No warning.
# Seen on 2026-12-01:
#   fdr_bh [True, True, False, True] [nan, nan, nan, nan]
#   holm [True, True, True, True] [0.004, 0.03, nan, 0.04]
# Why it matters: one question that nobody answered in a branch (a t-test of nothing
#   is NaN): adjusted p < 0.05 then finds nothing in the whole battery, or the empty
#   question is starred.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    statsmodels==0.15.0 numpy==2.4.6 scipy==1.17.1 pandas==2.3.3

venv/bin/python - <<'PY'
import numpy as np
from statsmodels.stats.multitest import multipletests

p = [0.001, 0.01, np.nan, 0.02]
seen = {}
for method in ("fdr_bh", "holm"):
    reject, adjusted, *_ = multipletests(p, method=method)
    seen[method] = reject.tolist(), np.isnan(adjusted).tolist()
    print(method, reject.tolist(), np.round(adjusted, 3).tolist())
if seen["fdr_bh"] != ([True, True, False, True], [True] * 4):
    raise SystemExit(f"behaviour changed: {seen['fdr_bh']}")
if seen["holm"] != ([True] * 4, [False, False, True, False]):
    raise SystemExit(f"behaviour changed: {seen['holm']}")
PY
