#!/usr/bin/env bash
# Identity numbers of people older than their county code are "invalid"
#
# Packages: python-stdnum==2.2
# Guess: an 18-digit Chinese identity number with a known county code, a real date and
#   the right check digit is valid.
# Behaviour: the county code must also have been in force in the year of birth.
#   Numbers have only been given out since the 1980s, with the codes of that day: for
#   420102 (武汉市江岸区) everyone born before the code is rejected as InvalidComponent.
# Seen on 2026-12-01:
#   {('110101', 1970): 'valid', ('420102', 1990): 'valid', ('420102', 1970):
#     'InvalidComponent'}
# Why it matters: a validity check on contacts of contracts fails for older people in
#   some cities and for nobody in others, which looks like bad data of those branches.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    python-stdnum==2.2

venv/bin/python - <<'PY'
from stdnum.cn import ric


def number(county, year):
    digits = f"{county}{year}0101000"  # a serial number that nobody has
    return digits + ric.calc_check_digit(digits + "0")


seen = {}
for county, year in (("110101", 1970), ("420102", 1990), ("420102", 1970)):
    try:
        ric.validate(number(county, year))
        seen[county, year] = "valid"
    except ric.InvalidComponent as error:
        seen[county, year] = type(error).__name__
print(seen)
if list(seen.values()) != ["valid", "valid", "InvalidComponent"]:
    raise SystemExit(f"behaviour changed: {seen}")
PY
