#!/usr/bin/env bash
# One working day after a Saturday is Monday here and Tuesday there
#
# Packages: chinesecalendar==1.11.0, holidays==0.108
# Guess: two libraries that agree on every working day of a year also agree on "one
#   working day later".
# Behaviour: from a working day they do. From a day off, chinese_calendar first moves
#   to the next working day and counts from there, holidays counts that day as the
#   first. Backwards they agree again.
# Seen on 2026-12-01:
#   [('2025-05-12', '2025-05-12'), ('2025-05-13', '2025-05-12'), ('2025-05-09',
#     '2025-05-09')]
# Why it matters: promises such as "answered within one working day" differ by a day
#   for everything that comes in on days off, and neither library is wrong about any
#   day.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    chinesecalendar==1.11.0 holidays==0.108

venv/bin/python - <<'PY'
from datetime import date

import chinese_calendar
import holidays

china = holidays.CN(years=2025)


def both(day, step):
    return (
        chinese_calendar.find_workday(step, day).isoformat(),
        china.get_nth_working_day(day, step).isoformat(),
    )


friday, saturday = date(2025, 5, 9), date(2025, 5, 10)
seen = [both(friday, 1), both(saturday, 1), both(saturday, -1)]
print(seen)
if seen != [
    ("2025-05-12", "2025-05-12"),
    ("2025-05-13", "2025-05-12"),
    ("2025-05-09", "2025-05-09"),
]:
    raise SystemExit(f"behaviour changed: {seen}")
PY
