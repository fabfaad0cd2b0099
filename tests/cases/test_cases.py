"""Small deliveries that once gave wrong figures: each gives the right one, or says why.

They lie beside the project, in the folder that JIKE_CASES names or in ../shared/cases,
and are no part of it; without the folder every test here is skipped. Those that need
a release share three builds.
"""

import os
import shutil
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from jike.build.build import build
from jike.checks.audit import audit
from jike.cli import parser
from jike.deliveries.load import load as load_delivery
from jike.deliveries.options import DeliveryOptions
from jike.deliveries.raw import default_as_of
from jike.ground.errors import AuditError, WrongInputError
from jike.ground.home import PROJECT, Home
from jike.mappings.source import row_source
from jike.pages.tried import questions_of_pages
from jike.releases.publish import publish
from tests.fixtures.answers import question_of
from tests.fixtures.compiled_models import compiled_once
from tests.fixtures.deliveries import built, load, loaded, plan, rows
from tests.fixtures.page_views import one_page, said

CASES = Path(os.environ.get("JIKE_CASES") or PROJECT.parent / "shared" / "cases")
HOLD = """
import duckdb, sys, time
opened = duckdb.connect(sys.argv[1])
print(1, flush=True)
time.sleep(60)
"""


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def case(name):
    """The folder of a case, by its name without a number."""
    found = sorted(CASES.glob(f"*-{name}"))
    if not found:
        pytest.skip(f"{CASES} holds no case {name}; JIKE_CASES names its folder")
    return found[0]


def delivery(name):
    return next(path for path in sorted(case(name).iterdir()) if path.name[:2] == "20")


def together(folder, *names):
    """One delivery of several cases: their files are parts of one entity each."""
    for name in names:
        for path in sorted(delivery(name).rglob("*.csv")):
            is_list = path.parent.name == "reference"
            part = f"reference/{path.name}" if is_list else f"{path.stem}/{name}.csv"
            (folder / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / part)
    return folder


def load_mapped(home, name):
    found = load_delivery(
        home,
        DeliveryOptions(
            delivery(name), mapping=row_source(home, f"{case(name)}/mapping")
        ),
    )
    return {report.entity or "": report for report in found}


@pytest.fixture(scope="module")
def of_calls(served, tmp_path_factory):
    """A release of the cases with calls, as of the middle of a month."""
    folder = tmp_path_factory.mktemp("calls") / "2025-09-15"
    together(folder, "ytd-mid-month", "negative-duration")
    return served(folder, date(2025, 9, 15))


@pytest.fixture(scope="module")
def of_credits(served, tmp_path_factory):
    """A release of a branch whose revenue is credits."""
    folder = tmp_path_factory.mktemp("credits") / "2025-09-30"
    return served(together(folder, "negative-base"))


@pytest.fixture
def page(monkeypatch):
    """Open a page of a home, and give it with all it says."""

    def opened(name, home, **url):
        monkeypatch.setenv("JIKE_HOME", str(home.root))
        app = one_page(name)
        for key, value in {"lang": "en", **url}.items():
            app.query_params[key] = value
        app.run()
        assert not app.exception
        return app, said(app)

    return opened


# --- figures --------------------------------------------------------------------------


@pytest.mark.slow
def test_ytd_mid_month(of_calls, page):
    (row,) = question_of(of_calls)("call_demand", "2025YTD", branch="BASE")
    assert (row["value"], row["is_partial"]) == (516, True)
    app, says = page("hotline", of_calls, period="2025YTD", branch="BASE")
    (demand,) = [m for m in app.metric if m.label == "Agent call demand"]
    assert demand.value == "516"
    assert not demand.delta or "0.4%" in demand.delta
    assert "5.8%" not in says
    assert "51.6%" not in says
    assert "50.0%" not in says


@pytest.mark.slow
def test_negative_duration(of_calls, page):
    (row,) = question_of(of_calls)("aht", "2025-08", branch="NIGHT")
    assert (row["value"], row["n"]) == (291.0, 100)
    page("hotline", of_calls, period="2025-08", branch="NIGHT")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("scorecard", "worse: Informatisation revenue"),
        ("revenue", "Sep less than last year"),
    ],
)
def test_negative_base(of_credits, page, name, right):
    app, says = page(name, of_credits, branch="CRED", period="2025YTD")
    assert (app.metric[0].value, app.metric[0].delta) == ("−¥1,900", "−¥1,000")
    assert right in says
    assert "111.1" not in says
    assert "2 KPIs are better" not in says
    assert "new on last year" not in says


