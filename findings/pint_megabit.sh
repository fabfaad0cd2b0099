#!/usr/bin/env bash
# Mb/s is an area per second, and 1 Gb a magnetomotive force
#
# Packages: Pint==0.25.3
# Guess: Mb and Gb are megabit and gigabit, as every line rate is written.
# Behaviour: b is the barn of nuclear physics (1e-28 m²), Gb the gilbert of magnetism.
#   Only bit and bps are of information; MB and GB are bytes as expected.
# Seen on 2026-12-01:
#   [length] ** 2 / [time] 0.7957747154594768 ampere 12.5 megabyte / second
# Why it matters: ratios such as used over sold bandwidth, both in Mb/s, come out
#   right, so the mistake shows only where bits meet bytes.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    Pint==0.25.3

venv/bin/python - <<'PY'
import pint

unit = pint.UnitRegistry()
rate, giga = unit("100 Mb/s"), unit("1 Gb")
print(rate.dimensionality, giga.to_base_units(), unit("100 Mbps").to("MB/s"))
if rate.dimensionality != {"[length]": 2, "[time]": -1}:
    raise SystemExit(f"behaviour changed: Mb/s is {rate.dimensionality}")
if giga.dimensionality != {"[current]": 1}:
    raise SystemExit(f"behaviour changed: Gb is {giga.dimensionality}")
if abs(unit("100 Mbps").to("MB/s").magnitude - 12.5) > 1e-9:
    raise SystemExit("behaviour changed: Mbps")
PY
