"""The verb doctor: is everything here as it has to be? One line each, with the remedy.

It looks and mends nothing. What cannot be looked at has failed.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from jike.deliveries.manifests import standing
from jike.ground.disk import RELEASE_TO_BUILD, build_megabytes
from jike.ground.durable import sha256_of
from jike.ground.errors import JikeError, Message, system_reason
from jike.ground.home import (
    PROJECT,
    Home,
    finished_builds,
    unfinished_builds,
)
from jike.releases.manifest import (
    HeldOpenError,
    OtherVersionError,
    ReleaseError,
    newest_first,
)
from jike.releases.opening import current_release, open_release
from jike.releases.pointer import POINTER, pointed
from jike.words.language import LANGUAGES, translations

PYTHONS = ((3, 11), (3, 13))
LOCKS = ("load", "build", "publish")
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OK, FAILED, ABSENT = "ok", "failed", "absent"


@dataclass(frozen=True)
class Finding:
    """What one check found.

    `status` is ok, failed, or absent: an optional thing is not there, which is no
    fault. `remedy` says what to do; it is empty when all is well.
    """

    check: str
    status: str
    told: Message
    remedy: Message | None = None


def examine(home: Home, project: Path = PROJECT) -> list[Finding]:
    """Look at the environment and at everything below JIKE_HOME, in this order.

    Gives at least one finding per check, also when a check itself fails.
    """
    checks: dict[str, Callable[[], Iterator[Finding]]] = {
        "python": _python,
        "packages": lambda: _packages(project),
        "language": _catalogues,
        "disk": lambda: _disk(home),
        "permissions": lambda: _permissions(home),
        "locks": lambda: _locks(home),
        "state": lambda: _state(home),
        "deliveries": lambda: _deliveries(home),
        "lists": lambda: _lists(home),
        "builds": lambda: _builds(home),
        "releases": lambda: _releases(home),
        "pointer": lambda: _pointer(home),
        "journal": lambda: _journal(home),
        "browser": _browser,
        "fonts": _fonts,
    }
    return [finding for name, check in checks.items() for finding in _made(name, check)]


def _made(name: str, check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """Make one check; whatever it raises is what it found, and faults hide the rest."""
    try:
        found = list(check())
        return [finding for finding in found if finding.status == FAILED] or found
    except JikeError as error:
        return [Finding(name, FAILED, error.message)]
    except OSError as error:
        reason = Message(system_reason(error))
        told = Message(
            "{path} cannot be read ({reason})", path=error.filename or "", reason=reason
        )
        remedy = Message("give this user the right to read it")
        return [Finding(name, FAILED, told, remedy)]
    except Exception as error:
        kind = type(error).__name__
        told = Message("cannot be looked at ({kind})", kind=kind)
        return [Finding(name, FAILED, told, Message("run doctor again with --debug"))]


# ---- the environment ----


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    told = Message("Python {version}", version=version)
    if PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        yield Finding("python", OK, told)
    else:
        remedy = Message("install Python 3.11, 3.12 or 3.13 and call ./jike again")
        yield Finding("python", FAILED, told, remedy)


def _packages(project: Path) -> Iterator[Finding]:
    """Compare what is installed with constraints.txt, for what the project names."""
    from packaging.requirements import Requirement

    text = (project / "pyproject.toml").read_text(encoding="utf-8")
    named = tomllib.loads(text)["project"]["dependencies"]
    lines = (project / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {}
    for line in lines:
        if "==" in line and not line.startswith("#"):
            pin = Requirement(line)
            if pin.marker is None or pin.marker.evaluate():
                pinned[pin.name] = str(pin.specifier).removeprefix("==")
    other = []
    for package in (Requirement(requirement).name for requirement in named):
        try:
            installed = metadata.version(package)
        except metadata.PackageNotFoundError:
            installed = "-"
        if installed != pinned[package]:
            other.append(f"{package} {installed} ({pinned[package]})")
    if other:
        told = Message("other than constraints.txt says: {packages}", packages=other)
        remedy = Message("remove .venv and call ./jike again")
        yield Finding("packages", FAILED, told, remedy)
    else:
        told = Message("{n} packages as constraints.txt says", n=len(named))
        yield Finding("packages", OK, told)


def _catalogues() -> Iterator[Finding]:
    for language in LANGUAGES:
        for domain in ("jike", "errors"):
            translations(language, domain=domain)
    yield Finding("language", OK, Message("Chinese and English texts can be read"))


def _browser() -> Iterator[Finding]:
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    yield _optional(
        "browser",
        Message("{path}", path=found) if found else None,
        Message("no Chromium; only tests in a browser need one"),
    )


def _fonts() -> Iterator[Finding]:
    tool = shutil.which("fc-list")
    names = ""
    if tool:
        done = subprocess.run(
            [tool, ":lang=zh", "family"], capture_output=True, text=True, check=False
        )
        names = done.stdout.strip()
    yield _optional(
        "fonts",
        Message("Chinese fonts are installed") if names else None,
        Message("no Chinese font; only tests in a browser need one"),
    )


def _optional(check: str, there: Message | None, missing: Message) -> Finding:
    return Finding(check, OK if there else ABSENT, there or missing)


# ---- disk, rights, locks ----


def _disk(home: Home) -> Iterator[Finding]:
    """A build and the release made of it must fit."""
    free = shutil.disk_usage(_nearest(home.root)).free >> 20
    needed = int((1 + RELEASE_TO_BUILD) * build_megabytes(home))
    told = Message(
        "{folder}: {free} MB free, about {needed} MB needed for a build and a release",
        folder=home.root,
        free=free,
        needed=needed,
    )
    if free >= needed:
        yield Finding("disk", OK, told)
    else:
        yield Finding("disk", FAILED, told, Message("make room"))


def _nearest(path: Path) -> Path:
    """The folder itself, or the one it will be made in."""
    while not path.exists():
        path = path.parent
    return path


def _permissions(home: Home) -> Iterator[Finding]:
    names = ("landing", "quarantine", "reference", "build", "releases", "state", "logs")
    folders = [home.root, *(home.root / name for name in names)]
    closed = [
        folder
        for folder in folders
        if not os.access(_nearest(folder), os.W_OK | os.X_OK)
    ]
    for folder in closed:
        told = Message("{folder} cannot be written", folder=folder)
        remedy = Message("give this user the right to write, or choose another --home")
        yield Finding("permissions", FAILED, told, remedy)
    if home.quarantine.is_dir() and home.quarantine.stat().st_mode & 0o077:
        told = Message("{folder} can be read by others", folder=home.quarantine)
        remedy = Message("chmod 700 {folder}", folder=home.quarantine)
        yield Finding("permissions", FAILED, told, remedy)
    elif not closed:
        told = Message("{folder} can be written", folder=home.root)
        yield Finding("permissions", OK, told)


def _locks(home: Home) -> Iterator[Finding]:
    """A lock that is held is no fault: its holder is at work."""
    held = [name for name in LOCKS if _is_held(home.state / f"{name}.lock")]
    if not held:
        yield Finding("locks", OK, Message("no other run is at work"))
    for name in held:
        holder = (home.state / f"{name}.lock").read_text("utf-8", "replace")
        yield Finding("locks", OK, Message("{holder}", holder=holder or name))


def _is_held(path: Path) -> bool:
    if not path.exists():
        return False
    handle = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def _state(home: Home) -> Iterator[Finding]:
    """The counter, and what killed runs have left, which the next run removes."""
    counter = home.state / "counter"
    counted = _json(counter) if counter.exists() else {}
    if not isinstance(counted, dict) or not all(
        isinstance(number, int) for number in counted.values()
    ):
        told = Message("{path} is not readable", path=counter)
        remedy = Message("remove it, numbers go on from the files")
        yield Finding("state", FAILED, told, remedy)
        return
    left = [
        *home.state.glob("load-*"),
        *home.releases.glob(".unfinished-*"),
        *unfinished_builds(home),
    ]
    if left and not any(_is_held(home.state / f"{name}.lock") for name in LOCKS):
        told = Message(
            "{n} left by runs that were killed; the next removes them", n=len(left)
        )
        yield Finding("state", OK, told)
    else:
        yield Finding("state", OK, Message("nothing is left over"))


def _json(path: Path) -> Any:  # noqa: ANN401 (whatever the file holds)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None


# ---- what was delivered, built and published ----


def _deliveries(home: Home) -> Iterator[Finding]:
    """Every manifest can be read, every file it names is as it was landed."""
    found = standing(home)
    files = 0
    for delivery in found:
        for file in delivery.files:
            files += 1
            if not file.is_whole(home):
                path = home.landing / file.landed
                told = Message("{path} is missing or damaged", path=path)
                remedy = Message(
                    "load the delivery of {delivered_on} from {source} again",
                    delivered_on=delivery.delivered_on,
                    source=delivery.source,
                )
                yield Finding("deliveries", FAILED, told, remedy)
    told = Message(
        "{n} deliveries with {files} files looked at",
        n=len(found.deliveries),
        files=files,
    )
    yield Finding("deliveries", OK, told)


def _lists(home: Home) -> Iterator[Finding]:
    from jike.deliveries.lists import delivered_lists

    replaced = delivered_lists(home)
    told = Message("{n} lists replace shipped ones", n=len(replaced))
    yield Finding("lists", OK, told)


def _builds(home: Home) -> Iterator[Finding]:
    """Every finished build is the file that its record was written for."""
    finished = finished_builds(home)
    for path in finished:
        record = _json(path.with_suffix(".json"))
        if not isinstance(record, dict) or record.get("sha256") != sha256_of(path):
            told = Message("{path} is not the file that was built", path=path)
            yield Finding("builds", FAILED, told, Message("build again"))
    yield Finding("builds", OK, Message("{n} builds looked at", n=len(finished)))


def _releases(home: Home) -> Iterator[Finding]:
    """Every release is as it was published; of another version it is no fault."""
    names = newest_first(home)
    others = 0
    for name in names:
        try:
            open_release(home, name)
        except OtherVersionError:
            others += 1
        except HeldOpenError as error:
            yield Finding("releases", FAILED, error.message, error.remedy)
        except ReleaseError as error:
            remedy = Message("remove {file} and its .json, or publish again", file=name)
            yield Finding("releases", FAILED, error.message, remedy)
    told = Message("{n} releases looked at", n=len(names))
    if others:
        told = Message("{told}, {n} of another version of Jike", told=told, n=others)
    yield Finding("releases", OK, told)


def _pointer(home: Home) -> Iterator[Finding]:
    if not newest_first(home) and not (home.releases / POINTER).exists():
        yield Finding("pointer", OK, Message("nothing is published yet"))
        return
    release = current_release(home)
    told = Message(
        "release {number} is served, data as of {as_of}",
        number=release.number,
        as_of=release.as_of,
    )
    if release.alarm is None:
        yield Finding("pointer", OK, told)
        return
    alarmed = Message("{told}, because {alarm}", told=told, alarm=release.alarm)
    yield Finding("pointer", FAILED, alarmed, _remedy_for_stand_in(home))


def _remedy_for_stand_in(home: Home) -> Message:
    """What lets the release be served that the pointer names."""
    name, _ = pointed(home)
    try:
        if name:
            open_release(home, name)
    except HeldOpenError as error:
        return error.remedy
    except ReleaseError:
        pass
    return Message("publish again, or rollback to a release that is whole")


def _journal(home: Home) -> Iterator[Finding]:
    """Every line is whole, and the last move is the one the pointer shows."""
    path = home.logs / "journal.jsonl"
    lines = path.read_text("utf-8", "replace").splitlines() if path.exists() else []
    torn = sum(not isinstance(_move(line), dict) for line in lines)
    moves = [move for line in lines if isinstance(move := _move(line), dict)]
    pointer = home.releases / POINTER
    shown = _json(pointer) if pointer.exists() else None
    if torn:
        told = Message("{n} lines of {path} are not whole", n=torn, path=path)
        remedy = Message("look at {path}; publishing goes on", path=path)
        yield Finding("journal", FAILED, told, remedy)
    elif isinstance(shown, dict) and (not moves or moves[-1] != shown):
        told = Message("the last move is not in {path}", path=path)
        remedy = Message("the next publish or rollback adds it")
        yield Finding("journal", FAILED, told, remedy)
    else:
        yield Finding(
            "journal", OK, Message("{n} moves are written down", n=len(moves))
        )


def _move(line: str) -> Any:  # noqa: ANN401 (whatever the line holds)
    try:
        return json.loads(line)
    except ValueError:
        return None