# --- what is loaded -------------------------------------------------------------------


def test_list_boundary_day(tmp_path, home):
    try:
        load(home, delivery("list-boundary-day"))
    except WrongInputError as refused:
        assert "managers" in str(refused)
        assert "lines 2 and 3" in str(refused)
        assert "2025-08-31" in str(refused)
    else:
        raise AssertionError("two grades on one day were accepted")


def test_ids_rounded_by_excel(home):
    found = loaded(home, delivery("ids-rounded-by-excel"))["calls.csv"]
    assert (found.accepted, found.by_rule) == (0, {"rounded_id": 40})


def test_fractions_lost(home):
    load_mapped(home, "fractions-lost")
    waits = rows(home, "select answered_at - queued_at from raw.calls order by call_id")
    assert waits == [(timedelta(seconds=15.4),), (timedelta(seconds=15),)]


def test_offset_laundered(home):
    found = load_mapped(home, "offset-laundered")["calls"]
    ended = {day for (day,) in rows(home, "select ended_at from raw.calls")}
    assert ended <= {datetime(2025, 9, 1, 7, 30, 15)}
    assert found.quarantined == found.read - found.accepted


def test_excel_serial_as_month(home):
    found = load_mapped(home, "excel-serial-as-month")["bills"]
    assert (found.quarantined, found.by_rule) in ((1, {"type": 1}), (1, {"year": 1}))
    with built(home) as con:
        assert default_as_of(con) == date(2025, 9, 30)


def test_totals_row(home):
    found = loaded(home, delivery("totals-row"))["bills.csv"]
    assert found.by_rule == {"totals_row": 1}
    assert rows(home, "select sum(amount) from raw.bills") == [(300,)]


def test_file_without_header(home, caplog):
    folder = delivery("file-without-header")
    command = ["--home", str(home.root), "load", str(folder), "--new", "q"]
    assert parser.main(command) == 0
    assert "looks like a record" in caplog.text
    into = home.mappings / "q"
    (into / "queue_log.sql").unlink()
    (into / "hall_queue.sql").write_text(
        "select numbered(column_2, _file, _line) as queue_id, column_3 as hall_id, "
        "'other' as brand, delivered_on() as taken_at, _file, _line from queue_log",
        encoding="utf-8",
    )
    reports, _ = plan(home, folder, mapping="q")
    assert {(report.read, report.accepted) for report in reports} == {(5, 5)}


def test_file_cut_in_its_last_cell(home):
    found = loaded(home, delivery("file-cut-in-its-last-cell"))["bills.csv"]
    assert any("no line end" in str(warning) for warning in found.warnings)


# --- what is served -------------------------------------------------------------------


@pytest.mark.slow
def test_locked_release(of_credits, capsys):
    case("locked-release")
    (file,) = of_credits.releases.glob("*.duckdb")
    copied = Home(of_credits.root.with_name("locked"))
    shutil.copytree(of_credits.root, copied.root)
    file = copied.releases / file.name
    file.chmod(0o600)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(file)],
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout.read(1)
        kpi = ["kpi", "operating_revenue", "--period", "2025-09"]
        assert parser.main(["--home", str(copied.root), *kpi]) != 0
        told = capsys.readouterr().err
        assert "another program" in told
        assert "nothing has to be removed" in told
        assert "publish again" not in told
    finally:
        holder.kill()
        holder.communicate()


@pytest.mark.slow
def test_nobody_active(home, tmp_path_factory):
    load(home, delivery("nobody-active"))
    with compiled_once(tmp_path_factory):
        run = build(home).run
    try:
        audit(home, run)
    except AuditError as held:
        assert "a broken load" not in str(held)
    else:
        publish(home, run, questions=questions_of_pages)
        (row,) = question_of(home)("active_customers", "2025-09")
        assert (row["value"], row["status"]) == (0, "ok")
