"""docs/mapping.md, followed to the letter: its files, its commands, its output."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENT = PROJECT / "docs" / "mapping.md"
BLOCK = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```", re.M | re.S)


FIRST, SURVEY = "From a strange file to numbers", "A survey on 1–5"
TICKETS = "A ticket export without promises"
PAYMENTS = "Payments without customers"
INTERVALS = "Interval statistics"


def steps(title):
    """The blocks of a chapter: (file named above it or "", kind, content)."""
    chapters = DOCUMENT.read_text(encoding="utf-8").split("\n## ")
    (chapter,) = (one for one in chapters if one.startswith(f"{title}\n"))
    return [match.groups(default="") for match in BLOCK.finditer(chapter)]


def run(command, folder):
    """A line of the document; ./jike is this project, state lies in ./data."""
    told = command.replace("./jike", f"{sys.executable} -m jike.cli")
    home = {"JIKE_HOME": str(folder / "data"), "JIKE_LANG": "en"}
    done = subprocess.run(
        told,
        shell=True,
        cwd=folder,
        env={**os.environ, **home, "PYTHONPATH": str(PROJECT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout.replace(f"{folder}/", "")


def uncounted(line):
    return re.sub(r"\d+ (checks )?passed", "n passed", line)


def lines(text):
    return [line.rstrip() for line in text.strip().splitlines()]


def follow(title, folder):
    """Do what a chapter says; its output is what it tells: commands run, lines told."""
    printed, told, followed = None, [], 0
    for file, kind, content in steps(title):
        if file:
            encoding = "gb18030" if file.startswith("export-") else "utf-8"
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode(encoding))
        elif kind == "sh":
            printed = "".join(run(line, folder) for line in content.splitlines())
            followed += 1
        else:
            assert printed is not None
            told += lines(content)
            # How many checks there are grows with the project.
            assert [uncounted(line) for line in lines(printed)] == [
                uncounted(line) for line in lines(content)
            ]
            printed = None
    return followed, told


@pytest.mark.slow
def test_the_steps_of_the_document_lead_to_its_figures(tmp_path):
    followed, told = follow(FIRST, tmp_path)
    assert followed == 5
    revenue = "operating_revenue,2025-09,16610.5,,16610.5,,,,ok,False,,1,2025-09-30"
    assert revenue in told
    assert "kh_export.csv line 6, column joined_on: rule type (rows: 1)" in told


@pytest.mark.slow
def test_a_survey_on_1_to_5_leads_to_the_figures_of_the_document(tmp_path):
    followed, told = follow(SURVEY, tmp_path)
    assert followed == 3
    # 5 5 4 4 4.5 3 3 2 1 4 5 2 make 42.5; less one each, over four steps: 762.5 %
    figures = dict(line.split(",2025H1,") for line in told if ",2025H1," in line)
    assert figures["score_mean"].startswith("42.5,12,3.54")
    assert figures["satisfaction"].startswith("762.5,12,63.54")
    assert "csat.csv line 14, column score: rule code (rows: 1)" in told


@pytest.mark.slow
def test_tickets_without_promises_have_no_share_of_promises_kept(tmp_path):
    followed, told = follow(TICKETS, tmp_path)
    assert followed == 2
    # 6, 24, 2.5 and 4 hours: half of them within 5.
    assert "resolution_hours,2025-09,,,5.0,,,,ok,False,,1,2025-09-30" in told
    assert (
        "promise_compliance,2025-09,,,,,,,no_data,False,"
        "not delivered: tickets.replied_at,1,2025-09-30"
    ) in told
    assert "desk/tickets.sql  tickets  7     6         1            type 1" in told


@pytest.mark.slow
def test_payments_without_customers_are_revenue_of_nobody_active(tmp_path):
    followed, told = follow(PAYMENTS, tmp_path)
    assert followed == 2
    # 39.25 paid less 20.76 paid back.
    assert "operating_revenue,2025-09,18.49,,18.49,,,,ok,False,,1,2025-09-30" in told
    assert (
        "active_customers,2025-09,,,,,,,no_data,False,"
        "not delivered: customers or orders,1,2025-09-30"
    ) in told


@pytest.mark.slow
def test_a_report_by_half_hours_leads_to_the_figures_of_the_hotline(tmp_path):
    followed, told = follow(INTERVALS, tmp_path)
    assert followed == 2
    by_code = {
        line.split(",")[0]: line.split(",") for line in told if "2025-09," in line
    }
    numerators = {code: cells[2:4] for code, cells in by_code.items()}
    assert numerators == {
        "call_demand": ["120", ""],
        "connection_rate": ["108", "120"],
        "abandonment_rate": ["9", "120"],
        "service_level_15s": ["88", "120"],
        "asa": ["994", "108"],
        "aht": ["20911", "108"],
        "asa_p90": ["", ""],
    }
    assert by_code["asa_p90"][8] == "no_data"
    assert "not delivered: calls" in by_code["asa_p90"]


def test_the_files_of_the_document_are_not_utf8_and_have_strange_headers():
    named = {file: content for file, _, content in steps(FIRST)}
    content = named["export-2025-09-30/kh_export.csv"]
    with pytest.raises(UnicodeDecodeError):
        content.encode("gb18030").decode("utf-8")
    assert content.startswith("客户号;")
    assert "31.12.2018" in content  # the day first


def test_every_macro_and_every_shipped_mapping_is_in_the_document():
    text = DOCUMENT.read_text(encoding="utf-8")
    macros = (PROJECT / "src" / "jike" / "mappings" / "macros.sql").read_text("utf-8")
    for name in [*re.findall(r"create macro ([a-z]\w*)", macros), "delivered_on"]:
        assert f"`{name}(" in text, name
    for path in sorted((PROJECT / "mappings").glob("*/source.yml")):
        assert f"| `{path.parent.name}` |" in text, path
