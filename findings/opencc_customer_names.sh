#!/usr/bin/env bash
# Conversion to simplified characters alters names that are simplified already
#
# Packages: OpenCC==1.4.2
# Guess: OpenCC's t2s, run over a list that may hold traditional names, leaves those
#   alone that are in simplified characters.
# Behaviour: characters that are both a traditional form of one word and a proper
#   simplified character of another are replaced: 16 of the 6,763 of GB 2312.
# Seen on 2026-12-01:
#   {'乾照光电': '干照光电', '於女士': '于女士', '乾隆': '乾隆'}
#   16 of 6763 乾菸薹拚捱摺吒後徵夥榘於袷麴醣麽
# Why it matters: run as a harmless normalisation before matching customers, it
#   renames a listed company and merges two surnames (於 and 于).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    OpenCC==1.4.2

venv/bin/python - <<'PY'
from opencc import OpenCC

t2s = OpenCC("t2s").convert
seen = {name: t2s(name) for name in ("乾照光电", "於女士", "乾隆")}
print(seen)
if seen != {"乾照光电": "干照光电", "於女士": "于女士", "乾隆": "乾隆"}:
    raise SystemExit(f"behaviour changed: {seen}")
gb2312 = [
    character
    for high in range(0xB0, 0xF8)
    for low in range(0xA1, 0xFF)
    if (character := bytes([high, low]).decode("gb2312", "ignore"))
]
changed = [character for character in gb2312 if t2s(character) != character]
print(len(changed), "of", len(gb2312), "".join(changed))
if len(gb2312) != 6763 or len(changed) != 16:
    raise SystemExit(f"behaviour changed: {len(changed)} of {len(gb2312)}")
PY
