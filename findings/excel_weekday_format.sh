#!/usr/bin/env bash
# A date shown as a Chinese weekday is read from Excel as the number 45000
#
# Packages: XlsxWriter==3.3.1, openpyxl==3.1.5, python-calamine==0.9.1
# Guess: a cell with the date format aaaa (Chinese Excel: 星期三) is read as a date, as
#   one with dddd is.
# Behaviour: openpyxl and calamine both tell dates by the letters d, m, y, h and s; a
#   has no meaning to them. The same day formatted e"年"m"月" is read as a date, thanks
#   to the m.
# Seen on 2026-12-01:
#   (datetime.datetime(2023, 3, 15, 0, 0), 45000, 45000) (datetime.date(2023, 3, 15),
#     45000.0, 45000.0)
# Why it matters: rosters and hotline reports often show the weekday; read through
#   either library the column holds day counts and joins to nothing.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    XlsxWriter==3.3.1 openpyxl==3.1.5 python-calamine==0.9.1

venv/bin/python - <<'PY'
from datetime import date, datetime

import openpyxl
import python_calamine
import xlsxwriter

with xlsxwriter.Workbook("roster.xlsx") as book:
    sheet = book.add_worksheet()
    for column, form in enumerate(("dddd", "aaaa", "[$-804]aaaa;@")):
        sheet.write_datetime(
            0, column, datetime(2023, 3, 15), book.add_format({"num_format": form})
        )
one = next(openpyxl.load_workbook("roster.xlsx").active.values)
book = python_calamine.CalamineWorkbook.from_path("roster.xlsx")
other = tuple(book.get_sheet_by_index(0).to_python()[0])
print(one, other)
if one != (datetime(2023, 3, 15), 45000, 45000):
    raise SystemExit(f"behaviour changed: openpyxl reads {one}")
if other != (date(2023, 3, 15), 45000.0, 45000.0):
    raise SystemExit(f"behaviour changed: calamine reads {other}")
PY
