#!/usr/bin/env bash
# A number outside its ASN.1 range is encoded as another number in PER
#
# Packages: asn1tools==0.169.0
# Guess: INTEGER (0..255) cannot hold 300, so encoding 300 raises, whatever the
#   encoding rules.
# Behaviour: constraints are only checked when asked for (check_constraints=True). BER
#   then carries 300 as it is, OER raises, but PER and UPER keep the low eight bits:
#   300 is sent as 44 and decodes without complaint.
# Seen on 2026-12-01:
#   {'ber': 300, 'oer': 'error', 'per': 44, 'uper': 44}
# Why it matters: a usage record written by such a tool reads back clean with a wrong
#   duration or volume; the totals are off and no file is rejected.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    asn1tools==0.169.0

venv/bin/python - <<'PY'
import asn1tools

SPEC = """Cdr DEFINITIONS AUTOMATIC TAGS ::= BEGIN
  Usage ::= SEQUENCE { seconds INTEGER (0..255), cell INTEGER (0..255) }
END"""
usage = {"seconds": 300, "cell": 7}
seen = {}
for rules in ("ber", "oer", "per", "uper"):
    codec = asn1tools.compile_string(SPEC, rules)
    try:
        seen[rules] = codec.decode("Usage", codec.encode("Usage", usage))["seconds"]
    except Exception as error:
        seen[rules] = type(error).__name__
print(seen)
if (seen["ber"], seen["per"], seen["uper"]) != (300, 44, 44) or seen["oer"] == 300:
    raise SystemExit(f"behaviour changed: {seen}")
try:
    codec.encode("Usage", usage, check_constraints=True)
except asn1tools.ConstraintsError:
    pass
else:
    raise SystemExit("behaviour changed: the check no longer raises")
PY
