"""What the whole way costs: CPU seconds, peak memory, and ratios within one run."""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
PAGE = """
import sys
sys.path.insert(0, ".")
from dashboards.shell import bar, data
from dashboards.views.{page} import page
words = bar.language()
data.begin()
bar.draw(words, {page!r})
page.page()
"""
PAGES = sorted(
    path.parent.name for path in (PROJECT / "dashboards").glob("views/*/page.py")
)
JIKE = [sys.executable, "-m", "jike.cli"]


@dataclass(frozen=True)
class Figure:
    """One measurement beside its limit (None: only told)."""

    name: str
    measured: float
    unit: str
    limit: float | None = None

    def line(self) -> str:
        """Give the row of the printed table."""
        limit = "" if self.limit is None else f"{self.limit:.2f}"
        verdict = ""
        if self.limit is not None:
            verdict = "ok" if self.measured <= self.limit else "OVER"
        return (
            f"| {self.name} | {self.measured:.2f} | {limit} | {self.unit} | {verdict} |"
        )


def spent(command: list[str], home: Path) -> tuple[float, float]:
    """Run a command; give its CPU seconds and its peak memory in GB."""
    environment = os.environ | {"JIKE_HOME": str(home)}
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


def plain_script(built: Path, manifest: Path) -> float:
    """CPU seconds of the compiled models as one script in one connection."""
    call = f"run_plainly({str(built)!r}, {str(manifest)!r})"
    code = f"import benchmarks.pipeline as pipeline; pipeline.{call}"
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    before = used.ru_utime + used.ru_stime
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime - before


def run_plainly(built: str, manifest: str) -> None:
    """Make every model again from the raw rows and lists of a finished build."""
    import duckdb

    nodes = json.loads(Path(manifest).read_text(encoding="utf-8"))["nodes"]
    models = {
        name: node for name, node in nodes.items() if node["resource_type"] == "model"
    }
    with tempfile.TemporaryDirectory() as folder:
        name = Path(built).stem
        con = duckdb.connect(f"{folder}/{name}.duckdb", config={"threads": "2"})
        con.execute(f"attach '{built}' as given (read_only)")
        for room in ("raw", "lists", "staging", "intermediate", "marts"):
            con.execute(f"create schema {room}")
        for room, table in con.execute(
            "select schema_name, table_name from duckdb_tables() "
            "where database_name = 'given' and schema_name in ('raw', 'lists')"
        ).fetchall():
            con.execute(
                f"create view {room}.{table} as select * from given.{room}.{table}"
            )
        done: set[str] = set()
        while len(done) < len(models):
            for name, node in models.items():
                needed = {one for one in node["depends_on"]["nodes"] if one in models}
                if name in done or not needed <= done:
                    continue
                kind = node["config"]["materialized"]
                con.execute(
                    f"create {kind} {node['schema']}.{node['name']} as "
                    f"{node['compiled_code']}"
                )
                done.add(name)


def page_rerun(home: Path, page: str) -> float:
    """CPU seconds of one rerun of a page whose answers are cached."""
    code = (
        "import time; from streamlit.testing.v1 import AppTest; "
        f"app = AppTest.from_string({PAGE.format(page=page)!r}, default_timeout=120); "
        "app.run(); app.run(); "
        "start = time.process_time(); app.run(); "
        "assert not app.exception; print(time.process_time() - start)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"JIKE_HOME": str(home)},
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    return float(answer.stdout.strip().splitlines()[-1])


def counted(manifest: Path) -> tuple[int, int]:
    """Number of models and of data tests in a build."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    kinds = [node["resource_type"] for node in nodes]
    return kinds.count("model"), kinds.count("test")


def figures(home: Path, scale: int) -> list[Figure]:
    """Measure the whole way and its steps."""
    sample = home / "sample-2025-09-30"
    found = []
    total = peak = 0.0
    steps = {
        "sample": ["sample", "--scale", str(scale), "--out", str(sample)],
        "load": ["load", str(sample), "--source", "sample"],
        "build": ["build"],
        "audit": ["audit"],
        "publish": ["publish"],
    }
    built = 0.0
    for name, arguments in steps.items():
        cpu, memory = spent([*JIKE, *arguments], home)
        total, peak = total + cpu, max(peak, memory)
        built = cpu if name == "build" else built
        found.append(
            Figure(name, cpu, "CPU s", 30 * scale if name == "sample" else None)
        )
    limit = 120.0 if scale == 1 else None
    found.append(Figure("demo without serving", total, "CPU s", limit))
    found.append(Figure("peak memory", peak, "GB", 2.0 if scale == 1 else None))
    manifest = home / "build/dbt/target/manifest.json"
    models, tests = counted(manifest)
    (database,) = sorted(home.joinpath("build").glob("*.duckdb"))[-1:]
    plain = plain_script(database, manifest)
    found.append(
        Figure(f"the same SQL of {models} models in one script", plain, "CPU s")
    )
    allowed = 1.2 * plain + 6 + 0.07 * models + 0.03 * tests
    found.append(Figure(f"build with {tests} data tests", built, "CPU s", allowed))
    found.append(Figure("jike --help", spent([*JIKE, "--help"], home)[0], "CPU s", 0.3))
    asked = ["kpi", "nrr", "--period", "2025YTD", "--by", "city,tier"]
    found.append(Figure("jike kpi", spent([*JIKE, *asked], home)[0], "CPU s", 0.8))
    return found


def main() -> None:
    """Print the table of figures."""
    if sys.argv[1:2] == ["--measure"]:
        return measure(sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1)
    parser.add_argument("--home", type=Path)
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder)
        print("| measured | figure | limit | unit | |\n|---|---|---|---|---|")
        for figure in figures(home, options.scale):
            print(figure.line())
        for page in PAGES:
            rerun = page_rerun(home, page)
            print(Figure(f"rerun of page {page}", rerun, "CPU s", 0.3).line())
    print(f"\n{time.monotonic() - started:.0f} seconds in all", file=sys.stderr)


if __name__ == "__main__":
    main()
