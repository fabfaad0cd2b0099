#!/usr/bin/env bash
# The 25th percentile of customer lifetimes is the time by which 75 % have left
#
# Packages: lifelines==0.30.3, pandas==2.3.3, numpy==2.4.6, scipy==1.17.1
# Guess: percentile(0.25) of a fitted Kaplan-Meier curve is the lifetime below which a
#   quarter of the customers fall, as numpy.percentile of the lifetimes would say.
# Behaviour: it is the time at which survival has sunk to 0.25. The median hides the
#   difference.
# Seen on 2026-12-01:
#   lifelines [75.0, 50.0, 25.0] numpy [25.75, 50.5, 75.25]
# Why it matters: "a quarter of new customers are gone after N months" is then told
#   with the month in which three quarters are.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    lifelines==0.30.3 pandas==2.3.3 numpy==2.4.6 scipy==1.17.1

venv/bin/python - <<'PY'
import warnings

import numpy as np
from lifelines import KaplanMeierFitter

warnings.simplefilter("ignore")
months = np.arange(1, 101)
curve = KaplanMeierFitter().fit(months)
seen = [float(curve.percentile(share)) for share in (0.25, 0.5, 0.75)]
print("lifelines", seen, "numpy", np.percentile(months, [25, 50, 75]).tolist())
if seen != [75.0, 50.0, 25.0]:
    raise SystemExit(f"behaviour changed: {seen}")
PY
