#!/usr/bin/env bash
# An Excel error is read as an empty cell
#
# Packages: XlsxWriter==3.3.1, openpyxl==3.1.5, python-calamine==0.9.1
# Guess: a cell with #N/A or #DIV/0! is read as that text, as openpyxl does, or
#   raises.
# Behaviour: calamine gives the same empty string as for a cell in which nothing was
#   ever written.
# Seen on 2026-12-01:
#   ('#N/A', '#DIV/0!', None) ['', '', '']
# Why it matters: a lookup that failed in the workbook becomes "nothing delivered":
#   counts of missing values are right and the broken formula behind them is not seen.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    XlsxWriter==3.3.1 openpyxl==3.1.5 python-calamine==0.9.1

venv/bin/python - <<'PY'
import openpyxl
import python_calamine
import xlsxwriter

with xlsxwriter.Workbook("book.xlsx") as book:
    sheet = book.add_worksheet()
    sheet.write_formula("A1", "=NA()", None, "#N/A")
    sheet.write_formula("B1", "=1/0", None, "#DIV/0!")
    sheet.write("D1", "end")
one = next(openpyxl.load_workbook("book.xlsx", data_only=True).active.values)[:3]
book = python_calamine.CalamineWorkbook.from_path("book.xlsx")
other = book.get_sheet_by_index(0).to_python()[0][:3]
print(one, other)
if one != ("#N/A", "#DIV/0!", None):
    raise SystemExit(f"behaviour changed: openpyxl reads {one}")
if other != ["", "", ""]:
    raise SystemExit(f"behaviour changed: calamine reads {other}")
PY
