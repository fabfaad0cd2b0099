#!/usr/bin/env bash
# A decimal sent to the browser by Arrow is a hundred times too large
#
# Packages: pyarrow==26.0.1, apache-arrow@21.2.0 (npm)
# Guess: 10.50 in a decimal128(20, 2) column shows as 10.50 in Arrow's JavaScript
#   library.
# Behaviour: the library hands out the unscaled integer: as text and as a number it is
#   1050. The scale is only to be found in the type of the column.
# Seen on 2026-12-01:
#   1050 1050 10.5
# Why it matters: amounts queried as DECIMAL and drawn in the browser are in fen under
#   an axis that says yuan; doubles beside them are right.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    pyarrow==26.0.1
npm install --silent --no-audit --no-fund --prefix "$work" \
    apache-arrow@21.2.0

venv/bin/python - <<'PY'
from decimal import Decimal

import pyarrow as pa

fee = pa.array([Decimal("10.50")], pa.decimal128(20, 2))
table = pa.table({"fee": fee, "double": [10.5]})
with pa.ipc.new_file("x.arrow", table.schema) as file:
    file.write_table(table)
PY
cat >read.mjs <<'JS'
import { readFileSync } from "fs";
import { tableFromIPC } from "apache-arrow";

const row = tableFromIPC(readFileSync("x.arrow")).get(0);
const seen = [String(row.fee), Number(row.fee), row.double];
console.log(...seen);
if (seen.join() !== '1050,1050,10.5') {
  console.error("behaviour changed:", seen.join());
  process.exit(1);
}
JS
node read.mjs
