#!/usr/bin/env bash
# Decoding a BER file of call records gives the first record and no error
#
# Packages: asn1tools==0.169.0
# Guess: decode() of a byte string that holds two records raises, for what follows the
#   first record is not part of it.
# Behaviour: decode() ignores whatever follows, another record or plain garbage. An
#   element that the specification does not know is dropped just as quietly, though
#   the SEQUENCE has no extension mark. decode_with_length() tells where to go on.
# Seen on 2026-12-01:
#   [{'call': 1}, {'call': 1}, {'call': 1}]
# Why it matters: files of call records are records laid end to end: a loader that
#   decodes the file loads one row of each and looks healthy.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    asn1tools==0.169.0

venv/bin/python - <<'PY'
import asn1tools

OLD = "Call ::= SEQUENCE { call INTEGER }"
NEW = "Call ::= SEQUENCE { call INTEGER, cost INTEGER }"
old, new = (
    asn1tools.compile_string(f"M DEFINITIONS AUTOMATIC TAGS ::= BEGIN {s} END", "ber")
    for s in (OLD, NEW)
)
first, second = (old.encode("Call", {"call": n}) for n in (1, 2))
seen = [
    old.decode("Call", first + second),
    old.decode("Call", first + b"junk!"),
    old.decode("Call", new.encode("Call", {"call": 1, "cost": 9})),
]
print(seen)
if seen != [{"call": 1}] * 3:
    raise SystemExit(f"behaviour changed: {seen}")
if old.decode_with_length("Call", first + second) != ({"call": 1}, len(first)):
    raise SystemExit("behaviour changed: decode_with_length")
PY
