"""`jike doctor`: one line each; every fault of the machine or of a file is named."""

import json
import os
import shutil
from pathlib import Path

import pytest

from jike.cli import parser, printing
from jike.deliveries.manifests import standing
from jike.ground import durable
from jike.ground.home import PROJECT, Home
from jike.project import doctor
from jike.project.doctor import ABSENT, FAILED, OK, examine
from tests.fixtures.deliveries import deliver, deliver_list, good, loaded
from tests.fixtures.small_release import make_build, make_release
from tests.mappings.fixtures.small_mapping import mapping, visits


@pytest.fixture
def home(tmp_path):
    """A home in which everything has happened once."""
    home = Home(tmp_path / "home")
    folder = deliver(tmp_path / "2025-09-30", customers=[good("customers")])
    names = {"centre_id": "R", "name_zh": "一", "name_en": "one"}
    loaded(home, deliver_list(folder, "centres", [names]))
    make_release(home, 1)
    make_release(home, 2)
    return home


def failed(home):
    """The checks that failed, each with what it says; all have a remedy."""
    found = [one for one in examine(home) if one.status == FAILED]
    return {one.check: f"{one.told}; {one.remedy}" for one in found}


def test_a_sound_home_is_well_and_every_check_has_its_line(home, capsys):
    found = examine(home)
    assert {one.check for one in found} == set(printing.CHECKS)
    assert {one.status for one in found} <= {OK, ABSENT}
    assert parser.main(["--home", str(home.root), "doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(found)
    assert any(line.startswith("ok       deliveries   1 deliveries") for line in lines)


def test_an_empty_home_is_well(tmp_path):
    assert failed(Home(tmp_path / "nothing" / "yet")) == {}


def test_files_that_a_mapping_read_are_no_fault(home, tmp_path):
    (tmp_path / "2025-10-31").mkdir()
    mapping(home)
    visits(tmp_path / "2025-10-31", "id,customer,day\nV1,a,03.10.2025\n")
    loaded(home, tmp_path / "2025-10-31", mapping="crm")
    assert failed(home) == {}
    yielded = next(f for f in next(iter(standing(home))).files if f.landed)
    garble(home.landing / yielded.landed)
    assert "of 2025-10-31 from crm again" in failed(home)["deliveries"]


def test_machines_get_an_array_and_people_their_language(home, capsys):
    parser.main(["--home", str(home.root), "--json", "doctor"])
    listed = json.loads(capsys.readouterr().out)
    assert {tuple(one) for one in listed} == {("check", "status", "told", "remedy")}
    parser.main(["--home", str(home.root), "--lang", "zh", "doctor"])
    assert "正常     交付         已核对 1 次交付的 2 个文件" in capsys.readouterr().out


def landed(home):
    return home.landing / next(iter(standing(home))).files[0].landed


def garble(path):
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def add(path, text):
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def remove_move(home):
    path = home.logs / "journal.jsonl"
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n")


def newest(home):
    return max(home.releases.glob("*.duckdb"))


FAULTS = {
    "a damaged landed file": (
        lambda home: garble(landed(home)),
        {"deliveries": "load the delivery of 2025-09-30 from default again"},
    ),
    "a lost landed file": (
        lambda home: landed(home).unlink(),
        {"deliveries": "missing or damaged"},
    ),
    "a torn manifest": (
        lambda home: next(home.landing.rglob("manifest.json")).write_text("{"),
        {"deliveries": "load that delivery again", "lists": "cannot be read"},
    ),
    "a list that breaks the contract": (
        lambda home: add(home.reference / "centres.csv", "R2,,\n"),
        {"lists": "mend or remove it"},
    ),
    "a changed build": (
        lambda home: garble(max(home.build.glob("*.duckdb"))),
        {"builds": "is not the file that was built; build again"},
    ),
    "a former release that is damaged": (
        lambda home: garble(min(home.releases.glob("*.duckdb"))),
        {"releases": "was changed after publishing; remove"},
    ),
    "the served release is damaged": (
        lambda home: garble(newest(home)),
        {
            "releases": "was changed after publishing",
            "pointer": "release 1 is served, data as of 2025-09-30, because",
        },
    ),
    "a manifest of a release is lost": (
        lambda home: newest(home).with_suffix(".json").unlink(),
        {"releases": "manifest", "pointer": "release 1 is served"},
    ),
    "the pointer is garbled": (
        lambda home: (home.releases / "current.json").write_text("x"),
        {"pointer": "current.json is not readable; publish again"},
    ),
    "a torn line in the journal": (
        lambda home: add(home.logs / "journal.jsonl", '{"action'),
        {"journal": "1 lines of"},
    ),
    "a move that is not in the journal": (
        remove_move,
        {"journal": "the next publish or rollback adds it"},
    ),
    "a garbled counter": (
        lambda home: (home.state / "counter").write_text("seven"),
        {"state": "remove it, numbers go on from the files"},
    ),
    "a quarantine others can read": (
        lambda home: (
            home.quarantine.mkdir(exist_ok=True),
            home.quarantine.chmod(0o755),
        ),
        {"permissions": "chmod 700"},
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_its_remedy_and_no_other(home, name, capsys):
    make, expected = FAULTS[name]
    make(home)
    found = failed(home)
    assert set(found) == set(expected)
    for check, part in expected.items():
        assert part in found[check]
    assert parser.main(["--home", str(home.root), "doctor"]) == 1
    assert "FAILED   " in capsys.readouterr().out


def test_too_little_room_is_told(home, monkeypatch):
    usage = shutil.disk_usage(home.root)._replace(free=1 << 20)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    found = failed(home)
    assert set(found) == {"disk"}
    assert "1 MB free, about" in found["disk"]
    assert found["disk"].endswith("make room")


def test_a_folder_this_user_may_not_write_is_named(home, monkeypatch):
    """Root may write everywhere, so the answer of the system is replaced."""
    monkeypatch.setattr(os, "access", lambda path, mode: path != home.releases)
    found = failed(home)
    assert set(found) == {"permissions"}
    assert f"{home.releases} cannot be written; give this user" in found["permissions"]


def test_another_run_at_work_is_no_fault(home):
    with durable.only_one(home.state / "build.lock", "build 000003"):
        told = [one.told for one in examine(home) if one.check == "locks"]
        assert failed(home) == {}
    assert told == [f"build 000003 running, pid {os.getpid()}, since {told[0][-25:]}"]


def test_what_killed_runs_left_is_told_and_no_fault(home):
    killed = make_build(home, "000007")
    killed.with_suffix(".json").rename(killed.with_suffix(".unfinished"))
    (home.build / "dev.duckdb").touch()
    (home.state / "load-x").mkdir()
    (state,) = (one for one in examine(home) if one.check == "state")
    assert (state.status, state.told[:6]) == (OK, "2 left")


def test_packages_other_than_pinned_and_an_old_python_are_told(tmp_path, monkeypatch):
    for name in ("pyproject.toml", "constraints.txt"):
        text = (PROJECT / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("duckdb==2", "duckdb==1"))
    monkeypatch.setattr(doctor.sys, "version_info", (3, 10, 1))
    found = {one.check: one for one in examine(Home(tmp_path / "home"), tmp_path)}
    assert "duckdb" in found["packages"].told
    assert found["python"].status == FAILED


def test_what_cannot_be_looked_at_has_failed(home, monkeypatch):
    monkeypatch.setattr(doctor, "standing", lambda home: 1 / 0)
    assert "ZeroDivisionError" in failed(home)["deliveries"]
    monkeypatch.setattr(doctor, "standing", lambda home: Path("/no/such").stat())
    assert "/no/such cannot be read" in failed(home)["deliveries"]


def test_a_machine_without_browser_or_fonts_is_well(home, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    found = {one.check: one.status for one in examine(home)}
    assert (found["browser"], found["fonts"]) == (ABSENT, ABSENT)
    assert failed(home) == {}
