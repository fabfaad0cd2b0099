#!/usr/bin/env bash
# Appending a categorical column changes the labels of the rows already there
#
# Packages: fastparquet==2026.9.0, pyarrow==26.0.1, pandas==2.3.3, numpy==2.4.6
# Guess: each row group has its own dictionary, so rows appended with other categories
#   leave the earlier ones alone, whoever reads them.
# Behaviour: the file is right, as pyarrow shows; fastparquet reads the codes of all
#   row groups with the labels of the last one: 北京 comes back as 广州.
# Seen on 2026-12-01:
#   {'pyarrow': ['北京', '上海', '广州', '上海'], 'fastparquet': ['广州', '上海', '广州', '上海']}
# Why it matters: monthly appends in which a branch is new are the usual case; every
#   total over all rows stays right while the rows of two branches have changed
#   places.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check \
    fastparquet==2026.9.0 pyarrow==26.0.1 pandas==2.3.3 numpy==2.4.6

venv/bin/python - <<'PY'
import fastparquet
import pandas as pd

for cities, append in ((["北京", "上海"], False), (["广州", "上海"], True)):
    part = pd.DataFrame({"city": pd.Categorical(cities)})
    fastparquet.write("cities.parquet", part, append=append)
seen = {
    engine: pd.read_parquet("cities.parquet", engine=engine)["city"].tolist()
    for engine in ("pyarrow", "fastparquet")
}
print(seen)
if seen["pyarrow"] != ["北京", "上海", "广州", "上海"]:
    raise SystemExit(f"behaviour changed: the file itself holds {seen['pyarrow']}")
if seen["fastparquet"] != ["广州", "上海", "广州", "上海"]:
    raise SystemExit(f"behaviour changed: fastparquet reads {seen['fastparquet']}")
PY
