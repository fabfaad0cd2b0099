"""`./jike` makes its environment once, waits its turn, and heals by itself.

The wrapper is tried on a project without requirements, so that nothing is downloaded.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jike.ground.home import PROJECT

BACKEND = """
import zipfile

NEEDS = ""

def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "jike_kpi-1.0-py3-none-any.whl"
    with zipfile.ZipFile(folder + "/" + name, "w") as wheel:
        info = "jike_kpi-1.0.dist-info/"
        wheel.writestr("jike.pth", {source!r})
        wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: jike-kpi\\n"
            "Version: 1.0\\nProvides-Extra: test\\n" + NEEDS)
        wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nGenerator: x\\n"
            "Root-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(info + "RECORD", "")
    return name
"""
SETTINGS = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "jike-kpi"
version = "1.0"
optional-dependencies = {test = []}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with our wrapper and set-up, in a folder with spaces in its name."""
    folder = tmp_path / "a folder of ours"
    source = folder / "src" / "jike" / "project"
    source.mkdir(parents=True)
    shutil.copy(PROJECT / "jike", folder / "jike")
    shutil.copy(PROJECT / "src" / "jike" / "project" / "environment.py", source)
    (source.parent / "__init__.py").touch()
    (source.parent / "cli.py").write_text("import sys; print('ran', *sys.argv[1:])\n")
    (folder / "pyproject.toml").write_text(SETTINGS)
    (folder / "constraints.txt").touch()
    text = BACKEND.format(source=str(folder / "src"))
    (folder / "backend.py").write_text(text)
    return folder


def start(program: Path, *words: str, **settings: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(program), *words],
        cwd=program.parent.parent,
        env=os.environ | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""} | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def call(program: Path, *words: str, **settings: str) -> tuple[int, str, str]:
    child = start(program, *words, **settings)
    out, err = child.communicate(timeout=300)
    return child.returncode, out, err


