#!/usr/bin/env bash
# A branch of a bank is spelt zhi xing, while its bank is spelt yin hang
#
# Packages: pypinyin==0.55.0
# Guess: the phrases of the dictionary cover 银行, 分行 and 支行 alike; all end in hang.
# Behaviour: 银行 and 分行 are phrases, 支行 is none: the commonest reading of 行 alone,
#   xing, is taken.
# Seen on 2026-12-01:
#   中国银行 zhong guo yin hang
#   招商银行分行 zhao shang yin hang fen hang
#   工商银行支行 gong shang yin hang zhi xing
#   支行 zhi xing
# Why it matters: a search by first letters finds the bank under ZGYH and its branch
#   under ZX instead of ZH; lists of business customers are full of branches.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    pypinyin==0.55.0

venv/bin/python - <<'PY'
from pypinyin import lazy_pinyin

seen = {}
for name in ("中国银行", "招商银行分行", "工商银行支行", "支行"):
    seen[name] = " ".join(lazy_pinyin(name))
    print(name, seen[name])
if list(seen.values()) != [
    "zhong guo yin hang",
    "zhao shang yin hang fen hang",
    "gong shang yin hang zhi xing",
    "zhi xing",
]:
    raise SystemExit(f"behaviour changed: {seen}")
PY
