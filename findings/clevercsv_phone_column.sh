#!/usr/bin/env bash
# A file of one column is split at the hyphens of its phone numbers
#
# Packages: clevercsv==0.8.5
# Guess: the sniffer, made for messy files, sees that a file with one column has no
#   delimiter.
# Behaviour: a mark that cuts most rows into equally many tidy pieces wins: the hyphen
#   of area codes, the colon of times. The header has no such mark and does not save
#   it.
# Seen on 2026-12-01:
#   ['-', ':']
# Why it matters: a list of numbers to exclude from a survey, delivered as one column,
#   loads as two with the area code as key.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    clevercsv==0.8.5

venv/bin/python - <<'PY'
import clevercsv

phones = "号码\n010-62345678\n021-62345678\n0755-26234567\n"
times = "\n".join(f"2024-01-{day:02} 08:{day:02}:00" for day in range(1, 20))
seen = [clevercsv.Sniffer().sniff(text).delimiter for text in (phones, times)]
print(seen)
if seen != ["-", ":"]:
    raise SystemExit(f"behaviour changed: {seen}")
PY
