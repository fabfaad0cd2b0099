#!/usr/bin/env bash
# An address whose district exists in several cities is put into one of them
#
# Packages: cpca==0.5.5, pandas==2.3.3, numpy==2.4.6
# Guess: cpca leaves province and city empty where a district's name does not decide
#   them, or at least takes the best-known one.
# Behaviour: it takes one, without any mark, unless the caller names a choice in
#   `umap`. It is not the likely one.
# Seen on 2026-12-01:
#   [['吉林省', '长春市'], ['河南省', '开封市']]
# Why it matters: customers get a city and a province that nobody wrote, and a map or
#   a regional table shows them there.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    cpca==0.5.5 pandas==2.3.3 numpy==2.4.6

venv/bin/python - <<'PY'
import cpca

table = cpca.transform(["朝阳区建国路1号", "鼓楼区中山北路1号"])
seen = table[["省", "市"]].values.tolist()
print(seen)
if seen != [["吉林省", "长春市"], ["河南省", "开封市"]]:
    raise SystemExit(f"behaviour changed: {seen}")
chosen = cpca.transform(["朝阳区建国路1号"], umap={"朝阳区": "110105"})
if chosen["省"][0] != "北京市":
    raise SystemExit("behaviour changed: umap no longer decides")
PY
