#!/usr/bin/env bash
# Mainland IoT numbers of 13 digits are "too long" for phonenumbers
#
# Packages: phonenumbers==9.0.43
# Guess: the metadata of a numbering plan as large as China's knows the 13-digit
#   numbers that operators issue for SIM cards of machines (1064…, 144…).
# Behaviour: they are neither valid nor even possible; no type, no carrier.
# Seen on 2026-12-01:
#   1064812345678 (False, True) UNKNOWN
#   1440012345678 (False, True) UNKNOWN
#   13812345678 (True, False) MOBILE
# Why it matters: a "valid number" rule over the members of enterprise customers
#   rejects every IoT card, which may be most of them.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    phonenumbers==9.0.43

venv/bin/python - <<'PY'
import phonenumbers as pn

LONG = pn.ValidationResult.TOO_LONG
seen = {}
for digits in ("1064812345678", "1440012345678", "13812345678"):
    number = pn.parse(digits, "CN")
    reason = pn.is_possible_number_with_reason(number)
    seen[digits] = (pn.is_valid_number(number), reason == LONG)
    print(digits, seen[digits], pn.PhoneNumberType.to_string(pn.number_type(number)))
iot = (False, True)
if list(seen.values()) != [iot, iot, (True, False)]:
    raise SystemExit(f"behaviour changed: {seen}")
PY