def python_that(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def without_python(tmp_path: Path) -> Path:
    """Give a folder for PATH with what the wrapper calls, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("sh", "dirname", "readlink", "cat", "cmp"):
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


def test_the_wrapper_is_plain_sh():
    for shell in ("dash", "sh"):
        if shutil.which(shell):
            subprocess.run([shell, "-n", str(PROJECT / "jike")], check=True)
    assert os.access(PROJECT / "jike", os.X_OK)
    assert os.access(PROJECT / ".ci" / "run", os.X_OK)
    subprocess.run(["bash", "-n", str(PROJECT / ".ci" / "run")], check=True)


def test_the_first_call_sets_up_and_later_ones_start_at_once(project, tmp_path):
    code, out, err = call(project / "jike", "kpi", "a b", PYTHONDONTWRITEBYTECODE="1")
    assert (code, out) == (0, "ran kpi a b\n"), err
    assert "takes python3" in err
    assert "2/3 install packages" in err
    packages = project / ".venv" / "lib"
    assert list(packages.glob("python3*/site-packages/pip/__pycache__/*.pyc"))

    link = tmp_path / "another name"
    link.symlink_to(os.path.relpath(project / "jike", tmp_path))
    again = tmp_path / "and another"
    again.symlink_to(link)
    started = time.monotonic()
    assert call(again, "kpi") == (0, "ran kpi\n", "")
    assert time.monotonic() - started < 5


@pytest.mark.slow
def test_tests_install_what_tests_need_and_the_rest_takes_it_as_well(project):
    assert call(project / "jike", "test", "--all")[1] == "ran test --all\n"
    assert (project / ".venv" / "jike-test.stamp").exists()
    assert call(project / "jike", "--home", "x y", "test") == (
        0,
        "ran --home x y test\n",
        "",
    )
    assert call(project / "jike", "build") == (0, "ran build\n", "")


@pytest.mark.slow
def test_two_first_calls_at_once_set_up_once(project):
    children = [start(project / "jike", "build") for _ in range(3)]
    results = [(child.communicate(timeout=300), child.returncode) for child in children]
    assert [(out, code) for (out, _), code in results] == [("ran build\n", 0)] * 3
    told = "".join(err for (_, err), _ in results)
    assert told.count("2/3 install packages") == 1
    assert told.count("waiting for it") == 2


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.5, 2.5, 5.0])
def test_a_set_up_that_was_killed_is_done_again(project, seconds):
    child = subprocess.Popen(
        [str(project / "jike"), "build"],
        env=os.environ | {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": ""},
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(seconds)
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    code, out, err = call(project / "jike", "build")
    assert (code, out) == (0, "ran build\n"), err


@pytest.mark.slow
def test_a_changed_list_of_packages_or_a_moved_project_is_noticed(project):
    program = project / "jike"
    call(program, "build")
    assert call(program, "build")[2] == ""
    (project / "constraints.txt").write_text("pip<100\n")
    assert "2/3 install packages" in call(program, "build")[2]
    assert call(program, "build") == (0, "ran build\n", "")

    moved = project.with_name("moved")
    project.rename(moved)
    text = BACKEND.format(source=str(moved / "src"))
    (moved / "backend.py").write_text(text)
    code, out, err = call(moved / "jike", "build")
    assert (code, out) == (0, "ran build\n"), err
    assert "2/3 install packages" in err


@pytest.mark.slow
def test_the_former_name_of_the_distribution_is_taken_out(project):
    backend, settings = project / "backend.py", project / "pyproject.toml"
    now = {path: path.read_text() for path in (backend, settings)}
    for path, text in now.items():
        path.write_text(text.replace("jike_kpi", "jike").replace("jike-kpi", "jike"))
    call(project / "jike", "build")
    packages = next((project / ".venv" / "lib").glob("python3*/site-packages"))
    assert (packages / "jike-1.0.dist-info").exists()
    for path, text in now.items():
        path.write_text(text)
    assert call(project / "jike", "build")[:2] == (0, "ran build\n")
    assert not (packages / "jike-1.0.dist-info").exists()
    assert (packages / "jike_kpi-1.0.dist-info").exists()


@pytest.mark.slow
def test_an_environment_made_by_hand_is_used_and_never_removed(project):
    venv = project / ".venv"
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)
    (venv / "mine").touch()
    (project / "constraints.txt").write_text("not a requirement !\n")
    code, _, err = call(project / "jike", "build")
    assert code == 1
    assert "or remove" in err
    assert (venv / "mine").exists()
    (project / "constraints.txt").write_text("")
    assert call(project / "jike", "build")[:2] == (0, "ran build\n")
    assert (venv / "mine").exists()


@pytest.mark.slow
def test_a_package_that_cannot_be_had_is_told_in_one_sentence(project):
    text = SETTINGS + 'dependencies = ["no-such-package-anywhere"]\n'
    (project / "pyproject.toml").write_text(text)
    backend = project / "backend.py"
    need = 'NEEDS = "Requires-Dist: no-such-package-anywhere\\n"'
    backend.write_text(backend.read_text().replace('NEEDS = ""', need))
    code, out, err = call(project / "jike", "build")
    assert (code, out) == (1, "")
    assert "no-such-package-anywhere" in err.splitlines()[-1]
    assert "Traceback" not in err


def test_without_python_the_message_says_what_to_install(project, tmp_path):
    path = without_python(tmp_path)
    code, _, err = call(project / "jike", "build", PATH=str(path))
    assert code == 1
    assert err == (
        "jike: install Python 3.11, 3.12 or 3.13 and call again; none was found on "
        "the PATH\n"
    )


def test_pythons_that_fail_or_are_too_old_are_passed_over(project, tmp_path):
    path = without_python(tmp_path)
    python_that(path, "python3.13", "echo 'not installed here' >&2; exit 127")
    python_that(path, "python3.12", "exit 0")
    old = 'case "$*" in *version_info*) exit 0;; esac; exit 1'
    python_that(path, "python3", old)
    code, _, err = call(project / "jike", "build", PATH=str(path))
    assert code == 1
    assert "install Python 3.11, 3.12 or 3.13" in err


def test_a_python_without_venv_is_told_with_the_package_to_install(project, tmp_path):
    path = without_python(tmp_path)
    lacking = 'case "$*" in *ensurepip*) exit 1;; esac; echo 3.12.1 /usr/bin/python'
    python_that(path, "python3.12", lacking)
    code, _, err = call(project / "jike", "build", PATH=str(path))
    assert code == 1
    assert "python3.12 lacks the venv module" in err
    assert "apt-get install python3.12-venv" in err
