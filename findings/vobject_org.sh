#!/usr/bin/env bash
# A company set as a vCard's ORG is written one character per unit
#
# Packages: vobject==0.9.9
# Guess: ORG is text: card.add("org").value = "中国移动" is written as ORG:中国移动.
# Behaviour: the value of ORG is a list of organisational units; a string is taken as
#   a list of its characters, and no error is raised. Reading back gives four units.
# Seen on 2026-12-01:
#   ORG:中;国;移;动 ['中', '国', '移', '动']
# Why it matters: contact cards exported from a customer list open in an address book
#   with the company broken up; FN and the phone, set in the same way, are right.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    vobject==0.9.9

venv/bin/python - <<'PY'
import vobject

card = vobject.vCard()
card.add("fn").value = "李雷"
card.add("n").value = vobject.vcard.Name(family="李", given="雷")
card.add("org").value = "中国移动"
text = card.serialize()
line = next(line for line in text.splitlines() if line.startswith("ORG"))
print(line, vobject.readOne(text).org.value)
if line != "ORG:中;国;移;动" or vobject.readOne(text).org.value != list("中国移动"):
    raise SystemExit(f"behaviour changed: {line}")
card.org.value = ["中国移动"]
if "ORG:中国移动\r\n" not in card.serialize():
    raise SystemExit("behaviour changed: a list is no longer written as one unit")
PY
