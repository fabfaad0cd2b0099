#!/usr/bin/env bash
# Customers called April, May and June are dates of the year 1
#
# Packages: agate==1.14.2
# Guess: a column of words is text; only what looks like a date is one.
# Behaviour: agate, and with it csvkit, hands a column of words to a parser of
#   everyday English: names of months and "today" are dates, 3d and 10m are durations,
#   Y and N truth values. One other value in the column, and all is text again.
# Seen on 2026-12-01:
#   ['April', 'May', 'June'] -> Date 0001-04-01
#   ['April', 'May', 'Lee'] -> Text April
#   ['today', 'tomorrow'] -> Date 0001-01-01
#   ['3d', '10m'] -> TimeDelta 3 days, 0:00:00
#   ['Y', 'N'] -> Boolean True
# Why it matters: the type of a column depends on who is in the delivery; contact
#   names and codes of short files turn into 0001-04-01.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    agate==1.14.2

venv/bin/python - <<'PY'
import io

import agate

seen = {}
for values in (
    ["April", "May", "June"],
    ["April", "May", "Lee"],
    ["today", "tomorrow"],
    ["3d", "10m"],
    ["Y", "N"],
):
    table = agate.Table.from_csv(io.StringIO("c\n" + "\n".join(values)))
    seen[values[-1]] = type(table.column_types[0]).__name__
    print(values, "->", seen[values[-1]], table.columns[0][0])
kinds = ["Date", "Text", "Date", "TimeDelta", "Boolean"]
if list(seen.values()) != kinds:
    raise SystemExit(f"behaviour changed: {seen}")
PY
