#!/usr/bin/env bash
# The "safe" carrier name names an operator in China, where numbers are portable
#
# Packages: phonenumbers==9.0.43
# Guess: carrier.safe_display_name() is there to stay silent where a number may have
#   been ported to another operator; China has had number portability nationwide since
#   November 2019, so it returns "".
# Behaviour: the metadata does not list China as a region with portability: the
#   operator that first held the number block is returned as safe.
# Seen on 2026-12-01:
#   '中国移动' ''
# Why it matters: market shares, or members lost "to whom", read off a prefix this way
#   never see a number that moved.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    phonenumbers==9.0.43

venv/bin/python - <<'PY'
from phonenumbers import carrier, parse

china = carrier.safe_display_name(parse("13812345678", "CN"), "zh")
britain = parse("+447400123456")
print(repr(china), repr(carrier.safe_display_name(britain, "en")))
if china != "中国移动":
    raise SystemExit(f"behaviour changed: China gives {china!r}")
if carrier.safe_display_name(britain, "en"):
    raise SystemExit("behaviour changed: a British number is no longer withheld")
PY
