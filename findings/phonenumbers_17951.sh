#!/usr/bin/env bash
# Sixteen digits pass as a valid mainland mobile number
#
# Packages: phonenumbers==9.0.43
# Guess: a string of 16 digits is too long for a Chinese number, so a validity check
#   rejects it.
# Behaviour: prefixes of IP telephony (17951, 12593, …) count as a national prefix of
#   China and are dropped without a trace: what is left is a valid mobile number,
#   equal to the one without prefix.
# Seen on 2026-12-01:
#   1795113812345678 -> +8613812345678 True
#   1259313812345678 -> +8613812345678 True
# Why it matters: an account number that happens to begin like this passes as a phone,
#   while dialled numbers with and without prefix fall together only if normalised by
#   this library and not by a regular expression.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    phonenumbers==9.0.43

venv/bin/python - <<'PY'
import phonenumbers as pn

plain = pn.parse("13812345678", "CN")
for digits in ("1795113812345678", "1259313812345678"):
    number = pn.parse(digits, "CN")
    text = pn.format_number(number, pn.PhoneNumberFormat.E164)
    print(digits, "->", text, pn.is_valid_number(number))
    if number != plain or not pn.is_valid_number(number):
        raise SystemExit(f"behaviour changed for {digits}: {text}")
PY
