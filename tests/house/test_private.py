"""What is written is closed to others, and names of files do nothing to a terminal."""

import json
import os
import shutil
import unicodedata

import pytest

from jike.build.build import build
from jike.cli import parser
from jike.ground.errors import Message, WrongInputError, visible
from jike.ground.home import Home
from jike.releases.kept import rollback
from jike.words.terminal import in_columns
from tests.fixtures.deliveries import deliver, deliver_list, good, load
from tests.fixtures.small_project import DAY, write_project
from tests.fixtures.small_release import make_release


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


@pytest.fixture(autouse=True)
def no_umask():
    """A caller whose umask closes nothing."""
    before = os.umask(0)
    yield
    assert os.umask(before) == 0, "the umask of the caller is given back"


def modes(*folders):
    """The kinds and modes of folders and of all in them."""
    found = set()
    for folder in folders:
        for path in [folder, *folder.rglob("*")]:
            found.add(("d" if path.is_dir() else "f", path.stat().st_mode & 0o777))
    return found


def used(home, tmp_path):
    """Load, publish and roll back; give the home."""
    folder = deliver(tmp_path / "2025-09-30", customers=[good("customers")])
    bad = [good("bills"), good("bills", bill_line_id="B2", amount="much")]
    deliver(folder, bills=bad)
    row = {"account_manager_id": "M1", "name": "somebody", "valid_from": "2025-01-01"}
    deliver_list(folder, "managers", [row | {"branch_id": "C01"}])
    load(home, folder)
    make_release(home, 7)
    make_release(home, 8)
    rollback(home)
    shutil.rmtree(home.build)  # the fixture's own
    return home.root


def test_everything_is_its_owners_whatever_the_umask(home, tmp_path):
    root = used(home, tmp_path)
    build(home, DAY, project=write_project(tmp_path / "project"))
    found = modes(root)
    assert {mode for kind, mode in found if kind == "d"} == {0o700}
    assert {mode for kind, mode in found if kind == "f"} == {0o600, 0o400}


def test_the_group_may_read_where_that_is_said(home, tmp_path, monkeypatch):
    monkeypatch.setenv("JIKE_GROUP", "read")
    root = used(home, tmp_path)
    found = modes(home.landing, home.releases, home.reference, home.logs)
    assert found == {("d", 0o750), ("f", 0o640), ("f", 0o440)}
    assert root.stat().st_mode & 0o777 == 0o750
    assert home.quarantine.stat().st_mode & 0o777 == 0o700


def test_the_group_may_do_nothing_that_is_not_known(home, monkeypatch):
    monkeypatch.setenv("JIKE_GROUP", "write")
    with pytest.raises(WrongInputError, match="JIKE_GROUP cannot be 'write'"):
        rollback(home)


# ---- names of delivered files ----

EVIL = "\x1b]0;owned\x07\x9b31m\u202egpj\u2028\n\x7f"


def acts(text):
    """What in a text would move, recolour or reorder a terminal, line ends left out."""
    hidden = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return {c for c in text if c != "\n" and unicodedata.category(c) in hidden}


@pytest.mark.parametrize("words", [[], ["--plan"], ["--json"], ["--plan", "--json"]])
def test_names_of_delivered_files_are_escaped_on_the_terminal(
    home, tmp_path, capfd, words
):
    folder = tmp_path / f"2025-09-30{EVIL}"
    (folder / "customers").mkdir(parents=True)
    rows = [good("customers"), good("customers", customer_id="")]
    deliver(folder / "customers", **{f"{EVIL}one": rows})
    (folder / f"{EVIL}.other").touch()
    options = ["--home", str(home.root), "load", str(folder)]
    assert parser.main([*options, "--delivered-on", "2025-09-30", *words]) == 0
    told = capfd.readouterr()
    assert acts(told.out + told.err) == set()
    if not words:
        assert r"\x1b]0;owned\x07\x9b31m\u202egpj\u2028\n\x7f" in told.out + told.err
    if words == ["--json"]:
        assert json.loads(told.out)[0]["file"] == f"customers/{EVIL}one.csv"


def test_a_name_that_cannot_be_written_is_told_all_the_same(home, tmp_path, capfd):
    nowhere = os.fsdecode(os.fsencode(tmp_path) + b"/no\xff\x1bwhere")
    assert parser.main(["--home", str(home.root), "load", nowhere]) == 2
    assert r"no\udcff\x1bwhere" in capfd.readouterr().err


def test_chinese_and_spaces_stay_as_they_are():
    assert visible("账单 2025–09.csv") == "账单 2025–09.csv"
    assert str(Message("{file} is bad", file="一\t二")) == r"一\t二 is bad"
    assert in_columns([["a\x1b", "b"]]) == [r"a\x1b  b"]
