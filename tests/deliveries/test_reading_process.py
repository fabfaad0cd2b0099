"""A file that kills or exhausts its reader is refused, and the load goes on."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from jike.deliveries.load import RefusedDeliveryError
from jike.deliveries.reading import process as reading_process
from jike.deliveries.reading.cells import RefusedError
from jike.deliveries.reading.process import try_out
from jike.ground.home import Home
from tests.deliveries import corpus
from tests.fixtures.deliveries import csv_of, deliver, good, load, loaded


@pytest.fixture(autouse=True)
def _a_new_process():
    reading_process.stop()
    yield
    reading_process.stop()


def parquet(path: Path, select: str) -> Path:
    with duckdb.connect() as con:
        con.execute(f"copy ({select}) to '{path}' (format parquet)")
    return path


def process_of(path: Path) -> int:
    """The process that has read a sound file."""
    try_out(path)
    return reading_process._process.pid


def test_sound_and_damaged_files_are_read_by_one_process(tmp_path):
    sound = parquet(tmp_path / "a.parquet", "select 1 as a")
    damaged = tmp_path / "b.parquet"
    damaged.write_bytes(b"PAR1" + b"\0" * 40 + b"PAR1")
    book = tmp_path / "c.xlsx"
    book.write_bytes(corpus.SOUND_WORKBOOK)
    first = process_of(sound)
    for path in (damaged, book, sound):
        assert process_of(path) == first


def test_csv_needs_no_process(tmp_path):
    try_out(deliver(tmp_path, customers=csv_of([good("customers")])) / "customers.csv")
    assert reading_process._process is None


def test_a_file_that_takes_too_much_computing_is_refused(tmp_path):
    sound = parquet(tmp_path / "a.parquet", "select 1 as a")
    long = parquet(
        tmp_path / "b.parquet", "select repeat([1], 100000) as a from range(1000)"
    )
    assert long.stat().st_size < 1 << 20
    first = process_of(sound)
    with pytest.raises(RefusedError, match="1 seconds of computing"):
        try_out(long, seconds=1)
    assert process_of(sound) != first


def test_a_file_that_takes_too_much_memory_is_refused(tmp_path):
    wide = parquet(tmp_path / "a.parquet", "select repeat('x', 200000000) as a")
    with pytest.raises(RefusedError, match=r"within 300 MB of memory"):
        try_out(wide, memory=300 << 20)


def test_a_file_on_which_its_reader_dies_is_refused_and_the_others_are_reported(
    tmp_path, monkeypatch
):
    folder = deliver(tmp_path / "2025-09-30", bills=b"a,b\n")
    for name in ("customers", "orders"):
        (folder / f"{name}.parquet").write_bytes(corpus.SOUND_PARQUET)
    started = reading_process._started

    def killed():
        process = started()
        os.kill(process.pid, signal.SIGSEGV)
        process.wait()
        return process

    monkeypatch.setattr(reading_process, "_started", killed)
    with pytest.raises(RefusedDeliveryError) as told:
        load(Home(tmp_path / "home"), folder)
    reasons = {report.file: str(report.refused) for report in told.value.reports}
    assert "lacks the required column" in reasons["bills.csv"]
    assert "cannot be read within" in reasons["customers.parquet"]
    assert "cannot be read within" in reasons["orders.parquet"]
    monkeypatch.undo()
    (folder / "bills.csv").unlink()
    (folder / "orders.parquet").unlink()
    assert loaded(Home(tmp_path / "home"), folder)["customers.parquet"].accepted == 1


def test_the_process_ends_with_the_one_that_started_it(tmp_path):
    sound = parquet(tmp_path / "a.parquet", "select 1 as a")
    code = (
        "import os, sys; from pathlib import Path; "
        "from jike.deliveries.reading import process as r; "
        "r.try_out(Path(sys.argv[1])); "
        "print(r._process.pid, flush=True); os._exit(137)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(sound)],
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    child = Path("/proc") / done.stdout.strip()
    until = time.monotonic() + 30
    while child.exists() and "Z" not in (child / "stat").read_text().split()[2]:
        assert time.monotonic() < until
        time.sleep(0.05)
