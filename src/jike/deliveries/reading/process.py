"""A first reading of binary files where they can do no harm: in a process with limits.

Parquet and workbooks are read by native code that was written for files one trusts.
Each is read once, to its end, by a process of its own that may take only so much memory
and computing; a file on which it dies is refused, and the next one gets a new process.
"""

import atexit
import contextlib
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

from jike.deliveries.reading.cells import RefusedError

MEMORY = 4 << 30  # address space, in bytes: DuckDB's 512 MB, code, stacks of threads
SECONDS, SECONDS_PER_MEGABYTE = 30, 2  # of computing; a sound file takes a hundredth
WORKBOOKS = (".xlsx", ".xls")
KINDS = (".parquet", *WORKBOOKS)
_process: "subprocess.Popen[str] | None" = None


def try_out(
    staged: Path,
    sheet: str | int | None = None,
    memory: int = MEMORY,
    seconds: int = SECONDS,
) -> None:
    """Read a staged Parquet file or workbook to its end in the process with limits.

    Whether its content is sound is not decided here, nor which sheet is meant
    (sheet_rows). Text files are read by Python.

    Raises:
        RefusedError: the process died or reached a limit.
    """
    if staged.suffix.lower() not in KINDS:
        return
    seconds += SECONDS_PER_MEGABYTE * (staged.stat().st_size >> 20)
    limits = {"memory": memory, "seconds": seconds}
    asked = {"path": str(staged), "sheet": sheet, **limits}
    process = _started()
    answer = ""
    with contextlib.suppress(BrokenPipeError):
        _pipe(process.stdin).write(json.dumps(asked) + "\n")
        _pipe(process.stdin).flush()
        answer = _pipe(process.stdout).readline()
    if answer.strip() != "read":
        stop()
        raise RefusedError(
            "cannot be read within {memory:,} MB of memory and {seconds:,} seconds of "
            "computing; deliver it as CSV or in parts",
            memory=memory >> 20,
            seconds=seconds,
        )


def _pipe(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise AssertionError("the process was started without pipes")
    return pipe


def _started() -> "subprocess.Popen[str]":
    """Give the process, a new one when there is none; it ends with this one."""
    global _process
    if _process is None or _process.poll() is not None:
        package = str(Path(__file__).resolve().parents[3])
        paths = [package, os.environ.get("PYTHONPATH", "")]
        _process = subprocess.Popen(
            [sys.executable, "-P", "-m", "jike.deliveries.reading.process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
    return _process


def stop() -> None:
    """End the process; the next file gets a new one."""
    global _process
    if _process is not None:
        _process.kill()
        _process.communicate()
        _process = None


atexit.register(stop)


# ---- in the process itself ----


def main() -> None:
    """Read one file per line of the input, each within its limits; say when it is."""
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        _limit(asked["memory"], asked["seconds"])
        try:
            _read(Path(asked["path"]), asked["sheet"])
        except MemoryError:
            return
        except Exception as error:
            if "Out of Memory" in str(error):
                return
            # Damaged, which the load finds too and says in its own words.
        sys.stdout.write("read\n")
        sys.stdout.flush()


def _limit(memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, resource.RLIM_INFINITY))
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.RLIM_INFINITY))


def _read(path: Path, sheet: str | int | None) -> None:
    if path.suffix.lower() in WORKBOOKS:
        from jike.deliveries.reading.sheet import sheet_rows

        for _ in sheet_rows(path, sheet):
            continue
        return
    import duckdb

    from jike.ground.quoting import quoted_path

    with duckdb.connect(
        config={
            "memory_limit": "512MB",
            "threads": 2,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    ) as con:
        con.execute(
            "select bit_xor(hash(cells)) from "
            f"read_parquet({quoted_path(path)}, hive_partitioning = false) as cells"
        ).fetchall()


if __name__ == "__main__":
    main()
