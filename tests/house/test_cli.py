"""The command line: verbs, exit codes, one sentence for every error."""

import json
import re
import socket
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest

from jike.cli import parser, verbs
from jike.ground import durable
from jike.ground.errors import (
    AuditError,
    BusyError,
    JikeError,
    Message,
    WrongInputError,
)
from jike.ground.home import Home
from jike.pages import tried
from jike.project import documents, selftest
from jike.project.serve import check_host, check_port
from tests.fixtures.small_release import (
    few_questions,
    make_audit,
    make_build,
    make_release,
)

HEAVY = "dbt great_expectations pandas pyarrow streamlit duckdb yaml babel sqlalchemy"
VERBS = {
    *("demo", "sample", "load", "build", "run", "audit", "publish", "releases"),
    *("rollback", "close", "kpi", "trace", "serve", "doctor", "docs", "test"),
    *("where", "republish"),
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def call(home: Home, *words: str) -> int:
    with patch.object(tried, "questions_of_pages", few_questions):
        return parser.main(["--home", str(home.root), *words])


def test_help_lists_every_verb_and_imports_nothing_heavy():
    code = (
        "import sys; from jike.cli.parser import make_parser;"
        "text = make_parser().format_help();"
        f"print(sorted(set({HEAVY!r}.split()) & set(sys.modules))); print(text)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    heavy, help_text = done.stdout.split("\n", 1)
    assert heavy == "[]"
    assert set(re.findall(r"^    (\w+) ", help_text, re.M)) - {"VERB"} == VERBS


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_every_verb_explains_itself(verb, capsys):
    with pytest.raises(SystemExit) as left:
        parser.main([verb, "--help"])
    assert left.value.code == 0
    assert "--home" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["fly"],
        ["build", "--as-of", "30.09.2025"],
        ["build", "--as-of", "2025-02-30"],
        ["build", "--param", "low_base_n"],
        ["build", "--param", "=3"],
        ["rollback", "zero"],
        ["rollback", "0"],
        ["sample", "--scale", "-1"],
        ["load"],
        ["serve", "--port", "²"],
    ],
)
def test_wrong_usage_is_exit_2(words, capsys):
    with pytest.raises(SystemExit) as left:
        parser.main(words)
    assert left.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (JikeError("model fct_bills failed"), 1),
        (WrongInputError("bills.csv has no header"), 2),
        (AuditError("build 000007 is held"), 3),
        (BusyError("build 000007 running, pid 1, since noon"), 4),
        (PermissionError(13, "Permission denied", "/srv/jike"), 1),
        (RuntimeError("something with 王小明 in it"), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_every_error_is_one_sentence_with_its_exit_code(
    home, monkeypatch, capsys, error, code
):
    def fail(options):
        raise error

    monkeypatch.setitem(verbs.VERBS, "releases", fail)
    assert call(home, "releases") == code
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "Traceback" not in told
    assert "王小明" not in told
    assert call(home, "--debug", "releases") == code
    assert ("Traceback" in capsys.readouterr().err) == (code != 130)


def test_home_and_json_may_stand_before_or_after_the_verb(home, capsys):
    make_release(home, 1)
    place = str(home.root)
    for words in (
        ["--home", place, "--json", "releases"],
        ["releases", "--home", place, "--json"],
        ["--json", "releases", "--home", place],
    ):
        assert parser.main(words) == 0
        (listed,) = json.loads(capsys.readouterr().out)
        assert (listed["number"], listed["is_current"]) == (1, True)


def test_audit_publish_releases_and_rollback_follow_each_other(home, capsys):
    assert call(home, "releases") == 0
    assert "nothing is published yet" in capsys.readouterr().out
    assert call(home, "publish") == 2
    make_build(home, "000001")
    assert call(home, "publish") == 3
    make_audit(home, "000001")
    assert call(home, "publish") == 0
    make_release(home, 2)
    capsys.readouterr()
    assert call(home, "rollback") == 0
    assert "release 1 is served, data as of 2025-09-30" in capsys.readouterr().out
    assert call(home, "releases") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("  2 ")
    assert lines[2].startswith("* 1 ")
    assert call(home, "rollback", "9") == 2
    assert "there are: 1, 2" in capsys.readouterr().err


def test_it_is_quiet_when_nobody_watches(home, capsys):
    make_build(home, "000001")
    make_audit(home, "000001")
    assert call(home, "publish") == 0
    assert capsys.readouterr().err == ""


def test_a_held_audit_prints_its_record_for_machines(home, capsys, monkeypatch):
    from jike.checks import audit

    make_build(home, "000001")
    make_audit(home, "000001", "held")

    def hold(*_, **__):
        raise AuditError("build 000001 is held")

    monkeypatch.setattr(audit, "audit", hold)
    assert call(home, "--json", "audit") == 3
    assert json.loads(capsys.readouterr().out)["verdict"] == "held"
    assert call(home, "audit", "--accept", "row_count") == 2


def test_a_refused_delivery_is_exit_2_and_tells_every_file(home, tmp_path, capsys):
    folder = tmp_path / "2025-09-30"
    folder.mkdir()
    (folder / "bills.csv").write_text("not,the,header\n1,2,3\n", encoding="utf-8")
    assert call(home, "load", str(folder), "--json") == 2
    out, err = capsys.readouterr()
    (report,) = json.loads(out)
    assert report["file"] == "bills.csv"
    assert report["refused"]
    assert "bills.csv" in err


def test_a_delivery_with_rejected_rows_is_exit_0_and_the_counts_are_printed(
    home, tmp_path, capsys
):
    folder = tmp_path / "2025-09-30"
    folder.mkdir()
    (folder / "visits.csv").write_text(
        "visit_id,customer_id,visited_on,executive\n"
        "V1,E1,2025-09-01,1\nV2,E1,2025-13-01,1\n",
        encoding="utf-8",
    )
    assert call(home, "load", str(folder)) == 0
    assert re.search(r"visits\.csv +visits +2 +1 +1 +type 1", capsys.readouterr().out)


def test_the_demo_does_not_mix_with_somebodys_deliveries(home, capsys):
    (home.landing / "crm" / "2025-09-30").mkdir(parents=True)
    assert call(home, "demo", "--no-serve") == 2
    assert "holds deliveries of crm" in capsys.readouterr().err


# ---- serve ----


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost"])
def test_the_pages_may_be_served_on_this_machine(host, tmp_path):
    check_host(host, tmp_path / "secrets.toml")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "jike.example", ""])
