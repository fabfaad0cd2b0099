"""What loading costs beside a plain copy by DuckDB: ratios of CPU within one run."""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PARQUET_RATIO, CSV_RATIO, MEMORY_GB = 2.5, 4.0, 1.0
CALLS = """
select 'L' || i as call_id, 'H' || (hash(i) % 200000) as caller,
    'K' || (i % 5000) as customer_id, 'C0' || (1 + i % 9) as city_branch_id,
    'R' || (i % 6) as centre_id, '10086' || (i % 9) as access_number,
    case when i % 50 = 0 then 'key_person' else 'standard' end as lane,
    ivr_at, ivr_at + interval 20 seconds as queued_at,
    case when i % 10 > 0 then ivr_at + interval 35 seconds end as answered_at,
    ivr_at + interval 3 minutes as ended_at,
    case when i % 10 > 0 then 'answered' else 'abandoned' end as outcome,
    'G' || (i % 300) as agent_id, '咨询' || (i % 7) as reason
from (select i, timestamp '2025-01-01 08:00:00' + to_seconds(i * 2) as ivr_at
    from range({rows}) as r (i))
"""
COPY = """
import sys, duckdb
con = duckdb.connect(config={"threads": 2, "memory_limit": "512MB"})
con.execute(f"copy (select * from {sys.argv[1]}('{sys.argv[2]}')) "
            f"to '{sys.argv[3]}' (format parquet)")
"""


def write_calls(folder: Path, rows: int) -> dict[str, Path]:
    """Write a delivery of calls in both formats; give the files by format."""
    import duckdb

    files = {}
    for kind, options in (("parquet", "format parquet"), ("csv", "format csv")):
        files[kind] = folder / kind / "2025-09-30" / f"calls.{kind}"
        files[kind].parent.mkdir(parents=True)
        with duckdb.connect(config={"memory_limit": "512MB"}) as con:
            con.execute(
                f"copy ({CALLS.format(rows=rows)}) to '{files[kind]}' ({options})"
            )
    return files


def spent(command: list[str]) -> tuple[float, float]:
    """Run a command; give its CPU seconds, children included, and peak memory in GB."""
    environment = os.environ | {"PYTHONPATH": str(PROJECT / "src")}
    measured = subprocess.run(
        [sys.executable, __file__, "--measure", *command],
        env=environment,
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    cpu, memory = json.loads(measured.stdout.strip().splitlines()[-1])
    return cpu, memory


def measure(command: list[str]) -> None:
    """Run a command as the only child, so that its peak memory is its own."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6]))


def main() -> None:
    """Print the table of figures; peak memory is that of the largest process."""
    if sys.argv[1:2] == ["--measure"]:
        return measure(sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        files = write_calls(root, options.rows)
        print("| format | load, CPU s | plain copy, CPU s | ratio | limit | GB | |")
        print("|---|---|---|---|---|---|---|")
        for kind, limit in (("parquet", PARQUET_RATIO), ("csv", CSV_RATIO)):
            copy = [f"read_{kind}", str(files[kind]), str(root / "copy.parquet")]
            plain, _ = spent([sys.executable, "-c", COPY, *copy])
            jike = [
                sys.executable,
                "-m",
                "jike.cli",
                "--home",
                str(root / f"home-{kind}"),
            ]
            ours, memory = spent([*jike, "load", str(files[kind].parent)])
            holds = ours <= limit * plain and memory <= MEMORY_GB
            print(
                f"| {kind} | {ours:.1f} | {plain:.1f} | {ours / plain:.2f} | {limit} | "
                f"{memory:.2f} | {'ok' if holds else 'OVER'} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
