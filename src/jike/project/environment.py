"""Makes the project's own Python environment; run by the wrapper `jike`, not imported.

    python3 environment.py PROJECT run|test

Only the standard library is used, because nothing else is there yet. The stamp is the
last file written: without it the environment does not count, so that an interrupted
set-up is done again, and a changed constraints.txt or pyproject.toml is noticed.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TextIO

STAMP = "jike-{kind}.stamp"
UNFINISHED = "jike.unfinished"
FORMER_NAME = "jike"  # of the distribution; on the package index it is somebody else's
KINDS = ("run", "test")


class SetUpError(Exception):
    """One sentence that says why there is no environment, and the remedy."""


def main(arguments: list[str]) -> int:
    """Make the environment of a project ready; 0 when it is."""
    project, kind = Path(arguments[0]), arguments[1]
    try:
        make_ready(project, kind)
    except SetUpError as error:
        say(f"jike: {error}")
        return 1
    except OSError as error:
        say(f"jike: {error.filename or project}: {error.strerror}")
        return 1
    except KeyboardInterrupt:
        say("jike: set-up stopped; the next call begins it anew")
        return 130
    return 0


def make_ready(project: Path, kind: str) -> None:
    """Install what is missing, one process at a time; the others wait for it.

    Raises:
        SetUpError: Python lacks venv, or a package cannot be installed.
    """
    venv = project / ".venv"
    with (project / ".venv.lock").open("a") as lock:
        wait_for(lock)
        if is_ready(project, kind):
            return
        started = time.monotonic()
        bring_up_to_date(project, venv, kind, lock.fileno())
        say(f"set up in {time.monotonic() - started:.0f} s: {venv}")


def bring_up_to_date(project: Path, venv: Path, kind: str, lock: int) -> None:
    """Make the environment anew, or change the one there is.

    An interrupted one is thrown away. One made by hand is changed and never removed.
    """
    if (venv / UNFINISHED).exists() or not (venv / "bin" / "python").exists():
        install_anew(project, venv, kind, lock)
        return
    stamps = [venv / STAMP.format(kind=one) for one in KINDS]
    is_ours = any(stamp.exists() for stamp in stamps)
    (venv / UNFINISHED).touch()
    for stamp in stamps:
        stamp.unlink(missing_ok=True)
    try:
        install(project, venv, kind, lock)
    except SetUpError as error:
        if is_ours:
            install_anew(project, venv, kind, lock)
            return
        (venv / UNFINISHED).unlink()
        raise SetUpError(f"{error}; or remove {venv} and call again") from None


def wait_for(lock: TextIO) -> None:
    """Take the lock. The system frees it when its holder and its pip are gone."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("another call is setting up the environment; waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)


def wanted(project: Path) -> bytes:
    """Give what the stamp must say: where the project lies and what it installs."""
    inputs = ["constraints.txt", "pyproject.toml"]
    texts = [(project / name).read_bytes() for name in inputs]
    return b"\n".join([os.fsencode(project), *texts])


def is_ready(project: Path, kind: str) -> bool:
    """Tell whether the environment has what this kind of call needs."""
    kinds = KINDS if kind == "run" else ("test",)
    venv = project / ".venv"
    stamps = [venv / STAMP.format(kind=one) for one in kinds]
    if not (venv / "bin" / "python").exists():
        return False
    return any(
        stamp.exists() and stamp.read_bytes() == wanted(project) for stamp in stamps
    )


def install_anew(project: Path, venv: Path, kind: str, lock: int) -> None:
    """Make an environment from nothing."""
    shutil.rmtree(venv, ignore_errors=True)
    venv.mkdir(exist_ok=True)
    (venv / UNFINISHED).touch()
    log = venv / "jike-setup.log"
    step("1/3 make .venv", [sys.executable, "-m", "venv", str(venv)], log, lock)
    install(project, venv, kind, lock)