@pytest.mark.parametrize(
    "secrets",
    [
        None,
        "",
        "auth = 1",
        "[auth",
        "[auth]\n",
        "[auth]\nredirect_uri = 'https://j'\n",
        "[auth]\nredirect_uri = 'https://j'\ncookie_secret = 'short'\n",
    ],
)
def test_a_public_address_needs_a_sign_in(host, secrets, tmp_path):
    path = tmp_path / "secrets.toml"
    if secrets is not None:
        path.write_text(secrets, encoding="utf-8")
    with pytest.raises(WrongInputError) as told:
        check_host(host, path)
    # A sign-in that is configured would let nobody in: it is no way out.
    assert "configure [auth]" not in str(told.value)
    if secrets in (None, "", "auth = 1", "[auth]\n"):
        assert "leave out --host" in str(told.value)
        assert "proxy on this machine" in str(told.value)


def test_a_public_address_with_a_sign_in_and_a_strong_secret_is_allowed(tmp_path):
    path = tmp_path / "secrets.toml"
    text = f"[auth]\nredirect_uri = 'https://j'\ncookie_secret = '{'x' * 32}'\n"
    path.write_text(text, encoding="utf-8")
    check_host("0.0.0.0", path)


def test_a_port_in_use_is_told_with_the_way_out(home, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert call(home, "serve", "--port", str(port)) == 1
        assert call(home, "demo", "--port", str(port)) == 1
    told = capsys.readouterr().err
    assert f"port {port} of 127.0.0.1 cannot be used" in told
    assert f"--port {port + 1}" in told
    assert not home.root.exists()


def test_an_address_that_is_none_is_wrong_input():
    with pytest.raises(WrongInputError, match="is not an address"):
        check_port("no such host", 8501)
    with pytest.raises(WrongInputError):
        check_port("127.0.0.1", 99999)


# ---- test, and small things underneath ----


def test_a_browser_test_that_was_skipped_is_found_in_the_report(tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(
        "<testsuites><testsuite>"
        "<testcase classname='tests.browser.test_pages' name='a'><skipped/></testcase>"
        "<testcase classname='tests.browser.test_pages' name='b'/>"
        "<testcase classname='tests.kpis.test_kpi' name='c'><skipped/></testcase>"
        "<testcase classname='tests.kpis.test_kpi' name='d'><failure/></testcase>"
        "<testcase classname='tests.kpis.test_kpi' name='e'><error/></testcase>"
        "</testsuite></testsuites>",
        encoding="utf-8",
    )
    assert selftest.skipped_browser_tests(report) == ["tests.browser.test_pages.a"]
    failed = ["tests.kpis.test_kpi.d", "tests.kpis.test_kpi.e"]
    assert selftest.failed_tests(report) == failed
    said = str(selftest.counted(report))
    assert said == "1 passed, 2 failed, 2 skipped"


def test_a_test_run_ends_with_its_steps_and_the_names_of_what_failed(
    home, monkeypatch, capsys
):
    steps = [
        selftest.Step("mypy", True, 3.0),
        selftest.Step("pytest", False, 4.0, Message("{n} failed", n=1), ("tests.a.b",)),
    ]
    monkeypatch.setattr(selftest, "run_selftest", lambda everything, told: steps)
    assert call(home, "test") == 1
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "mypy             passed     3.0 s",
        "pytest           FAILED     4.0 s  1 failed",
        "    tests.a.b",
    ]
    assert "failed: pytest" in told.err


def test_a_counter_that_is_not_readable_names_the_file(tmp_path):
    (tmp_path / "counter").write_text("{", encoding="utf-8")
    with pytest.raises(JikeError, match="counter is not readable; remove it"):
        durable.next_number(tmp_path, "run")


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "current.json"
    durable.write_json(path, {"a": 1})

    def full(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(durable.os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        durable.write_json(path, {"a": 2})
    assert json.loads(path.read_text(encoding="utf-8")) == {"a": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["current.json"]


def test_the_shipped_settings_send_nothing_home():
    from jike.ground.home import PROJECT
    from jike.project.serve import _command

    settings = (PROJECT / "dbt_project.yml").read_text(encoding="utf-8")
    assert "send_anonymous_usage_stats: false" in settings
    command = " ".join(_command("127.0.0.1", 8501))
    assert "--browser.gatherUsageStats false" in command
    assert "--client.showErrorDetails none" in command
    secrets = (PROJECT / ".gitignore").read_text(encoding="utf-8")
    assert ".streamlit/secrets.toml" in secrets


def test_the_kpi_table_stands_between_its_marks():
    readme = f"a\n{documents.BEGIN}\nold\n{documents.END}\nb\n"
    assert documents.with_table(readme, "| new |\n") == (
        f"a\n{documents.BEGIN}\n| new |\n{documents.END}\nb\n"
    )
    with pytest.raises(JikeError, match="needs the lines"):
        documents.with_table("no marks", "| new |")


def test_the_generated_pages_are_current():
    for path, text in documents.documents().items():
        assert path.read_text(encoding="utf-8") == text, f"run jike docs for {path}"
