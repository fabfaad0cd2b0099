#!/usr/bin/env bash
# A column of names that end in a number is read as dates by Vega
#
# Packages: vega-loader@5.1.3 (npm)
# Guess: parse: "auto" leaves "Store 1", "Store 2" as text: nobody writes a date like
#   that.
# Behaviour: a column is a date if JavaScript's Date.parse() takes every value, and V8
#   takes a word before the number of a month: "Store 1" is 1 January 2001, "套餐 5" 1
#   May. A 13 among them, and all is text again.
# Seen on 2026-12-01:
#   Mon Jan 01 2001 | Thu Feb 01 2001
#   Tue May 01 2001 | Sat Sep 01 2001
#   Store 1 | Store 13
# Why it matters: shops, tariffs and lines named with a number get a time axis in
#   2001, until the 13th is opened.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
package=vega-loader==5.1.3
npm install --silent --no-audit --no-fund --prefix "$work" "${package/==/@}"

cat >read.mjs <<'JS'
import { read } from "vega-loader";

const parse = (names) =>
  read(["name", ...names].join("\n"), { type: "csv", parse: "auto" })
    .map((row) => (row.name > 0 ? new Date(row.name).toDateString() : row.name))
    .join(" | ");
const seen = [["Store 1", "Store 2"], ["套餐 5", "套餐 9"], ["Store 1", "Store 13"]];
const got = seen.map(parse);
got.forEach((text) => console.log(text));
if (
  !got[0].includes("Jan 01 2001") ||
  !got[1].includes("May 01 2001") ||
  got[2] !== "Store 1 | Store 13"
) {
  console.error("behaviour changed:", got.join("; "));
  process.exit(1);
}
JS
TZ=UTC node read.mjs