def install(project: Path, venv: Path, kind: str, lock: int) -> None:
    """Put the packages into an environment and stamp it."""
    python = venv / "bin" / "python"
    log = venv / "jike-setup.log"
    target = str(project) + ("[test]" if kind == "test" else "")
    pip = [str(python), "-m", "pip", "install", "--no-input", "--no-compile"]
    constraints = str(project / "constraints.txt")
    if any((venv / "lib").glob(f"python3*/site-packages/{FORMER_NAME}-*.dist-info")):
        former = [str(python), "-m", "pip", "uninstall", "--yes", FORMER_NAME]
        step("2/3 remove former name", former, log, lock)
    step(
        "2/3 install packages",
        [*pip, "--constraint", constraints, "--editable", target],
        log,
        lock,
    )
    # pip leaves byte-code out when PYTHONDONTWRITEBYTECODE is set; without it every
    # start compiles dbt anew. Files for other Pythons do not compile: not an error.
    packages = [str(path) for path in (venv / "lib").glob("python3*/site-packages")]
    packages += [str(project / "src"), str(project / "dashboards")]
    step(
        "3/3 compile packages",
        [str(python), "-m", "compileall", "-q", "-j", "0", *packages],
        log,
        lock,
        may_fail=True,
    )
    write_stamp(venv / STAMP.format(kind=kind), wanted(project))
    (venv / UNFINISHED).unlink()


def write_stamp(stamp: Path, text: bytes) -> None:
    """Write the stamp whole or not at all."""
    waiting = stamp.with_suffix(".tmp")
    with waiting.open("wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    waiting.rename(stamp)


def step(
    name: str, command: list[str], log: Path, lock: int, may_fail: bool = False
) -> None:
    """Run one step of the set-up, telling its seconds; its output goes to the log.

    The child holds the lock too: when only this process is killed, nobody else starts
    while pip still writes.

    Raises:
        SetUpError: the step failed.
    """
    started = time.monotonic()
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=clean_environment(),
            cwd=log.parent,
            pass_fds=(lock,),
        )
        try:
            while running(child):
                progress(name, started, "\r")
        finally:
            if child.poll() is None:
                child.terminate()
                child.wait()
    progress(name, started, "\n", always=True)
    if child.returncode and not may_fail:
        raise SetUpError(reason(name, log))


def running(child: "subprocess.Popen[bytes]") -> bool:
    """Wait a second at most; tell whether the child still runs."""
    try:
        child.wait(1)
    except subprocess.TimeoutExpired:
        return True
    return False


def clean_environment() -> dict[str, str]:
    """Give the environment without what would install elsewhere or compile nothing."""
    names = {
        "PIP_PREFIX",
        "PIP_REQUIRE_VIRTUALENV",
        "PIP_TARGET",
        "PIP_USER",
        "PYTHONDONTWRITEBYTECODE",
        "PYTHONHOME",
        "PYTHONPATH",
        "VIRTUAL_ENV",
        "__PYVENV_LAUNCHER__",
    }
    return {name: value for name, value in os.environ.items() if name not in names}


def reason(name: str, log: Path) -> str:
    """Say in one sentence why a step failed."""
    text = log.read_text(encoding="utf-8", errors="replace")
    if "ensurepip" in text and name.startswith("1/3"):
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return (
            f"Python {version} lacks the venv module; install it (Debian, Ubuntu: "
            f"apt-get install python{version}-venv) and call again"
        )
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    last = (errors or lines or ["no reason given"])[-1]
    return f"{name} failed: {last} (everything: {log})"


def progress(name: str, started: float, end: str, always: bool = False) -> None:
    """Tell how long a step has taken; every second on a terminal only."""
    if always or sys.stderr.isatty():
        sys.stderr.write(f"{name:24} {time.monotonic() - started:4.0f} s{end}")
        sys.stderr.flush()


def say(text: str) -> None:
    """Write one line to the error output."""
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
