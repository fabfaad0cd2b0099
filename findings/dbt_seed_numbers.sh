#!/usr/bin/env bash
# A seed of percentages does not load; a seed of codes loads as other numbers
#
# Packages: dbt-core==1.11.16, dbt-duckdb==1.11.1, duckdb==2.0.1
# Guess: in a dbt seed "5%" and "10%" are text, and so are the codes 1_000 and 1E5.
# Behaviour: dbt has its types guessed by agate, which reads "5%" as the whole number
#   5 and, as Python does, 1_000 as 1000. The file then goes to DuckDB with these
#   types: the codes become 1000 and 100000, the percentages stop the load.
# Seen on 2026-12-01:
#   [(1000, 100000, 'INTEGER'), (2000, 20000000, 'INTEGER')]
#   Could not convert string "5%" to 'INTEGER'
# Why it matters: contract and product codes change without a message, and the error
#   for "5%" speaks of a type that nobody declared; `column_types` avoids both.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    dbt-core==1.11.16 dbt-duckdb==1.11.1 duckdb==2.0.1

mkdir seeds
cat >dbt_project.yml <<'YML'
{name: p, version: "1.0", profile: p}
YML
cat >profiles.yml <<'YML'
p: {target: d, outputs: {d: {type: duckdb, path: x.duckdb}}}
YML
printf 'a,b\n1_000,1E5\n2_000,2E7\n' >seeds/codes.csv
printf 'rate\n5%%\n10%%\n' >seeds/rates.csv
export DBT_SEND_ANONYMOUS_USAGE_STATS=false PATH="$work/venv/bin:$PATH"
dbt --quiet seed --select codes
python - <<'PY'
import duckdb

rows = duckdb.connect("x.duckdb").sql("select a, b, typeof(a) from codes").fetchall()
print(rows)
if rows != [(1000, 100000, "INTEGER"), (2000, 20000000, "INTEGER")]:
    raise SystemExit(f"behaviour changed: {rows}")
PY
if dbt --quiet --no-use-colors seed --select rates >log; then
    echo "behaviour changed: the percentages load" >&2
    exit 1
fi
grep -o 'Could not convert string "5%" to .*' log || {
    echo "behaviour changed: another error stops the percentages" >&2
    exit 1
}
