#!/usr/bin/env bash
# An amount in Chinese capitals is a fen short of the amount in figures
#
# Packages: cn2an==0.5.24
# Guess: an2cn(amount, "rmb") writes the amount rounded to fen, as format(amount,
#   ".2f") does.
# Behaviour: digits after the second decimal are cut off. A product of floating-point
#   numbers that prints as 115.00 is 114.99999999999999 inside.
# Seen on 2026-12-01:
#   115.00 壹佰壹拾肆元玖角玖分
#   2.00 壹元玖角玖分
#   115.00 壹佰壹拾伍元整
# Why it matters: invoices and contracts carry both forms, and the capitals are the
#   ones that count; round before, or hand over a text.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    cn2an==0.5.24

venv/bin/python - <<'PY'
import cn2an

seen = {}
for amount in (1.15 * 100, 1.995, "115.00"):
    seen[amount] = cn2an.an2cn(amount, "rmb")
    print(f"{float(amount):.2f}", seen[amount])
if list(seen.values()) != ["壹佰壹拾肆元玖角玖分", "壹元玖角玖分", "壹佰壹拾伍元整"]:
    raise SystemExit(f"behaviour changed: {seen}")
PY
